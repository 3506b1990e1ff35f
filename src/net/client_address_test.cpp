// Whom a connection behind proxies belongs to.
#include "net/client_address.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::net {
namespace {

std::string client(std::string_view peer, std::string_view forwarded, std::string_view trusted) {
  return client_address(*IpAddress::parse(peer), forwarded, *AddressBlocks::parse(trusted)).text();
}

TEST(ClientAddress, AnUntrustedPeerSpeaksForItself) {
  EXPECT_EQ(client("203.0.113.1", "198.51.100.1", ""), "203.0.113.1");
  EXPECT_EQ(client("203.0.113.1", "198.51.100.1", "10.0.0.0/8"), "203.0.113.1");
}

TEST(ClientAddress, TheRightmostHopThatIsNotTrustedCounts) {
  EXPECT_EQ(client("10.0.0.1", "1.1.1.1, 198.51.100.1", "10.0.0.0/8"), "198.51.100.1");
  EXPECT_EQ(client("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.2.3.4", "10.0.0.0/8"), "198.51.100.1");
}

TEST(ClientAddress, WithNothingUsableTheLastKnownHopCounts) {
  EXPECT_EQ(client("10.0.0.1", "", "10.0.0.0/8"), "10.0.0.1");
  EXPECT_EQ(client("10.0.0.1", "unknown", "10.0.0.0/8"), "10.0.0.1");
  EXPECT_EQ(client("10.0.0.1", "6.6.6.6, garbage, 10.0.0.2", "10.0.0.0/8"), "10.0.0.2");
  EXPECT_EQ(client("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.0/8"), "10.0.0.3");
}

TEST(ClientAddress, PortsAndBracketsAreNoticed) {
  EXPECT_EQ(client("::1", "198.51.100.1:4711", "::1"), "198.51.100.1");
  EXPECT_EQ(client("::1", "[2001:db8::7]:4711", "::1"), "2001:db8::7");
  EXPECT_EQ(client("::1", "[2001:db8::7]", "::1"), "2001:db8::7");
  EXPECT_EQ(client("::1", " 2001:db8::7 ", "::1"), "2001:db8::7");
}

TEST(AddressBlocks, BlocksOfBothFamiliesMatch) {
  auto const proxies = *AddressBlocks::parse("10.0.0.0/8, 192.0.2.7 2001:db8::/33");
  for (auto const* inside : {"10.255.0.1", "192.0.2.7", "2001:db8:7fff::1", "::ffff:10.1.1.1"})
    EXPECT_TRUE(proxies.contain(*IpAddress::parse(inside))) << inside;
  for (auto const* outside : {"11.0.0.1", "192.0.2.8", "2001:db8:8000::1", "::1"})
    EXPECT_FALSE(proxies.contain(*IpAddress::parse(outside))) << outside;
}

TEST(AddressBlocks, TheWrongEntryIsNamed) {
  for (auto const* wrong : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x",
                            "proxy.example", "2001:db8::/129"}) {
    auto const proxies = AddressBlocks::parse("127.0.0.1, " + std::string(wrong));
    ASSERT_FALSE(proxies) << wrong;
    EXPECT_NE(proxies.error().detail.find(wrong), std::string::npos);
  }
  EXPECT_TRUE(AddressBlocks::parse(" ")->empty());
}

RC_GTEST_PROP(ClientAddressProperty, ForgedEntriesOnTheLeftChangeNothing,
              (std::string const& forged)) {
  RC_ASSERT(client("10.0.0.1", forged + ", 198.51.100.1", "10.0.0.0/8") == "198.51.100.1");
}

}  // namespace
}  // namespace archipelago::net
