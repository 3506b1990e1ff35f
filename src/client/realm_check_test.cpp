// A check of realms that are broken, hostile, silent or of another kind, over real sockets.
#include "client/realm_check.hpp"

#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.hpp"
#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "net/server.hpp"
#include "wire/packet.hpp"
#include "wire/server_packet.hpp"

namespace archipelago::client {
namespace {

namespace v3 = decentraland::kernel::comms::v3;
using ::testing::HasSubstr;
using ::testing::Not;

/// Speaks on /ws; gets each packet of the player.
using Script = std::function<void(net::Connection&, v3::ClientPacket const&)>;

class Scripted final : public net::Protocol {
 public:
  Scripted(net::Connection& connection, Script const& script)
      : connection_(connection), script_(script) {}
  void on_message(std::string_view bytes) override {
    if (auto const packet = wire::decode<v3::ClientPacket>(bytes, bytes.size()))
      script_(connection_, *packet);
  }
  void on_closed(Errc /*why*/) override {}

 private:
  net::Connection& connection_;
  Script const& script_;
};

/// A realm with an /about and, behind comms.adapter, a script.
class FakeRealm {
 public:
  explicit FakeRealm(Script script, std::string comms = {}, int status = 200)
      : script_(std::move(script)), shards_(1) {
    log::set_level(log::Level::error);
    router_.http("GET", "/about", [this, status, comms](auto const&, net::HttpReply const& reply) {
      net::HttpResponse response;
      response.status = status;
      auto const direct = R"("adapter":"archipelago:archipelago:ws)" + url().substr(4) + "/ws\"";
      response.body =
          R"({"healthy":true,"comms":{"protocol":"v3",)" + (comms.empty() ? direct : comms) + "}}";
      reply(response);
    });
    net::WebsocketEndpoint endpoint;
    endpoint.open = [this](auto const&, net::Connection& connection, std::size_t) {
      return std::make_shared<Scripted>(connection, script_);
    };
    router_.websocket("/ws", endpoint);
    shards_.start();
    net::ServerOptions options;
    options.port = 0;
    server_ = net::Server::start(shards_, router_, options, metrics_).value();
  }
  FakeRealm(FakeRealm const&) = delete;
  FakeRealm& operator=(FakeRealm const&) = delete;
  ~FakeRealm() {
    server_->stop();
    shards_.stop();
  }

  [[nodiscard]] std::string url() const { return server_->url(); }

  int check(Millis timeout = Millis{10'000}) {
    std::ostringstream out;
    auto const status = run_check({.realm = url(), .timeout = timeout}, out);
    page = out.str();
    return status;
  }

  std::string page;

 private:
  Script script_;
  Metrics metrics_;
  net::Router router_;
  net::ShardPool shards_;
  std::unique_ptr<net::Server> server_;
};

void ignore(net::Connection&, v3::ClientPacket const&) {}

/// Lets everybody in, and puts everybody on one island with this connection string.
Script one_island(std::string connection_string) {
  return [text = std::move(connection_string), address = std::make_shared<std::string>()](
             net::Connection& connection, v3::ClientPacket const& packet) {
    if (packet.has_challenge_request()) {
      *address = packet.challenge_request().address();
      connection.send(share(wire::challenge_response_packet("dcl-x", false)));
    } else if (packet.has_signed_challenge()) {
      connection.logged_in();
      connection.send(share(wire::welcome_packet(*address)));
    } else {
      v3::ServerPacket answer;
      answer.mutable_island_changed()->set_island_id("I1");
      answer.mutable_island_changed()->set_conn_str(text);
      connection.send(share(wire::encode(answer)));
    }
  };
}

TEST(RealmCheck, ARealmThatIsUnwellFailsAtItsAbout) {
  FakeRealm realm(ignore, {}, 503);
  EXPECT_EQ(realm.check(), 1);
  EXPECT_THAT(realm.page, HasSubstr("HTTP 503"));
  EXPECT_THAT(realm.page, HasSubstr("what to do"));
}

TEST(RealmCheck, AFixedRealmIsReportedAndItsStepsAreSkipped) {
  FakeRealm realm(ignore,
                  R"("adapter":"fixed-adapter:livekit:wss://lk.example.org?access_token=s3cret")");
  EXPECT_EQ(realm.check(), 0);
  EXPECT_THAT(realm.page, HasSubstr("fixed-adapter:livekit:wss://lk.example.org"));
  EXPECT_THAT(realm.page, Not(HasSubstr("s3cret")));
}

TEST(RealmCheck, ARefusedLoginIsToldInTheServersWords) {
  FakeRealm realm(
      [](net::Connection& connection, auto const&) { connection.close(Errc::realm_full); });
  EXPECT_EQ(realm.check(), 1);
  EXPECT_THAT(realm.page, HasSubstr("the server closed with 1013 realm_full"));
}

TEST(RealmCheck, NothingButAChallengeIsSigned) {
  auto const signatures = std::make_shared<int>(0);
  FakeRealm realm([signatures](net::Connection& connection, v3::ClientPacket const& packet) {
    if (packet.has_signed_challenge()) ++*signatures;
    connection.send(share(wire::challenge_response_packet("get:/rich:1:{}", false)));
  });
  EXPECT_EQ(realm.check(), 1);
  EXPECT_THAT(realm.page, HasSubstr("challenge_mismatch"));
  EXPECT_EQ(*signatures, 0);
}

TEST(RealmCheck, RubbishIsNamedAsSuch) {
  FakeRealm realm(
      [](net::Connection& connection, auto const&) { connection.send(share("\xff\xff")); });
  EXPECT_EQ(realm.check(), 1);
  EXPECT_THAT(realm.page, HasSubstr("malformed_packet"));
}

TEST(RealmCheck, AWelcomeForSomebodyElseIsNotTaken) {
  FakeRealm realm([](net::Connection& connection, v3::ClientPacket const& packet) {
    connection.send(share(packet.has_challenge_request()
                              ? wire::challenge_response_packet("dcl-x", false)
                              : wire::welcome_packet("0x" + std::string(40, '1'))));
  });
  EXPECT_EQ(realm.check(), 1);
  EXPECT_THAT(realm.page, HasSubstr("not the player's welcome"));
}

TEST(RealmCheck, ASilentRealmFailsAfterTheTimeGiven) {
  FakeRealm realm(ignore);
  EXPECT_EQ(realm.check(Millis{50}), 1);
  EXPECT_THAT(realm.page, HasSubstr("handshake_timeout"));
}

TEST(RealmCheck, AnotherBackendsRoomIsSkippedAndItsTokenNotShown) {
  FakeRealm realm(one_island("livekit:wss://lk.example.org?access_token=s3cret"));
  EXPECT_EQ(realm.check(Millis{600}), 1) << "nobody ever parts in this realm";
  EXPECT_THAT(realm.page, HasSubstr("not ours to walk"));
  EXPECT_THAT(realm.page, HasSubstr("livekit:wss://lk.example.org"));
  EXPECT_THAT(realm.page, HasSubstr("A is on I1, B is on I1"));
  EXPECT_THAT(realm.page, Not(HasSubstr("s3cret")));
}

TEST(RealmCheck, ARoomThatCannotBeReachedSaysWhatToLookAt) {
  FakeRealm realm(one_island("ws-room:ws://127.0.0.1:1/rooms/I1?access_token=s3cret"));
  EXPECT_EQ(realm.check(), 1);
  EXPECT_THAT(realm.page, HasSubstr("room: A enters"));
  EXPECT_THAT(realm.page, HasSubstr("--public-url"));
  EXPECT_THAT(realm.page, Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace archipelago::client
