// IP addresses: both families, and how they are grouped.
#include "base/ip_address.hpp"

#include <gtest/gtest.h>

namespace archipelago {
namespace {

std::string text_of(std::string_view input) {
  auto const address = IpAddress::parse(input);
  return address ? address->text() : "none";
}

TEST(IpAddress, BothFamiliesAreParsedAndWrittenShort) {
  EXPECT_EQ(text_of("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(text_of("2001:DB8:0:0::1"), "2001:db8::1");
  EXPECT_EQ(text_of("::"), "::");
}

TEST(IpAddress, AMappedAddressIsTheIpv4Address) {
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.7"), IpAddress::parse("192.0.2.7"));
  EXPECT_EQ(text_of("::ffff:192.0.2.7"), "192.0.2.7");
}

TEST(IpAddress, WhatIsNoAddressIsRefused) {
  for (std::string_view bad : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4:80", "[::1]",
                               "fe80::1%eth0", "host", "01.2.3.4444", ":::"})
    EXPECT_EQ(text_of(bad), "none") << bad;
  EXPECT_EQ(text_of(std::string_view("1.2.3.4\0", 8)), "none");
}

TEST(IpAddress, Ipv6IsGroupedBy64BitsAndIpv4NotAtAll) {
  EXPECT_EQ(IpAddress::parse("2001:db8:1:2:3::4")->network().text(), "2001:db8:1:2::");
  EXPECT_EQ(IpAddress::parse("192.0.2.7")->network().text(), "192.0.2.7");
}

TEST(IpAddress, APrefixKeepsExactlyItsBits) {
  EXPECT_EQ(IpAddress::parse("ffff:ffff::")->prefix(19).text(), "ffff:e000::");
  EXPECT_EQ(IpAddress::parse("2001:db8::1")->prefix(128).text(), "2001:db8::1");
  EXPECT_EQ(IpAddress::parse("2001:db8::1")->prefix(0).text(), "::");
}

}  // namespace
}  // namespace archipelago
