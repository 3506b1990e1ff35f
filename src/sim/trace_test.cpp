// Lines of a trace: what is written reads back; what is wrong is named.
#include "sim/trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::sim::trace {
namespace {

std::string why_not(std::string_view line) {
  auto const step = read_step(line);
  return step ? "fine" : step.error().detail;
}

std::string again(std::string_view line) {
  auto const step = read_step(line);
  return step ? write_step(*step) : step.error().detail;
}

TEST(Trace, EveryOpSurvivesTheRoundTrip) {
  for (
      std::string const line :
      {R"({"op":"config","join":64,"leave":80,"max":100})",
       R"({"op":"config","join":64,"leave":80,"max":9,"policy":"crowd","churn_budget":0.3,"ids":"I-"})",
       R"({"op":"move","peers":[["a",1.5,0,-3],["b\"\\\n",0,0,0,"I1"]]})",
       R"({"op":"adopt","peers":[["a",1.5,0,-3,"I1"],["b",0,0,0,"I1","I2"]]})",
       R"({"op":"adopt","peers":[]})", R"({"op":"move","peers":[]})",
       R"({"op":"leave","peers":["a","b"]})", R"({"op":"flush"})",
       R"({"op":"flush","now":4000,"hash":"00"})", R"({"op":"settle"})",
       R"({"op":"place","now":7})", R"({"op":"expect","islands":[["a","b"],["c"]]})"}) {
    auto const written = again(line);
    EXPECT_EQ(written, line == R"({"op":"move","peers":[["a",1.5,0,-3],["b\"\\\n",0,0,0,"I1"]]})"
                           ? R"({"op":"move","peers":[["a",1.5,0,-3],["b\"\\\u000a",0,0,0,"I1"]]})"
                             "\n"
                           : line + "\n");
  }
}

TEST(Trace, UnknownMembersAndANullRoomAreNoMatter) {
  EXPECT_EQ(again(R"({"op":"flush","x":[1]})"), "{\"op\":\"flush\"}\n");
  EXPECT_EQ(again(R"({"op":"move","peers":[["a",1,2,3,null]]})"),
            "{\"op\":\"move\",\"peers\":[[\"a\",1,2,3]]}\n");
}

TEST(Trace, WhatIsWrongIsNamed) {
  EXPECT_THAT(why_not("{"), testing::StartsWith("not JSON"));
  EXPECT_THAT(why_not("[[[[[[[[[[[[1]]]]]]]]]]]]"), testing::StartsWith("not JSON"));
  EXPECT_EQ(why_not("[]"), "must be an object");
  EXPECT_EQ(why_not("{}"), "\"op\" must be a text");
  EXPECT_THAT(why_not(R"({"op":"fly"})"), testing::HasSubstr("settle"));
  EXPECT_THAT(why_not(R"({"op":"config","join":64})"), testing::HasSubstr("\"leave\""));
  EXPECT_THAT(why_not(R"({"op":"config","join":64,"leave":80,"max":1.5})"),
              testing::HasSubstr("whole"));
  EXPECT_THAT(why_not(R"({"op":"config","join":64,"leave":80,"max":-1})"),
              testing::HasSubstr("whole"));
  for (auto const* peers : {"1", R"(["a"])", R"([["a",1,2]])", R"([["a",1,2,"3"]])",
                            R"([[1,1,2,3]])", R"([["a",1,2,3,4]])", R"([["a",1,2,3,"r",5]])"})
    EXPECT_THAT(why_not(R"({"op":"move","peers":)" + std::string(peers) + "}"),
                testing::HasSubstr("\"peers\""));
  for (auto const* peers : {"1", R"([["a",1,2,3]])", R"([["a",1,2,3,4]])", R"([["a",1,2,3,null]])",
                            R"([["a",1,2,3,"I1",5]])", R"([["a",1,2,3,"I1","r",6]])"})
    EXPECT_THAT(why_not(R"({"op":"adopt","peers":)" + std::string(peers) + "}"),
                testing::HasSubstr("\"peers\""));
  EXPECT_THAT(why_not(R"({"op":"leave","peers":[1]})"), testing::HasSubstr("array of ids"));
  EXPECT_THAT(why_not(R"({"op":"expect","islands":[1]})"), testing::HasSubstr("array of ids"));
  EXPECT_THAT(why_not(R"({"op":"flush","now":-1})"), testing::HasSubstr("\"now\""));
  EXPECT_THAT(why_not(R"({"op":"flush","hash":5})"), testing::HasSubstr("\"hash\""));
}

RC_GTEST_PROP(TraceProperty, EveryPositionAndIdReadsBackTheSame,
              (std::string const& letters, std::int32_t x, std::uint16_t shift, float y)) {
  std::string id;
  for (char const c : letters) id += static_cast<char>(c & 0x7f);  // ASCII is UTF-8
  auto const far = static_cast<float>(x) / static_cast<float>(1U << (shift % 24U));
  Moves const moves{{{id, {far, y, -far}, id}}};
  auto const line = write_step(moves);
  auto const read = read_step(std::string_view(line).substr(0, line.size() - 1));
  RC_ASSERT(read.has_value());
  auto const& back = std::get<Moves>(*read).players.at(0);
  RC_ASSERT(back.player == id);
  RC_ASSERT(back.desired_room == id);
  RC_ASSERT(back.at == moves.players[0].at);
}

}  // namespace
}  // namespace archipelago::sim::trace
