// The budget for those who have not logged in.
#include "limits/admission.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::limits {
namespace {

std::optional<IpAddress> ip(std::string_view text) {
  return IpAddress::parse(text);
}

TEST(Admission, OneAddressCannotTakeAllPlaces) {
  Admission admission({.total = 10, .per_address = 2});
  EXPECT_TRUE(admission.enter(ip("192.0.2.1")));
  EXPECT_TRUE(admission.enter(ip("192.0.2.1")));
  EXPECT_FALSE(admission.enter(ip("192.0.2.1")));
  EXPECT_TRUE(admission.enter(ip("192.0.2.2")));
  EXPECT_EQ(admission.inside(), 3U);
}

TEST(Admission, AnIpv6SubscriberIsOneAddress) {
  Admission admission({.total = 10, .per_address = 1});
  EXPECT_TRUE(admission.enter(ip("2001:db8:0:1::1")));
  EXPECT_FALSE(admission.enter(ip("2001:db8:0:1:ffff::2")));
  EXPECT_TRUE(admission.enter(ip("2001:db8:0:2::1")));
}

TEST(Admission, TheTotalHoldsAlsoForUnknownAddresses) {
  Admission admission({.total = 2, .per_address = 1});
  EXPECT_TRUE(admission.enter(std::nullopt));
  EXPECT_TRUE(admission.enter(std::nullopt));
  EXPECT_FALSE(admission.enter(ip("192.0.2.1")));
}

TEST(Admission, WhoeverLeavesFreesItsPlace) {
  Admission admission({.total = 1, .per_address = 1});
  EXPECT_TRUE(admission.enter(ip("192.0.2.1")));
  admission.leave(ip("192.0.2.1"));
  EXPECT_TRUE(admission.enter(ip("192.0.2.1")));
}

TEST(Admission, ThereIsRoomToIdleWhileLessThanHalfIsTaken) {
  Admission admission({.total = 8, .per_address = 4});
  EXPECT_TRUE(admission.enter(ip("192.0.2.1")));
  EXPECT_TRUE(admission.roomy(ip("192.0.2.1")));
  EXPECT_TRUE(admission.enter(ip("192.0.2.1")));
  EXPECT_FALSE(admission.roomy(ip("192.0.2.1")));
  EXPECT_TRUE(admission.roomy(ip("192.0.2.2")));
  EXPECT_TRUE(admission.enter(ip("192.0.2.3")) && admission.enter(ip("192.0.2.4")));
  EXPECT_FALSE(admission.roomy(ip("192.0.2.2")));
  EXPECT_FALSE(admission.roomy(std::nullopt));
  EXPECT_TRUE(Admission({.total = 0, .per_address = 0}).roomy(ip("192.0.2.1")));
}

TEST(Admission, ZeroMeansNoLimit) {
  Admission admission({.total = 0, .per_address = 0});
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(admission.enter(ip("192.0.2.1")));
}

RC_GTEST_PROP(AdmissionProperty, NoOrderOfComingAndGoingBreaksTheLimits,
              (std::vector<std::uint8_t> const& steps)) {
  Admission admission({.total = 6, .per_address = 2});
  std::map<int, std::size_t> inside;
  std::size_t total = 0;
  for (auto const step : steps) {
    int const who = step % 5;
    auto const address = ip("192.0.2." + std::to_string(who));
    if (step >= 128 && inside[who] > 0) {
      admission.leave(address);
      --inside[who];
      --total;
    } else {
      bool const room = total < 6 && inside[who] < 2;
      RC_ASSERT(admission.enter(address) == room);
      if (room) ++inside[who], ++total;
    }
    RC_ASSERT(admission.inside() == total);
  }
}

}  // namespace
}  // namespace archipelago::limits
