// The official library's transcripts, played against our server; those that need the BFF's services
// run in the gateway.
#include <gtest/gtest.h>

#include "rpc/server.hpp"
#include "support/rpc_transcript.hpp"

namespace archipelago::rpc {
namespace {

using archipelago::testing::Transcript;

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (int const value : values) text.push_back(static_cast<char>(value));
  return text;
}

void count(Call call) {
  auto stream = call.stream(256);
  int const last = static_cast<unsigned char>(call.payload().at(0));
  for (int i = 1; i <= last; ++i) stream.push(bytes({i}));
  stream.close();
}

void push_forever(OutStream stream) {
  for (int i = 1; i <= 200; ++i) stream.push(bytes({i}));
}

void fail_at_two(Call call) {
  auto stream = call.stream(4);
  stream.push(bytes({1}));
  stream.fail("stream boom");
}

void add_up(Call call, InStream input, int sum, int left) {
  if (left == 0) {
    input.close();
    call.reply(bytes({sum}));
    return;
  }
  input.next([call, input, sum, left](std::optional<std::string> element) mutable {
    if (!element) return call.reply(bytes({sum}));
    add_up(call, input, sum + static_cast<unsigned char>(element->at(0)), left - 1);
  });
}

void double_each(InStream input, OutStream output) {
  input.next([input, output](std::optional<std::string> element) mutable {
    if (!element) return output.close();
    output.push(bytes({2 * static_cast<unsigned char>(element->at(0))}));
    double_each(input, output);
  });
}

void empty_elements(Call call) {
  auto stream = call.stream(4);
  stream.push({});
  stream.push({});
  stream.close();
}

/// The module `echo` of the transcripts.
Module echo() {
  return {"echo",
          {{"hello", [](Call call) { call.reply("hi" + call.payload()); }},
           {"empty", [](Call call) { call.reply({}); }},
           {"nothing", [](Call call) { call.reply({}); }},
           {"fail", [](Call call) { call.fail("boom"); }},
           {"failEmpty", [](Call call) { call.fail({}); }},
           {"count", count},
           {"forever", [](Call call) { push_forever(call.stream(256)); }},
           {"failAt2", fail_at_two},
           {"none", [](Call call) { call.stream(1).close(); }},
           {"emptyElems", empty_elements},
           {"sum", [](Call call) { add_up(call, call.input(), 0, -1); }},
           {"sumFirstTwo", [](Call call) { add_up(call, call.input(), 0, 2); }},
           {"ignoreStream", [](Call call) { call.reply(bytes({9})); }},
           {"double", [](Call call) { double_each(call.input(), call.stream(16)); }}}};
}

/// Stands in where a transcript only looks at the ids of its procedures, or at an undecodable
/// payload.
Module authentication() {
  auto const refuse = [](Call call) { call.fail("not decodable"); };
  return {
      "BffAuthenticationService",
      {{"GetChallenge", refuse}, {"Authenticate", refuse}, {"GetDisconnectionMessage", refuse}}};
}

class EchoServer final : public archipelago::testing::TranscriptServer {
 public:
  void open(std::string const& conn) override {
    auto& one = connections_[conn];
    one.server = std::make_unique<Server>(
        Server::Hooks{.send = [&one](std::string f) { one.sent.push_back(std::move(f)); },
                      .open_port =
                          [](Port& port) {
                            port.offer(authentication());
                            port.offer(echo());
                          },
                      .next_port_id = [this] { return ++ports_; }},
        Limits{});
    one.server->start();
  }
  void deliver(std::string const& conn, std::string const& frame) override {
    auto& one = connections_[conn];
    if (one.closed || one.server->receive(frame)) return;
    one.closed = true;
    one.server->closed();
  }
  std::vector<std::string> const& sent(std::string const& conn) override {
    return connections_[conn].sent;
  }
  bool closed(std::string const& conn) override { return connections_[conn].closed; }

 private:
  struct One {
    std::unique_ptr<Server> server;
    std::vector<std::string> sent;
    bool closed = false;
  };
  std::map<std::string, One> connections_;
  std::uint32_t ports_ = 0;
};

TEST(RpcVectors, EveryTranscriptOfTheOfficialLibraryIsAnsweredByteForByte) {
  std::size_t played = 0;
  for (auto const& script : archipelago::testing::rpc_transcripts()) {
    if (script.name.starts_with("bff ")) continue;
    EchoServer server;
    EXPECT_EQ(archipelago::testing::play(script, server), "") << script.description;
    ++played;
  }
  EXPECT_GE(played, 20U);
}

}  // namespace
}  // namespace archipelago::rpc
