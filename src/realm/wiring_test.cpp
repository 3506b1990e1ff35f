// What each neighbour is told.
#include "realm/wiring.hpp"

#include <gtest/gtest.h>

namespace archipelago::realm {
namespace {

TEST(Wiring, AConfigurationThatIsLeftAloneChangesNoNeighboursDefaults) {
  Config const config;
  auto const gateway = gateway_options(config, "");
  EXPECT_EQ(gateway.heartbeats.per_second, gateway::Options{}.heartbeats.per_second);
  EXPECT_EQ(gateway.heartbeats.burst, gateway::Options{}.heartbeats.burst);
  EXPECT_EQ(gateway.topic_messages.per_second, gateway::Options{}.topic_messages.per_second);
  EXPECT_EQ(gateway.topic_messages.burst, gateway::Options{}.topic_messages.burst);
  EXPECT_EQ(gateway.topic_bytes.per_second, gateway::Options{}.topic_bytes.per_second);
  EXPECT_EQ(gateway.topic_bytes.burst, gateway::Options{}.topic_bytes.burst);
  EXPECT_EQ(gateway.control.burst, gateway::Options{}.control.burst);
  EXPECT_EQ(gateway.patience.burst, gateway::Options{}.patience.burst);
  EXPECT_EQ(gateway.garbage.burst, gateway::Options{}.garbage.burst);
  EXPECT_EQ(gateway.logins.per_minute, gateway::Options{}.logins.per_minute);
  EXPECT_EQ(gateway.logins.burst, gateway::Options{}.logins.burst);
  EXPECT_EQ(gateway.subscriptions, gateway::Options{}.subscriptions);
  EXPECT_EQ(gateway.subscriptions_bytes, gateway::Options{}.subscriptions_bytes);
  EXPECT_EQ(gateway.bff_message_bytes, gateway::Options{}.bff_message_bytes);
  auto const rooms = rooms_options(config);
  EXPECT_EQ(rooms.max_members, rooms::Options{}.max_members);
  EXPECT_EQ(rooms.packets.per_second, rooms::Options{}.packets.per_second);
  EXPECT_EQ(rooms.packets.burst, rooms::Options{}.packets.burst);
  EXPECT_EQ(rooms.bytes.per_second, rooms::Options{}.bytes.per_second);
  EXPECT_EQ(rooms.bytes.burst, rooms::Options{}.bytes.burst);
  EXPECT_EQ(rooms.unreliable.per_second, rooms::Options{}.unreliable.per_second);
  EXPECT_EQ(rooms.unreliable.burst, rooms::Options{}.unreliable.burst);
  EXPECT_EQ(rooms.reliable.per_second, rooms::Options{}.reliable.per_second);
  EXPECT_EQ(rooms.reliable.burst, rooms::Options{}.reliable.burst);
  EXPECT_EQ(rooms.waiting_bytes, rooms::Options{}.waiting_bytes);
  EXPECT_EQ(rooms.seat_grace, rooms::Options{}.seat_grace);
  EXPECT_EQ(rooms.token_lifetime, rooms::Options{}.token_lifetime);
  EXPECT_EQ(mailbox_capacity(config).bytes, bus::Capacity{}.bytes);
  auto const server = server_options(config);
  EXPECT_EQ(server.websocket.handshake, net::WebsocketLimits{}.handshake);
  EXPECT_EQ(server.websocket.ping_after, net::WebsocketLimits{}.ping_after);
  EXPECT_EQ(server.websocket.cut_after, net::WebsocketLimits{}.cut_after);
  EXPECT_EQ(server.max_connections, net::ServerOptions{}.max_connections);
  EXPECT_EQ(server.before_login.total, limits::AdmissionLimits{}.total);
  EXPECT_EQ(server.before_login.per_address, limits::AdmissionLimits{}.per_address);
  auto const same = [](limits::Rate const& a, limits::Rate const& b) {
    return a.per_second == b.per_second && a.burst == b.burst;
  };
  net::RateLimits const rates;
  EXPECT_TRUE(same(server.rates.connections, rates.connections));
  EXPECT_TRUE(same(server.rates.connections_per_address, rates.connections_per_address));
  EXPECT_TRUE(same(server.rates.requests_per_address, rates.requests_per_address));
  EXPECT_TRUE(same(server.rates.websockets_per_address, rates.websockets_per_address));
  EXPECT_TRUE(same(server.websocket.control, net::WebsocketLimits{}.control));
  EXPECT_EQ(server.most_lag, net::ServerOptions{}.most_lag);
  EXPECT_EQ(server.backlog, net::ServerOptions{}.backlog);
  EXPECT_EQ(server.http.head_time, net::HttpLimits{}.head_time);
  EXPECT_EQ(server.http.body_time, net::HttpLimits{}.body_time);
  EXPECT_EQ(server.http.keep_alive, net::HttpLimits{}.keep_alive);
  EXPECT_EQ(server.http.head_bytes, net::HttpLimits{}.head_bytes);
  EXPECT_EQ(server.http.headers, net::HttpLimits{}.headers);
  EXPECT_EQ(server.http.body_bytes, net::HttpLimits{}.body_bytes);
  EXPECT_EQ(server.outbox.hard_bytes, limits::OutboxLimits{}.hard_bytes);
  EXPECT_EQ(island_options(config).flush_interval, islands::Options{}.flush_interval);
  EXPECT_EQ(island_options(config).heartbeat_expiry, islands::Options{}.heartbeat_expiry);
  EXPECT_EQ(engine_settings(config).limits.join_distance, engine::Limits{}.join_distance);
  EXPECT_EQ(engine_settings(config).limits.leave_distance, engine::Limits{}.leave_distance);
}

TEST(Wiring, ZeroLiftsEachLimitOfTheFrontDoor) {
  Config config;
  auto& limits = config.limits;
  for (auto* const limit :
       {&limits.connections, &limits.waiting, &limits.waiting_per_address,
        &limits.connections_per_second, &limits.connections_per_second_per_address,
        &limits.requests_per_second_per_address, &limits.websockets_per_second_per_address,
        &limits.loop_lag_ms, &limits.head_timeout_ms, &limits.body_timeout_ms,
        &limits.keep_alive_ms, &limits.control_frames_per_second})
    *limit = 0;
  auto const server = server_options(config);
  EXPECT_EQ(server.max_connections + server.before_login.total + server.before_login.per_address,
            0U);
  EXPECT_EQ(server.rates.connections.per_second, 0U);
  EXPECT_EQ(server.rates.connections_per_address.per_second, 0U);
  EXPECT_EQ(server.rates.requests_per_address.per_second, 0U);
  EXPECT_EQ(server.rates.websockets_per_address.per_second, 0U);
  EXPECT_EQ(server.websocket.control.per_second, 0U);
  EXPECT_EQ(
      server.most_lag + server.http.head_time + server.http.body_time + server.http.keep_alive,
      Millis{0});
}

TEST(Wiring, StrangersNeverTakeAllConnections) {
  Config config;
  config.limits.connections = 100;
  EXPECT_EQ(server_options(config).before_login.total, 75U);
  config.limits.connections = 1;
  EXPECT_EQ(server_options(config).before_login.total, 1U);
  config.limits.waiting = 0;
  EXPECT_EQ(server_options(config).before_login.total, 0U);
}

TEST(Wiring, EveryRangeEndIsUsableByItsNeighbour) {
  for (double const seconds : {0.05, 60.0})
    for (std::int64_t const timeout : {1'000, 3'600'000})
      for (std::int64_t const connections : {0, 1, 10'000'000}) {
        Config config;
        config.islands.flush_seconds = seconds;
        config.islands.heartbeat_timeout_ms = timeout;
        config.limits.connections = connections;
        EXPECT_EQ(islands::problem_with(island_options(config)).value_or(""), "");
      }
  Config config;
  config.islands.join_distance = 0.1;
  config.islands.leave_distance = 10'000;
  config.islands.max_peers = 1'000;
  EXPECT_EQ(engine::problem_with(engine_settings(config).limits).value_or(""), "");
  EXPECT_EQ(rooms_options(config).max_members, 1'000U);
}

TEST(Wiring, ZeroTurnsALimitOff) {
  Config config;
  config.limits.heartbeats_per_second = 0;
  config.limits.dropped_per_second = 0;
  config.limits.garbage_per_minute = 0;
  config.limits.subscriptions = 0;
  config.rooms.bytes_per_second = 0;
  auto const gateway = gateway_options(config, "");
  auto const boundless = [](limits::Rate rate, std::uint64_t cost) {
    return limits::TokenBucket(rate, {}).take({}, cost);
  };
  EXPECT_TRUE(boundless(gateway.heartbeats, 1'000'000'000));
  EXPECT_TRUE(boundless(gateway.patience, 1'000'000'000));
  EXPECT_TRUE(boundless(gateway.garbage, 1'000'000'000));
  EXPECT_TRUE(boundless(rooms_options(config).bytes, 4'000'000'000));
  EXPECT_GT(gateway.subscriptions, 1'000'000U);
}

TEST(Wiring, ABurstHoldsASecondsWorthAtLeast) {
  Config config;
  config.limits.heartbeats_per_second = 30;
  EXPECT_EQ(gateway_options(config, "").heartbeats.burst, 30U);
}

TEST(Wiring, RoomsHoldHalfAsManyAgainAsTheirIsland) {
  Config config;
  config.islands.max_peers = 31;
  EXPECT_EQ(rooms_options(config).max_members, 47U);
  config.rooms.capacity = 40;
  EXPECT_EQ(rooms_options(config).max_members, 40U);
}

TEST(Wiring, OneShardServesTls) {
  Config config;
  config.http.tls_key = "k.pem";
  EXPECT_EQ(shard_count(config.http), 1U);
  config.http.tls_key.clear();
  config.http.shards = 3;
  EXPECT_EQ(shard_count(config.http), 3U);
  config.http.shards = 0;
  EXPECT_GE(shard_count(config.http), 1U);
}

TEST(Wiring, AWildcardIsNoPlaceToConnectTo) {
  EXPECT_EQ(reachable("http://0.0.0.0:8000"), "http://127.0.0.1:8000");
  EXPECT_EQ(reachable("https://[::]:1"), "https://[::1]:1");
  EXPECT_EQ(reachable("http://10.0.0.1:8000"), "http://10.0.0.1:8000");
}

}  // namespace
}  // namespace archipelago::realm
