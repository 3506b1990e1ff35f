// What the transcripts do not show of calls and ports: late answers, awkward handlers, ends,
// limits.
#include <gtest/gtest.h>

#include "rpc/server_under_test.hpp"

namespace archipelago::rpc {
namespace {

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
