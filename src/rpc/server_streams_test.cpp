// What the transcripts do not show of streams: back-pressure, ends of every kind, re-entrance.
#include <gtest/gtest.h>

#include "rpc/server_under_test.hpp"

namespace archipelago::rpc {
namespace {

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

}  // namespace
}  // namespace archipelago::rpc
