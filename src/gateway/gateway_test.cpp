// The front door: paths, limits and counts.
#include "gateway/gateway.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/test_realm.hpp"

namespace archipelago::gateway {
namespace {

using testing::TestRealm;

struct Door {
  explicit Door(Options const& options = {})
      : gateway(options, realm.bus, std::vector<bus::Mailbox*>{realm.mailbox.get()}, realm.verifier,
                realm.random, realm.metrics) {
    gateway.register_endpoints(router);
  }
  std::shared_ptr<net::Protocol> open(std::string const& path, net::Connection& connection) {
    return router.find_websocket(path)->open({}, connection, 0);
  }

  TestRealm realm;
  net::Router router;
  Gateway gateway;
};

TEST(Gateway, BothProtocolsHaveTheirTwoPathsAndLimits) {
  Door door;
  for (auto const* const path : {"/ws", "/archipelago/ws"})
    EXPECT_EQ(door.router.find_websocket(path)->max_message_bytes, 16'384U) << path;
  for (auto const* const path : {"/rpc", "/bff/rpc"})
    EXPECT_EQ(door.router.find_websocket(path)->max_message_bytes, 1'048'576U) << path;
  EXPECT_EQ(door.router.find_websocket("/other"), nullptr);
}

TEST(Gateway, CountsSessionsAndSaysWhetherMoreAreTaken) {
  Door door({.max_users = 1});
  EXPECT_TRUE(door.gateway.accepting());
  net::FakeConnection connection(door.realm.loop);
  auto const protocol = door.open("/ws", connection);
  decentraland::kernel::comms::v3::ClientPacket claim;
  claim.mutable_challenge_request()->set_address(testing::player('a').str());
  protocol->on_message(wire::encode(claim));
  decentraland::kernel::comms::v3::ClientPacket proof;
  proof.mutable_signed_challenge()->set_auth_chain_json("[]");
  protocol->on_message(wire::encode(proof));
  door.realm.settle();
  EXPECT_EQ(door.gateway.sessions(), 1U);
  EXPECT_FALSE(door.gateway.accepting());
  protocol->on_closed(Errc::peer_gone);
  EXPECT_EQ(door.gateway.sessions(), 0U);
  EXPECT_TRUE(door.gateway.accepting());
}

TEST(Gateway, PortsAreNumberedOverAllConnections) {
  Door door;
  net::FakeConnection first(door.realm.loop);
  net::FakeConnection second(door.realm.loop);
  auto const one = door.open("/rpc", first);
  auto const two = door.open("/bff/rpc", second);
  auto const create = wire::encode_rpc(1, wire::RpcCreatePort{"kernel"});
  one->on_message(create);
  two->on_message(create);
  EXPECT_EQ(first.sent.at(0), wire::encode_rpc(1, wire::RpcCreatePortResponse{1}));
  EXPECT_EQ(second.sent.at(0), wire::encode_rpc(1, wire::RpcCreatePortResponse{2}));
  one->on_closed(Errc::peer_gone);
  two->on_closed(Errc::peer_gone);
}

}  // namespace
}  // namespace archipelago::gateway
