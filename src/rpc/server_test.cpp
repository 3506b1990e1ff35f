// What the transcripts do not show: limits, ends of every kind, and handlers that do awkward
// things.
#include "rpc/server.hpp"

#include <gtest/gtest.h>

#include "rpc/testing.hpp"

namespace archipelago::rpc {
namespace {

using namespace wire;

/// A server with one module `m`, driven by raw frames.
class Rpc {
 public:
  explicit Rpc(std::vector<Procedure> procedures, Limits limits = {}) {
    auto hooks = Server::Hooks{.send = [this](std::string f) { take(std::move(f)); },
                               .open_port =
                                   [this, procedures](Port& port) {
                                     last_port = &port;
                                     port.on_close([this] { ++ports_closed; });
                                     port.offer({"m", procedures});
                                   },
                               .next_port_id = [this] { return ++ids_; }};
    server = std::make_unique<Server>(std::move(hooks), limits);
    server->start();
  }

  /// A port with its module loaded; what the server said so far is forgotten.
  Rpc& ready() {
    send(1, RpcCreatePort{"p"});
    send(2, RpcRequestModule{1, "m"});
    said.clear();
    return *this;
  }
  Result<> send(std::uint32_t number, RpcBody const& body) {
    return server->receive(encode_rpc(number, body));
  }
  void call(std::uint32_t number, std::uint32_t procedure = 1) {
    send(number, RpcRequest{1, procedure, 0, "x"});
  }
  void ack(std::uint32_t number, std::uint32_t sequence) {
    send(number, RpcStreamAck{1, sequence, {}, false, true});
  }

  std::unique_ptr<Server> server;
  std::vector<std::string> said;  ///< as `describe` writes it
  Port* last_port = nullptr;
  int ports_closed = 0;
  std::function<void(RpcFrame const&)> on_frame;

 private:
  void take(std::string bytes) {
    auto const frame = decode_rpc(bytes);
    ASSERT_TRUE(frame);
    said.push_back(describe(*frame));
    if (on_frame) on_frame(*frame);
  }

  std::uint32_t ids_ = 0;
};

using Said = std::vector<std::string>;

Procedure keep(std::optional<Call>& kept) {
  return {"Keep", [&kept](Call call) { kept = std::move(call); }};
}
Procedure open_stream(std::optional<OutStream>& kept, std::size_t limit = 2) {
  return {"Stream", [&kept, limit](Call call) { kept = call.stream(limit); }};
}

TEST(RpcServer, AnswersMayComeLaterAndInAnyOrder) {
  std::vector<Call> calls;
  Rpc rpc({{"Keep", [&](Call call) { calls.push_back(std::move(call)); }}});
  rpc.ready().call(5);
  rpc.call(6);
  calls[1].reply("b");
  calls[0].reply("a");
  EXPECT_EQ(rpc.said, (Said{"RESPONSE 6 b", "RESPONSE 5 a"}));
}

TEST(RpcServer, OnlyTheFirstAnswerCounts) {
  Rpc rpc({{"Twice", [](Call call) {
              call.reply("a");
              call.reply("b");
              call.fail("c");
              EXPECT_TRUE(call.stream(1).ended());
            }}});
  rpc.ready().call(5);
  EXPECT_EQ(rpc.said, (Said{"RESPONSE 5 a"}));
}

TEST(RpcServer, ACallDroppedUnansweredFailsWithTheDefaultText) {
  Rpc rpc({{"Drop", [](Call const&) {}}});
  rpc.ready().call(5);
  EXPECT_EQ(rpc.said, (Said{"REMOTE_ERROR_RESPONSE 5 Error processing the request"}));
}

TEST(RpcServer, AnswersAfterTheConnectionsEndGoNowhere) {
  std::optional<Call> unary;
  std::optional<Call> late;
  Rpc rpc({keep(unary), keep(late)});
  rpc.ready().call(5, 1);
  rpc.call(6, 2);
  rpc.server->closed();
  unary->reply("a");
  bool ended = false;
  auto stream = late->stream(4);
  stream.on_end([&] { ended = true; });
  EXPECT_TRUE(ended);
  EXPECT_FALSE(stream.push("x"));
  rpc.server.reset();
  unary.reset();
  late.reset();
  EXPECT_EQ(rpc.said, Said{});
}

TEST(RpcServer, ACallThatArrivedBeforeItsPortWasDestroyedMayStillBeAnswered) {
  std::optional<Call> call;
  Rpc rpc({keep(call)});
  rpc.ready().call(5);
  rpc.send(0, RpcDestroyPort{1});
  call->reply("a");
  EXPECT_EQ(rpc.said, (Said{"RESPONSE 5 a"}));
}

TEST(RpcServer, OneElementIsUnderWayAndTheNextWaitsForItsAck) {
  std::optional<OutStream> out;
  Rpc rpc({open_stream(out)});
  rpc.ready().call(5);
  EXPECT_TRUE(out->push("a"));
  EXPECT_TRUE(out->push("b"));
  EXPECT_FALSE(out->push("c"));  // full
  EXPECT_EQ(out->waiting_bytes(), 2U);
  EXPECT_EQ(rpc.said, (Said{"STREAM_MESSAGE 5 #0"}));
  rpc.ack(5, 0);
  EXPECT_EQ(rpc.said.back(), "STREAM_MESSAGE 5 #1 a");
  rpc.ack(5, 0);  // again: nothing
  rpc.ack(5, 7);  // of something else: nothing
  EXPECT_EQ(rpc.said.size(), 2U);
  rpc.ack(5, 1);
  rpc.ack(5, 2);
  EXPECT_TRUE(out->push("d"));  // the client waits: at once
  EXPECT_EQ(rpc.said.back(), "STREAM_MESSAGE 5 #3 d");
}

TEST(RpcServer, AClosedStreamSendsWhatWaitsThenItsEnd) {
  std::optional<OutStream> out;
  Rpc rpc({open_stream(out)});
  rpc.ready().call(5);
  out->push("a");
  out->close();
  EXPECT_TRUE(out->ended());
  EXPECT_FALSE(out->push("b"));
  rpc.ack(5, 0);
  rpc.ack(5, 1);
  EXPECT_EQ(rpc.said,
            (Said{"STREAM_MESSAGE 5 #0", "STREAM_MESSAGE 5 #1 a", "STREAM_MESSAGE 5 #1 closed"}));
}

TEST(RpcServer, AStreamIsToldOnceThatTheClientClosedIt) {
  std::optional<OutStream> out;
  int ends = 0;
  Rpc rpc({open_stream(out)});
  rpc.ready().call(5);
  out->on_end([&] { ++ends; });
  rpc.ack(5, 0);
  rpc.send(5, RpcStreamMessage{
                  1, 0, {}, true, false});  // at any time, also while the server has nothing
  rpc.send(5, RpcStreamMessage{1, 0, {}, true, false});
  rpc.server->closed();
  EXPECT_EQ(ends, 1);
  EXPECT_EQ(rpc.said.size(), 1U);  // a close is not answered
}

TEST(RpcServer, AStreamIsNotToldOfItsOwnEnd) {
  std::optional<OutStream> out;
  int ends = 0;
  Rpc rpc({open_stream(out)});
  rpc.ready().call(5);
  out->on_end([&] { ++ends; });
  out->close();
  rpc.server->closed();
  out->on_end([&] { ++ends; });
  EXPECT_EQ(ends, 0);
}

TEST(RpcServer, DestroyingAPortEndsItsStreamsThenRunsItsCloseHandlersAndAnswersNothing) {
  std::optional<OutStream> out;
  Said order;
  Rpc rpc({open_stream(out)});
  rpc.ready().call(5);
  rpc.last_port->on_close([&] { order.emplace_back("port"); });
  out->on_end([&] { order.emplace_back("stream"); });
  rpc.said.clear();
  rpc.send(0, RpcDestroyPort{1});
  EXPECT_EQ(order, (Said{"stream", "port"}));
  EXPECT_EQ(rpc.said, Said{});
  EXPECT_EQ(rpc.ports_closed, 1);
}

TEST(RpcServer, AHandlerMayCloseItsPortAndAnswersMadeBeforeAreSent) {
  Rpc* one = nullptr;
  std::optional<OutStream> out;
  Rpc rpc({{"Fail",
            [&](Call call) {
              call.fail("Authentication failed");
              one->last_port->close();
            }},
           open_stream(out)});
  one = &rpc;
  rpc.ready().call(4, 2);
  rpc.call(5, 1);
  rpc.call(6, 1);
  EXPECT_EQ(rpc.said,
            (Said{"STREAM_MESSAGE 4 #0", "REMOTE_ERROR_RESPONSE 5 Authentication failed",
                  "STREAM_MESSAGE 4 #0 closed", "REMOTE_ERROR_RESPONSE 6 invalid portId"}));
}

TEST(RpcServer, PushingAndClosingWithinOnEndIsHarmless) {
  std::optional<OutStream> first;
  std::optional<OutStream> second;
  Rpc rpc({open_stream(first), open_stream(second)});
  rpc.ready().call(5, 1);
  rpc.call(6, 2);
  rpc.ack(6, 0);
  first->on_end([&] {
    EXPECT_FALSE(first->push("x"));
    second->push("y");
    second->close();
    first.reset();
    rpc.last_port->close();
  });
  rpc.send(5, RpcStreamMessage{1, 0, {}, true, false});
  EXPECT_EQ(rpc.said, (Said{"STREAM_MESSAGE 5 #0", "STREAM_MESSAGE 6 #0", "STREAM_MESSAGE 6 #1 y",
                            "STREAM_MESSAGE 6 #1 closed"}));
  EXPECT_EQ(rpc.ports_closed, 1);
}

TEST(RpcServer, AClientThatAnswersWithinSendIsServed) {
  std::optional<OutStream> out;
  Rpc rpc({open_stream(out, 100)});
  rpc.ready();
  rpc.on_frame = [&](RpcFrame const& frame) {
    auto const* const message = std::get_if<RpcStreamMessage>(&frame.body);
    if (message != nullptr && !message->closed) rpc.ack(frame.number, message->sequence_id);
  };
  rpc.call(5);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(out->push("e"));
  out->close();
  EXPECT_EQ(rpc.said.size(), 12U);
  EXPECT_EQ(rpc.said.back(), "STREAM_MESSAGE 5 #10 closed");
}

TEST(RpcServer, AHandlerMayDestroyTheServer) {
  Rpc* one = nullptr;
  Rpc rpc({{"End", [&](Call call) {
              one->server.reset();
              call.reply("too late");
            }}});
  one = &rpc;
  rpc.ready().call(5);
  EXPECT_EQ(rpc.said, Said{});
  EXPECT_EQ(rpc.ports_closed, 1);
}

TEST(RpcServer, SendingMayEndTheConnection) {
  std::optional<OutStream> out;
  int ends = 0;
  Rpc rpc({open_stream(out)});
  rpc.ready();
  rpc.call(5);
  rpc.ack(5, 0);
  out->on_end([&] { ++ends; });
  rpc.on_frame = [&](RpcFrame const&) {
    rpc.server.reset();
    out.reset();
  };
  out->push("x");
  EXPECT_EQ(ends, 1);
}

TEST(RpcServer, AClientsStreamIsAskedForElementByElement) {
  Said got;
  std::optional<Call> call;
  Rpc rpc({keep(call)});
  rpc.ready().send(9, RpcRequest{1, 1, 8, {}});
  auto const take = [&](std::optional<std::string> element) {
    got.push_back(element.value_or("end"));
  };
  rpc.send(8, RpcStreamMessage{1, 1, "unasked", false, false});
  call->input().next(take);
  rpc.send(8, RpcStreamMessage{1, 2, "out of order", false, false});
  rpc.send(8, RpcStreamMessage{1, 1, "a", false, false});
  call->input().next(take);
  rpc.send(8, RpcStreamMessage{1, 1, {}, true, false});
  call->input().next(take);
  EXPECT_EQ(got, (Said{"a", "end", "end"}));
  EXPECT_EQ(rpc.said, (Said{"STREAM_ACK 8 #0 ack", "STREAM_ACK 8 #1 ack"}));
}

TEST(RpcServer, AHandlerThatWaitsForAnElementIsToldOfTheConnectionsEnd) {
  std::optional<Call> call;
  bool ended = false;
  Rpc rpc({keep(call)});
  rpc.ready().send(9, RpcRequest{1, 1, 8, {}});
  call->input().next([&](std::optional<std::string> element) { ended = !element; });
  rpc.server->closed();
  EXPECT_TRUE(ended);
}

TEST(RpcServer, WithoutAClientStreamTheInputIsEmpty) {
  bool ended = false;
  Rpc rpc({{"Read", [&](Call call) {
              call.input().next([&](std::optional<std::string> element) { ended = !element; });
              call.reply("a");
            }}});
  rpc.ready().call(5);
  EXPECT_TRUE(ended);
  EXPECT_EQ(rpc.said, (Said{"RESPONSE 5 a"}));
}

TEST(RpcServer, AClientsStreamEndsWithTheStreamThatAnswersIt) {
  std::optional<OutStream> out;
  Rpc rpc({open_stream(out)});
  rpc.ready().send(9, RpcRequest{1, 1, 8, {}});
  out->close();
  rpc.ack(9, 0);
  EXPECT_EQ(rpc.said, (Said{"STREAM_MESSAGE 9 #0", "STREAM_MESSAGE 9 #0 closed",
                            "STREAM_MESSAGE 8 #0 closed"}));
  rpc.send(11, RpcRequest{1, 1, 8, {}});  // its number is free again
  EXPECT_EQ(rpc.said.back(), "STREAM_MESSAGE 11 #0");
}

TEST(RpcServer, NumbersOfOpenStreamsAreNotTakenTwice) {
  std::optional<OutStream> out;
  std::optional<OutStream> kept;
  std::optional<Call> call;
  Rpc rpc({open_stream(out), keep(call)});
  rpc.ready().call(5, 1);
  kept = out;
  rpc.call(5, 1);
  EXPECT_EQ(rpc.said.back(), "REMOTE_ERROR_RESPONSE 5 stream 5 is open already");
  EXPECT_TRUE(out->ended());
  EXPECT_FALSE(kept->ended());
  rpc.send(7, RpcRequest{1, 2, 6, {}});
  rpc.send(8, RpcRequest{1, 2, 6, {}});
  EXPECT_EQ(rpc.said.back(), "REMOTE_ERROR_RESPONSE 8 client_stream 6 is open already");
}

TEST(RpcServer, CallsBeyondTheLimitAreRefusedAndEndedOnesMakeRoom) {
  std::vector<Call> calls;
  std::optional<OutStream> out;
  Rpc rpc({{"Keep", [&](Call call) { calls.push_back(std::move(call)); }}, open_stream(out)},
          {.open_calls = 2});
  rpc.ready().call(5, 1);
  rpc.call(6, 2);
  rpc.call(7, 1);
  EXPECT_EQ(rpc.said.back(), "REMOTE_ERROR_RESPONSE 7 Too many open calls");
  rpc.send(6, RpcStreamMessage{1, 0, {}, true, false});
  calls[0].reply("a");
  rpc.call(8, 1);
  rpc.call(9, 1);
  EXPECT_EQ(calls.size(), 3U);
}

TEST(RpcServer, PortsBeyondTheLimitAreFatal) {
  Rpc rpc({}, {.ports = 2});
  EXPECT_TRUE(rpc.send(1, RpcCreatePort{"a"}));
  EXPECT_TRUE(rpc.send(2, RpcCreatePort{"b"}));
  auto const third = rpc.send(3, RpcCreatePort{"c"});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, Errc::too_many_subscriptions);
  rpc.send(0, RpcDestroyPort{1});
  EXPECT_TRUE(rpc.send(4, RpcCreatePort{"d"}));
}

TEST(RpcServer, NamesBeyondTheLimitAreFatal) {
  Rpc rpc({}, {.name_bytes = 3});
  EXPECT_TRUE(rpc.send(1, RpcCreatePort{"abc"}));
  EXPECT_EQ(rpc.send(2, RpcCreatePort{"abcd"}).error().code, Errc::rpc_violation);
  EXPECT_EQ(rpc.send(3, RpcRequestModule{1, "abcd"}).error().code, Errc::rpc_violation);
}

TEST(RpcServer, AModuleOfferedTwiceStaysAsItWas) {
  Rpc rpc({{"First", [](Call call) { call.reply("1"); }}});
  rpc.ready();
  rpc.last_port->offer({"m", {{"Second", [](Call call) { call.reply("2"); }}}});
  rpc.send(3, RpcRequestModule{1, "m"});
  EXPECT_EQ(rpc.said, (Said{"REQUEST_MODULE_RESPONSE 3 1=First"}));
}

TEST(RpcServer, NothingHappensAfterTheEnd) {
  Rpc rpc({});
  rpc.server->closed();
  rpc.said.clear();
  EXPECT_TRUE(rpc.send(1, RpcCreatePort{"p"}));
  rpc.server->closed();
  EXPECT_EQ(rpc.said, Said{});
}

}  // namespace
}  // namespace archipelago::rpc
