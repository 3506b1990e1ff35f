// Batches of heartbeats: each beat for itself.
#include "islands/heartbeat_batch.hpp"

#include <limits>
#include <string>

#include <archipelago/cluster.pb.h>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "islands/heartbeat.hpp"
#include "wire/packet.hpp"

namespace archipelago::islands {
namespace {

cluster::Heartbeats batch() {
  cluster::Heartbeats message;
  message.set_gateway("gate-1");
  message.add_islands("I1-1");
  message.add_islands("I1-2");
  return message;
}

cluster::Beat& add(cluster::Heartbeats& message, char who) {
  auto& beat = *message.add_beats();
  beat.set_address(std::string(Address::kBytes, who));
  beat.set_login(1'700'000'000'000);
  return beat;
}

Result<HeartbeatBatch> read(cluster::Heartbeats const& message) {
  return HeartbeatBatch::read(wire::encode(message));
}

TEST(HeartbeatBatches, EachBeatHasItsPlayerPlaceIslandSessionAndWish) {
  auto message = batch();
  auto& first = add(message, '\x11');
  first.set_x(1);
  first.set_y(2);
  first.set_z(-3);
  first.set_told(2);
  first.set_desired_room("I1-1");
  add(message, '\x22');
  auto const read_back = read(message);
  ASSERT_TRUE(read_back);
  EXPECT_EQ(read_back->gateway(), "gate-1");
  ASSERT_EQ(read_back->beats().size(), 2U);
  auto const& beat = read_back->beats()[0];
  EXPECT_EQ(beat.player.text(), "0x1111111111111111111111111111111111111111");
  EXPECT_EQ(beat.at, (engine::Position{1, 2, -3}));
  EXPECT_EQ(beat.told, "I1-2");
  EXPECT_EQ(beat.login, 1'700'000'000'000U);
  EXPECT_EQ(beat.desired_room, "I1-1");
  EXPECT_EQ(read_back->beats()[1].told, "");
  EXPECT_FALSE(read_back->beats()[1].desired_room);
}

TEST(HeartbeatBatches, ABeatTellsWhereItsIslandIsIfItsGatewayDoesAndBriefly) {
  auto message = batch();
  message.add_islands("I1-3");
  message.add_connections("ws-room:wss://a/rooms/I1-1");
  message.add_connections(std::string(kMaxConnectionBase + 1, 'a'));
  for (std::uint32_t told = 0; told < 4; ++told) add(message, '\x11').set_told(told);
  auto const read_back = read(message);
  ASSERT_TRUE(read_back);
  ASSERT_EQ(read_back->beats().size(), 4U);
  EXPECT_EQ(read_back->beats()[0].connection, "");
  EXPECT_EQ(read_back->beats()[1].connection, "ws-room:wss://a/rooms/I1-1");
  EXPECT_EQ(read_back->beats()[2].connection, "") << "too long";
  EXPECT_EQ(read_back->beats()[3].connection, "") << "not told";
}

TEST(HeartbeatBatches, BadBeatsAreLeftOutAndTheOthersTaken) {
  auto message = batch();
  message.add_islands("no island, this");
  add(message, 1);
  add(message, 2).set_x(std::numeric_limits<float>::quiet_NaN());
  add(message, 3).set_z(-std::numeric_limits<float>::infinity());
  add(message, 4).set_address("short");
  add(message, 5).set_told(4);
  add(message, 6).set_told(3);
  add(message, 7).set_login(0);
  add(message, 8).set_desired_room(std::string(kMaxDesiredRoomBytes + 1, 'I'));
  add(message, 9).set_told(1);
  auto const read_back = read(message);
  ASSERT_TRUE(read_back);
  EXPECT_EQ(read_back->beats().size(), 2U);
  std::vector<Errc> const why(read_back->refused().begin(), read_back->refused().end());
  EXPECT_EQ(why, (std::vector{Errc::invalid_position, Errc::invalid_position, Errc::bad_address,
                              Errc::bad_request, Errc::bad_request, Errc::bad_request,
                              Errc::message_too_big}));
}

TEST(HeartbeatBatches, TooManyBeatsOrIslandsOrNoGatewayAreRefusedWhole) {
  auto many = batch();
  for (std::size_t i = 0; i <= kMaxBeats; ++i) many.add_beats();
  EXPECT_EQ(read(many).error().code, Errc::message_too_big);
  auto islands = batch();
  for (std::size_t i = 0; i <= kMaxBatchIslands; ++i) islands.add_islands("I");
  EXPECT_EQ(read(islands).error().code, Errc::message_too_big);
  auto nobody = batch();
  nobody.set_gateway("a b");
  EXPECT_EQ(read(nobody).error().code, Errc::bad_request);
  EXPECT_EQ(HeartbeatBatch::read(std::string(kMaxBatchBytes + 1, '\0')).error().code,
            Errc::message_too_big);
  EXPECT_EQ(HeartbeatBatch::read("\xff").error().code, Errc::malformed_packet);
}

TEST(HeartbeatBatches, LiveAsLongAsWhoHoldsThem) {
  auto message = batch();
  add(message, 1).set_told(1);
  auto first = *read(message);
  auto second = std::move(first);
  EXPECT_EQ(second.beats()[0].told, "I1-1");
}

RC_GTEST_PROP(HeartbeatBatchesProperty, NoBytesAreTooMuch, ()) {
  auto bytes = wire::encode([] {
    auto message = batch();
    add(message, 1).set_told(1);
    return message;
  }());
  for (auto const& [place, value] :
       *rc::gen::container<std::vector<std::pair<std::size_t, char>>>(rc::gen::pair(
           rc::gen::inRange<std::size_t>(0, bytes.size()), rc::gen::arbitrary<char>())))
    bytes[place] = value;
  bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size() + 1));
  auto const read_back = HeartbeatBatch::read(bytes);
  if (read_back) RC_ASSERT(read_back->beats().size() + read_back->refused().size() <= bytes.size());
}

}  // namespace
}  // namespace archipelago::islands
