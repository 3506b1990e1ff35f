// Spliced packets are the ones protobuf would have written.
#include "wire/server_packet.hpp"

#include <gtest/gtest.h>

#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "wire/packet.hpp"

namespace archipelago::wire {
namespace {

namespace v3 = decentraland::kernel::comms::v3;

TEST(ServerPacket, AWrappedIslandChangedIsWhatProtobufWouldHaveEncoded) {
  for (std::size_t const length : {0U, 1U, 100U, 127U, 128U, 20'000U}) {
    v3::ServerPacket packet;
    packet.mutable_island_changed()->set_conn_str(std::string(length, 'c'));
    EXPECT_EQ(server_packet(ServerCase::island_changed, encode(packet.island_changed())),
              encode(packet))
        << length;
  }
}

TEST(ServerPacket, ChallengeWelcomeAndKickedAreWhatProtobufWouldHaveEncoded) {
  for (bool const connected : {false, true}) {
    v3::ServerPacket packet;
    packet.mutable_challenge_response()->set_challenge_to_sign("dcl-1");
    packet.mutable_challenge_response()->set_already_connected(connected);
    EXPECT_EQ(challenge_response_packet("dcl-1", connected), encode(packet));
  }
  v3::ServerPacket packet;
  packet.mutable_welcome()->set_peer_id("0xa");
  EXPECT_EQ(welcome_packet("0xa"), encode(packet));
  packet.mutable_kicked();
  EXPECT_EQ(kicked_packet(), encode(packet));
}

}  // namespace
}  // namespace archipelago::wire
