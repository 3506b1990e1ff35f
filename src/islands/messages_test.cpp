// Spliced messages are the bytes that the generated encoder writes.
#include "islands/messages.hpp"

#include <array>

#include <decentraland/kernel/comms/v3/archipelago.pb.h>

#include <gtest/gtest.h>

#include "wire/packet.hpp"

namespace archipelago::islands {
namespace {

namespace v3 = decentraland::kernel::comms::v3;

constexpr std::array kMembers{engine::Member{"0xa", {1.5F, 0, -3}},
                              engine::Member{"0xb", {0, 0, 0}}};

std::string generated(std::string const& connection, std::string const& from) {
  v3::IslandChangedMessage message;
  message.set_island_id("I1");
  message.set_conn_str(connection);
  if (!from.empty()) message.set_from_island_id(from);
  for (auto const& m : kMembers) {
    auto& position = (*message.mutable_peers())[std::string(m.player)];
    position.set_x(m.at.x);
    position.set_y(m.at.y);
    position.set_z(m.at.z);
  }
  return wire::encode(message);
}

TEST(IslandMessages, ASplicedIslandChangedIsWhatTheGeneratedEncoderWrites) {
  auto const peers = encode_peers({.id = "I1", .members = kMembers});
  EXPECT_EQ(island_changed_message("I1", "c:x", "I0", peers), generated("c:x", "I0"));
  EXPECT_EQ(island_changed_message("I1", "c:x", "", peers), generated("c:x", ""));
  std::string const long_text(300, 'x');
  EXPECT_EQ(island_changed_message("I1", long_text, long_text, peers),
            generated(long_text, long_text));
}

TEST(IslandMessages, ADiscoveryWithoutACommitHashLeavesItOut) {
  auto const bytes = discovery_message({.now = WallTime{5}, .commit_hash = {}, .users = 0});
  auto const message = wire::decode<v3::ServiceDiscoveryMessage>(bytes, 100);
  EXPECT_FALSE(message->status().has_commit_hash());
  EXPECT_EQ(discovery_json({.now = WallTime{5}, .commit_hash = {}, .users = 0}),
            R"({"serverName":"archipelago","status":{"currentTime":5,"userCount":0}})");
}

}  // namespace
}  // namespace archipelago::islands
