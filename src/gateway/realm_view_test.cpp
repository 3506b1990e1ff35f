// How many players the whole realm has.
#include "gateway/realm_view.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "gateway/test_cluster.hpp"

namespace archipelago::gateway {
namespace {

using testing::core_tells;
using testing::FaultyBus;
using testing::kEpoch;
using testing::TestRealm;

struct View {
  void gateway(std::string const& id, std::uint32_t sessions) {
    cluster::GatewayStatus status;
    status.set_gateway(id);
    status.set_sessions(sessions);
    realm.publish("cluster.gateway." + id, wire::encode(status));
  }
  void engine_discovery(std::uint32_t users, std::string const& name = "archipelago") {
    testing::v3::ServiceDiscoveryMessage message;
    message.set_server_name(name);
    message.mutable_status()->set_user_count(users);
    realm.publish(bus::subjects::kDiscovery, wire::encode(message));
  }
  void service_discovery(std::string const& text) {
    realm.publish(bus::subjects::kServiceDiscovery, text);
  }

  TestRealm realm;
  FaultyBus bus{realm.bus};
  RealmView view{"own", realm.loop, *realm.mailbox, bus, realm.metrics};
};

TEST(RealmView, AddsUpWhatOtherGatewaysTold) {
  View of;
  EXPECT_EQ(of.view.elsewhere(), 0U);
  of.gateway("east", 3);
  of.gateway("west", 4);
  of.gateway("own", 100);
  EXPECT_EQ(of.view.elsewhere(), 7U);
  of.gateway("east", 1);
  EXPECT_EQ(of.view.elsewhere(), 5U);
}

TEST(RealmView, AGatewayThatWasSilentForThreeSecondsIsLeftOut) {
  View of;
  of.gateway("east", 3);
  of.realm.advance(Millis{2'000});
  of.gateway("west", 4);
  of.realm.advance(Millis{999});
  EXPECT_EQ(of.view.elsewhere(), 7U);
  of.realm.advance(RealmView::kReview);
  EXPECT_EQ(of.view.elsewhere(), 4U);
}

TEST(RealmView, WhileTheBusIsAwayNobodyFallsSilent) {
  View of;
  of.gateway("east", 3);
  core_tells(of.realm, kEpoch, 3, 1);
  of.bus.connected = std::nullopt;
  of.realm.advance(Millis{60'000});
  EXPECT_EQ(of.view.elsewhere(), 3U);
  EXPECT_TRUE(of.view.core_heard());
  of.bus.connected = Millis{1'000};
  of.realm.advance(RealmView::kReview);
  EXPECT_EQ(of.view.elsewhere(), 3U);
  of.bus.connected = Millis{3'000};
  of.realm.advance(RealmView::kReview);
  EXPECT_EQ(of.view.elsewhere(), 0U);
}

TEST(RealmView, TellsWhatTheCoreThatLeadsCounts) {
  View of;
  EXPECT_FALSE(of.view.core_heard());
  core_tells(of.realm, kEpoch, 10, 2);
  EXPECT_TRUE(of.view.core_heard());
  EXPECT_EQ(of.view.players(), 10U);
  EXPECT_EQ(of.view.islands(), 2U);
  core_tells(of.realm, kEpoch + 1, 11, 3);
  core_tells(of.realm, kEpoch, 10, 2);
  EXPECT_EQ(of.view.players(), 11U) << "the older one leads no more";
  of.realm.advance(Millis{11'000});
  EXPECT_FALSE(of.view.core_heard());
  EXPECT_EQ(of.view.players(), 0U);
}

TEST(RealmView, AKnownCoreIsHeardOfForNinetySeconds) {
  View of;
  of.engine_discovery(5);
  EXPECT_TRUE(of.view.core_heard());
  EXPECT_EQ(of.view.players(), 5U);
  of.realm.advance(Millis{89'000});
  EXPECT_TRUE(of.view.core_heard());
  of.realm.advance(Millis{2'000});
  EXPECT_FALSE(of.view.core_heard());
  of.service_discovery(R"({"serverName":"archipelago","status":{"currentTime":1,"userCount":6}})");
  EXPECT_TRUE(of.view.core_heard());
  EXPECT_EQ(of.view.players(), 6U);
}

TEST(RealmView, ACoreOfOursIsNotTakenForAKnownOneThatLastsLonger) {
  View of;
  core_tells(of.realm, kEpoch, 10, 2);
  testing::v3::ServiceDiscoveryMessage message;
  message.set_server_name("archipelago");
  of.realm.bus.publish(bus::subjects::kDiscovery, wire::encode(message), kEpoch);
  of.realm.bus.publish(bus::subjects::kServiceDiscovery, R"({"serverName":"archipelago"})", kEpoch);
  of.realm.advance(Millis{11'000});
  EXPECT_FALSE(of.view.core_heard());
}

TEST(RealmView, OtherServicesThatDiscoverThemselvesAreNoCores) {
  View of;
  of.engine_discovery(5, "lighthouse");
  of.engine_discovery(5, "");
  for (auto const* const text :
       {"", "{", "[]", "{\"serverName\":7}", R"({"serverName":"bff","status":{"userCount":3}})"})
    of.service_discovery(text);
  EXPECT_FALSE(of.view.core_heard());
  of.service_discovery(R"({"serverName":"archipelago","status":{"userCount":-3}})");
  EXPECT_TRUE(of.view.core_heard());
  EXPECT_EQ(of.view.players(), 0U);
}

TEST(RealmView, WhatIsNoStatusIsCountedAndChangesNothing) {
  View of;
  of.realm.publish("cluster.gateway.east", "\xff");
  cluster::GatewayStatus status;
  status.set_gateway("west");
  status.set_sessions(9);
  of.realm.publish("cluster.gateway.east", wire::encode(status));
  of.realm.publish("cluster.core", "\xff");
  core_tells(of.realm, 0, 9, 9);
  core_tells(of.realm, UINT64_MAX, 9, 9);
  EXPECT_EQ(of.view.elsewhere(), 0U);
  EXPECT_FALSE(of.view.core_heard());
  EXPECT_EQ(of.realm.rejected(Errc::malformed_packet), 3);
}

TEST(RealmView, HearsOfABoundedNumberOfGateways) {
  View of;
  for (std::size_t i = 0; i < kMostGateways + 5; ++i) of.gateway(std::to_string(i), 1);
  EXPECT_EQ(of.view.elsewhere(), kMostGateways);
  EXPECT_EQ(of.realm.rejected(Errc::overloaded), 5);
}

}  // namespace
}  // namespace archipelago::gateway
