// What both protocols share: limits, and who replaces whom.
#include "gateway/session.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gateway/test_realm.hpp"

namespace archipelago::gateway {
namespace {

using testing::DirectPlayer;
using testing::heartbeat_at;
using testing::player;
using testing::RpcPlayer;
using testing::TestRealm;

std::string const kA = player('a').str();

TEST(Session, FiveHeartbeatsASecondPassAfterABurstOfTen) {
  TestRealm realm;
  DirectPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  for (int i = 0; i < 25; ++i) one.beat(heartbeat_at(0, 0));
  EXPECT_EQ(realm.metrics.value(Metric::heartbeats), 10);
  EXPECT_EQ(realm.rejected(Errc::rate_limited), 15);
  for (int second = 0; second < 10; ++second) {
    for (int i = 0; i < 5; ++i) {
      realm.advance(Millis{200});
      one.beat(heartbeat_at(0, 0));
    }
  }
  EXPECT_EQ(realm.metrics.value(Metric::heartbeats), 60);
  EXPECT_FALSE(one.connection.closed_why);
}

TEST(Session, HeartbeatsOfBothDialectsCountTogether) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  for (int i = 0; i < 6; ++i) one.published("heartbeat", wire::encode(heartbeat_at(0, 0)));
  for (int i = 0; i < 6; ++i) one.call("SendHeartbeat", heartbeat_at(0, 0));
  EXPECT_EQ(realm.metrics.value(Metric::heartbeats), 10);
}

TEST(Session, AFloodClosesTheConnection) {
  TestRealm realm;
  DirectPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  int sent = 0;
  while (!one.connection.closed_why && sent < 5'000) {
    one.beat(heartbeat_at(0, 0));
    ++sent;
  }
  EXPECT_EQ(one.connection.closed_why, Errc::rate_limited);
  EXPECT_EQ(sent, 1'011);  // the burst, what patience bears, and one more
  one.beat(heartbeat_at(0, 0));
  EXPECT_EQ(realm.metrics.value(Metric::heartbeats), 10);
}

TEST(Session, AFloodOfMeaninglessPacketsClosesToo) {
  TestRealm realm;
  DirectPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  for (int i = 0; i < 2'000 && !one.connection.closed_why; ++i) one.send_bytes("");
  EXPECT_EQ(one.connection.closed_why, Errc::rate_limited);
}

TEST(Session, TheFirstIslandIsTimedFromTheLoginOnce) {
  TestRealm realm;
  DirectPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  realm.advance(Millis{1'500});
  realm.assign(player('a'), "I1", "ws-room:wss://h/rooms/I1");
  realm.advance(Millis{1'500});
  realm.assign(player('a'), "I2", "ws-room:wss://h/rooms/I2");
  auto const& seen = realm.metrics.histogram(Distribution::first_island_seconds);
  EXPECT_EQ(seen.count(), 1U);
  EXPECT_DOUBLE_EQ(seen.sum(), 1.5);
}

TEST(Session, AHundredSmallTopicMessagesPassInABurst) {
  TestRealm realm;
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(one.published("abc", "payload")) << i;
  EXPECT_EQ(realm.rejected(Errc::rate_limited), 0);
}

TEST(Session, TopicMessagesBeyondTheLimitAreNotPublishedAndSaySo) {
  TestRealm realm({.topic_messages = {.per_second = 1, .burst = 2}});
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  EXPECT_TRUE(one.published("abc", "1"));
  EXPECT_TRUE(one.published("abc", "2"));
  EXPECT_FALSE(one.published("abc", "3"));
  EXPECT_EQ(realm.metrics.value(Metric::topic_messages), 2);
  realm.advance(Millis{1'000});
  EXPECT_TRUE(one.published("abc", "4"));
}

TEST(Session, TopicBytesAreLimitedAsWell) {
  TestRealm realm({.topic_bytes = {.per_second = 10, .burst = 1'000}});
  RpcPlayer one(realm);
  ASSERT_TRUE(one.log_in(player('a')));
  EXPECT_TRUE(one.published("abc", std::string(900, 'x')));
  EXPECT_FALSE(one.published("abc", std::string(900, 'x')));
  EXPECT_EQ(realm.rejected(Errc::rate_limited), 1);
}

TEST(Session, TheTwoProtocolsReplaceEachOther) {
  TestRealm realm;
  RpcPlayer first(realm);
  ASSERT_TRUE(first.log_in(player('a')));
  auto const kick = first.call_bytes("GetDisconnectionMessage");
  DirectPlayer second(realm);
  ASSERT_TRUE(second.log_in(player('a')));
  EXPECT_TRUE(first.answered(kick));
  RpcPlayer third(realm);
  ASSERT_TRUE(third.log_in(player('a')));
  EXPECT_EQ(second.connection.closed_why, Errc::replaced);
  realm.advance(Millis{10'000});
  EXPECT_EQ(first.connection.closed_why, Errc::replaced);
  first.drop();
  second.drop();
  EXPECT_TRUE(realm.directory.contains(player('a')));
  EXPECT_EQ(realm.subjects(), std::vector<std::string>(3, "peer." + kA + ".connect"));
}

TEST(Session, AReplacedSessionPublishesNothing) {
  TestRealm realm;
  RpcPlayer first(realm);
  ASSERT_TRUE(first.log_in(player('a')));
  DirectPlayer second(realm);
  ASSERT_TRUE(second.log_in(player('a')));
  (void)realm.heard();
  EXPECT_FALSE(first.published("heartbeat", wire::encode(heartbeat_at(0, 0))));
  EXPECT_FALSE(first.published("abc", "x"));
  first.call("SendHeartbeat", heartbeat_at(0, 0));
  EXPECT_TRUE(realm.heard().empty());
  EXPECT_EQ(realm.rejected(Errc::replaced), 3);
}

/// Random logins, closes and passing time of two protocols and two addresses, with proofs that are
/// answered late.
class Crowd {
 public:
  void step(int what, char who) {
    switch (what) {
      case 0:
        directs_.push_back(std::make_unique<DirectPlayer>(realm_));
        return directs_.back()->claim(player(who).str());
      case 1:
        rpcs_.push_back(std::make_unique<RpcPlayer>(realm_));
        rpcs_.back()->get_challenge(player(who).str());
        return;
      case 2:
        if (!directs_.empty()) pick(directs_).prove();
        return;
      case 3:
        if (!rpcs_.empty()) pick(rpcs_).authenticate();
        return;
      case 4:
        if (!directs_.empty()) pick(directs_).drop();
        return;
      case 5:
        if (!rpcs_.empty()) pick(rpcs_).drop();
        return;
      case 6:
        return realm_.verifier.release();
      case 7:
        if (!rpcs_.empty()) pick(rpcs_).create_port();
        return;
      default:
        return realm_.advance(Millis{6'000});
    }
  }

  /// Every address in the directory came by the bus last, and the other way round.
  void check() {
    for (auto const& message : realm_.heard()) {
      auto const who = *bus::subjects::peer_of(message.subject);
      present_[who] = message.subject.ends_with(".connect");
    }
    std::size_t count = 0;
    for (auto const& [who, here] : present_) {
      RC_ASSERT(realm_.directory.contains(who) == here);
      count += here ? 1 : 0;
    }
    RC_ASSERT(realm_.directory.size() == count);
    RC_ASSERT(realm_.metrics.value(Metric::sessions) == static_cast<std::int64_t>(count));
  }

  void end() {
    realm_.verifier.release();
    realm_.settle();
    directs_.clear();
    rpcs_.clear();
    RC_ASSERT(realm_.directory.size() == 0U);
    check();
  }

  Crowd() { realm_.verifier.holding = true; }

 private:
  template <class T>
  T& pick(std::vector<std::unique_ptr<T>>& from) {
    return *from[turn_++ % from.size()];
  }

  TestRealm realm_;
  std::vector<std::unique_ptr<DirectPlayer>> directs_;
  std::vector<std::unique_ptr<RpcPlayer>> rpcs_;
  std::map<Address, bool> present_;
  std::size_t turn_ = 0;
};

RC_GTEST_PROP(SessionProperty, NoInterleavingLeavesTwoCurrentSessionsOrAStaleEntry, ()) {
  Crowd crowd;
  auto const steps = *rc::gen::container<std::vector<std::pair<int, bool>>>(
      rc::gen::pair(rc::gen::inRange(0, 9), rc::gen::arbitrary<bool>()));
  for (auto const& [what, first] : steps) {
    crowd.step(what, first ? 'a' : 'b');
    crowd.check();
  }
  crowd.end();
}

}  // namespace
}  // namespace archipelago::gateway
