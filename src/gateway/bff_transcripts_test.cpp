// The BFF transcripts of the official library, with real chains, against our connections and bus.
// Where they go on after a failed login our server has closed (DESIGN rule 2).
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "gateway/test_realm.hpp"
#include "support/rpc_transcript.hpp"

namespace archipelago::gateway {
namespace {

using archipelago::testing::Transcript;
using testing::TestRealm;

class BffServer final : public archipelago::testing::TranscriptServer {
 public:
  void open(std::string const& conn) override {
    auto& one = connections_[conn];
    one = std::make_unique<One>(*this);
    one->protocol.on_open();
  }
  void deliver(std::string const& conn, std::string const& bytes) override {
    connections_.at(conn)->protocol.on_message(bytes);
    realm_.settle();
  }
  std::vector<std::string> const& sent(std::string const& conn) override {
    return connections_.at(conn)->connection.sent;
  }
  bool closed(std::string const& conn) override {
    return connections_.at(conn)->connection.closed_why.has_value();
  }
  [[nodiscard]] bool any_closed() const {
    for (auto const& [name, one] : connections_)
      if (one->connection.closed_why) return true;
    return false;
  }
  /// The islands' part: the assignment that the transcript's stream is about to bring.
  void before(Transcript const& script, std::size_t index) override {
    realm_.settle();
    auto const* const result = script.json.if_contains("result");
    if (told_ || result == nullptr || !result->is_object() || index >= script.frames.size()) return;
    auto const* const payload = result->as_object().if_contains("payload_hex");
    if (payload == nullptr || script.frames[index].from_client) return;
    auto const frame = wire::decode_rpc(script.frames[index].bytes);
    auto const* const element = std::get_if<wire::RpcStreamMessage>(&frame->body);
    if (element == nullptr || element->sequence_id != 1) return;
    told_ = true;
    realm_.publish("client-proto." + std::string(result->at("topic").as_string()),
                   from_hex(payload->as_string()).value());
  }

  /// Subjects and payloads as the transcripts write them.
  std::vector<std::pair<std::string, std::string>> bus() {
    std::vector<std::pair<std::string, std::string>> all;
    for (auto const& message : realm_.heard())
      all.emplace_back(message.subject, to_hex(message.payload));
    return all;
  }

 private:
  struct One {
    explicit One(BffServer& server)
        : connection(server.realm_.loop),
          protocol(
              server.shard_, connection, [&server] { return ++server.realm_.last_port; },
              [&server] {
                return "dcl-0.fixedchallenge" + std::to_string(server.realm_.last_port);
              }) {}
    ~One() { protocol.on_closed(Errc::peer_gone); }
    One(One const&) = delete;
    One& operator=(One const&) = delete;

    net::FakeConnection connection;
    BffConnection protocol;
  };

  TestRealm realm_;
  auth::InlineLoginVerifier verifier_;
  Shard shard_{realm_.options, realm_.directory, realm_.bus,    *realm_.mailbox,
               verifier_,      realm_.random,    realm_.metrics};
  std::map<std::string, std::unique_ptr<One>> connections_;
  bool told_ = false;
};

std::vector<std::pair<std::string, std::string>> expected_bus(Transcript const& script) {
  std::vector<std::pair<std::string, std::string>> all;
  if (auto const* const bus = script.json.if_contains("bus"))
    for (auto const& message : bus->as_array())
      all.emplace_back(message.at("subject").as_string(), message.at("payload_hex").as_string());
  return all;
}

TEST(BffVectors, OurServerAnswersAsTheOfficialLibraryDid) {
  std::size_t played = 0;
  for (auto const& script : archipelago::testing::rpc_transcripts()) {
    if (!script.name.starts_with("bff ") && script.name != "request with broken payload") continue;
    BffServer server;
    EXPECT_EQ(archipelago::testing::play(script, server), "");
    if (!server.any_closed()) {
      EXPECT_EQ(server.bus(), expected_bus(script)) << script.name;
    }
    ++played;
  }
  EXPECT_GT(played, 0U);
}

TEST(BffVectors, OnlyFailedLoginsEndTheConnection) {
  std::vector<std::string> closed;
  for (auto const& script : archipelago::testing::rpc_transcripts()) {
    if (!script.name.starts_with("bff ")) continue;
    BffServer server;
    (void)archipelago::testing::play(script, server);
    if (server.any_closed()) closed.push_back(script.name);
  }
  for (auto const& name : closed)
    EXPECT_TRUE(name == "bff invalid address in GetChallenge" || name == "bff bad signature" ||
                name == "bff auth chain is not JSON")
        << name;
}

}  // namespace
}  // namespace archipelago::gateway
