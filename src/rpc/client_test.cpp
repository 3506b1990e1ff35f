// The client against a server played by the test, hostile ones included.
#include "rpc/client.hpp"

#include <gtest/gtest.h>

#include "rpc/testing.hpp"

namespace archipelago::rpc {
namespace {

using namespace wire;
using Said = std::vector<std::string>;

/// A client whose server is the test.
class Rpc {
 public:
  explicit Rpc(ClientLimits limits = {}) {
    client = std::make_unique<Client>(
        [this](std::string const& bytes) { said.push_back(describe(decode_rpc(bytes).value())); },
        limits);
  }

  Result<> answer(std::uint32_t number, RpcBody const& body) {
    return client->receive(encode_rpc(number, body));
  }

  /// Port 1, module m with the procedures Call (1) and Stream (2); what the client said so far is
  /// forgotten.
  Rpc& ready() {
    client->create_port("p", [this](Result<RemotePort> made) { port = made.value(); });
    EXPECT_TRUE(answer(1, RpcCreatePortResponse{1}));
    port->load("m", [this](Result<RemoteModule> loaded) { module = loaded.value(); });
    EXPECT_TRUE(answer(2, RpcRequestModuleResponse{1, {{1, "Call"}, {2, "Stream"}}}));
    said.clear();
    return *this;
  }
  std::string call(std::string payload = "x") {
    auto const slot = std::make_shared<std::string>("nothing yet");
    results.push_back(slot);
    module->call("Call", std::move(payload),
                 [slot](Result<std::string> const& result) { *slot = told(result); });
    return *slot;
  }
  void next(RemoteStream& stream) {
    stream.next([this](Result<std::optional<std::string>> const& element) {
      elements.push_back(element ? element->value_or("end") : "error: " + element.error().detail);
    });
  }

  static std::string told(Result<std::string> const& result) {
    if (result) return *result;
    return std::string(reason(result.error().code).label) + ": " + result.error().detail;
  }

  std::unique_ptr<Client> client;
  Said said;
  Said elements;
  std::vector<std::shared_ptr<std::string>> results;
  std::optional<RemotePort> port;
  std::optional<RemoteModule> module;
};

TEST(RpcClient, FindsProceduresByNameAndMatchesAnswersByNumber) {
  Rpc rpc;
  rpc.ready().call("a");
  rpc.call("b");
  EXPECT_TRUE(rpc.answer(4, RpcResponse{"B"}));
  EXPECT_TRUE(rpc.answer(3, RpcResponse{"A"}));
  EXPECT_EQ(rpc.said, (Said{"REQUEST 3 a", "REQUEST 4 b"}));
  EXPECT_EQ(*rpc.results[0], "A");
  EXPECT_EQ(*rpc.results[1], "B");
}

TEST(RpcClient, ARemoteErrorIsTheCallsFailureWithItsText) {
  Rpc rpc;
  rpc.ready().call();
  EXPECT_TRUE(rpc.answer(3, RpcRemoteError{0, "boom"}));
  EXPECT_EQ(*rpc.results[0], "upstream_failed: boom");
}

TEST(RpcClient, AnAnswerOfTheWrongKindFailsTheCall) {
  Rpc rpc;
  rpc.ready().call();
  EXPECT_TRUE(rpc.answer(3, RpcCreatePortResponse{1}));
  EXPECT_EQ(*rpc.results[0], "rpc_violation: answered with CREATE_PORT_RESPONSE");
}

TEST(RpcClient, AProcedureThatTheModuleLacksIsNotAskedFor) {
  Rpc rpc;
  rpc.ready();
  std::string told;
  rpc.module->call("Nope", {},
                   [&](Result<std::string> const& result) { told = Rpc::told(result); });
  EXPECT_EQ(told, "rpc_violation: no procedure Nope");
  EXPECT_EQ(rpc.said, Said{});
}

TEST(RpcClient, AStreamIsAskedForOneElementAtATime) {
  Rpc rpc;
  rpc.ready();
  auto stream = rpc.module->stream("Stream", "s");
  rpc.next(stream);  // before the offer
  EXPECT_TRUE(rpc.answer(3, RpcStreamMessage{1, 0, {}, false, false}));
  EXPECT_TRUE(rpc.answer(3, RpcStreamMessage{1, 1, "a", false, false}));
  EXPECT_TRUE(rpc.answer(3, RpcStreamMessage{1, 2, "unasked", false, false}));
  rpc.next(stream);
  EXPECT_TRUE(rpc.answer(3, RpcStreamMessage{1, 1, {}, true, false}));
  rpc.next(stream);
  EXPECT_EQ(rpc.elements, (Said{"a", "end", "end"}));
  EXPECT_EQ(rpc.said, (Said{"REQUEST 3 s", "STREAM_ACK 3 #0 ack", "STREAM_ACK 3 #1 ack"}));
}

TEST(RpcClient, AStreamsErrorComesWithTheNextElement) {
  Rpc rpc;
  rpc.ready();
  auto stream = rpc.module->stream("Stream", {});
  EXPECT_TRUE(rpc.answer(3, RpcRemoteError{0, "boom"}));
  rpc.next(stream);
  EXPECT_EQ(rpc.elements, (Said{"error: boom"}));
}

TEST(RpcClient, AStreamAnsweredLikeACallIsAnError) {
  Rpc rpc;
  rpc.ready();
  auto stream = rpc.module->stream("Stream", {});
  EXPECT_TRUE(rpc.answer(3, RpcResponse{"a"}));
  rpc.next(stream);
  EXPECT_EQ(rpc.elements, (Said{"error: the call was not answered with a stream"}));
}

TEST(RpcClient, ClosingAStreamIsSaidOnceAndLateElementsAreIgnored) {
  Rpc rpc;
  rpc.ready();
  auto stream = rpc.module->stream("Stream", {});
  EXPECT_TRUE(rpc.answer(3, RpcStreamMessage{1, 0, {}, false, false}));
  rpc.next(stream);
  stream.close();
  stream.close();
  EXPECT_TRUE(rpc.answer(3, RpcStreamMessage{1, 1, "late", false, false}));
  EXPECT_EQ(rpc.elements, (Said{"end"}));
  EXPECT_EQ(rpc.said, (Said{"REQUEST 3 ", "STREAM_ACK 3 #0 ack", "STREAM_MESSAGE 3 #0 closed"}));
}

TEST(RpcClient, AStreamClosedBeforeItsOfferIsClosedWhenTheOfferComes) {
  Rpc rpc;
  rpc.ready();
  auto stream = rpc.module->stream("Stream", {});
  stream.close();
  EXPECT_EQ(rpc.said, (Said{"REQUEST 3 "}));
  EXPECT_TRUE(rpc.answer(3, RpcStreamMessage{1, 0, {}, false, false}));
  EXPECT_EQ(rpc.said.back(), "STREAM_MESSAGE 3 #0 closed");
}

TEST(RpcClient, DestroyingThePortEndsItsStreams) {
  Rpc rpc;
  rpc.ready();
  auto stream = rpc.module->stream("Stream", {});
  rpc.next(stream);
  rpc.port->destroy();
  EXPECT_EQ(rpc.elements, (Said{"error: the port was destroyed"}));
  EXPECT_EQ(rpc.said.back(), "DESTROY_PORT 0 1");
}

TEST(RpcClient, TheConnectionsEndFailsEverythingThatIsUnderWay) {
  Rpc rpc;
  rpc.ready().call();
  auto stream = rpc.module->stream("Stream", {});
  rpc.next(stream);
  rpc.client.reset();
  EXPECT_EQ(*rpc.results[0], "peer_gone: the connection has ended");
  EXPECT_EQ(rpc.elements, (Said{"error: the connection has ended"}));
  rpc.call();
  EXPECT_EQ(*rpc.results[1], "peer_gone: the connection has ended");
  auto late = rpc.module->stream("Stream", {});
  rpc.next(late);
  EXPECT_EQ(rpc.elements.size(), 2U);
}

TEST(RpcClient, WhatOnlyClientsSendAndWhatDoesNotDecodeIsFatal) {
  Rpc rpc;
  EXPECT_EQ(rpc.answer(1, RpcRequest{}).error().code, Errc::rpc_violation);
  EXPECT_EQ(rpc.answer(1, RpcDestroyPort{}).error().code, Errc::rpc_violation);
  EXPECT_EQ(rpc.client->receive("\xff").error().code, Errc::malformed_packet);
}

TEST(RpcClient, AnswersThatNobodyWaitsForAreIgnored) {
  Rpc rpc;
  EXPECT_FALSE(rpc.client->server_ready());
  EXPECT_TRUE(rpc.answer(0, RpcServerReady{}));
  EXPECT_TRUE(rpc.answer(77, RpcResponse{"x"}));
  EXPECT_TRUE(rpc.answer(77, RpcStreamMessage{1, 1, "x", false, false}));
  EXPECT_TRUE(rpc.client->server_ready());
}

TEST(RpcClient, AModuleOfAbsurdSizeIsRefused) {
  Rpc rpc({.procedures = 1});
  rpc.client->create_port("p", [&](Result<RemotePort> made) { rpc.port = made.value(); });
  EXPECT_TRUE(rpc.answer(1, RpcCreatePortResponse{1}));
  Errc why{};
  rpc.port->load("m", [&](Result<RemoteModule> const& loaded) { why = loaded.error().code; });
  EXPECT_TRUE(rpc.answer(2, RpcRequestModuleResponse{1, {{1, "a"}, {2, "b"}}}));
  EXPECT_EQ(why, Errc::rpc_violation);
}

TEST(RpcClient, MoreThanTheLimitIsNotSent) {
  Rpc rpc({.under_way = 1});
  rpc.ready().call();
  rpc.call();
  EXPECT_EQ(*rpc.results[1], "overloaded: too many calls under way");
  EXPECT_EQ(rpc.said.size(), 1U);
}

TEST(RpcClient, ACallbackMayDestroyTheClient) {
  Rpc rpc;
  rpc.ready();
  int calls = 0;
  for (int i = 0; i < 3; ++i)
    rpc.module->call("Call", {}, [&](Result<std::string> const&) {
      ++calls;
      rpc.client.reset();
    });
  EXPECT_TRUE(rpc.answer(3, RpcResponse{"a"}));
  EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace archipelago::rpc
