// Conversations: what a trace's lines are answered with.
#include "sim/trace_player.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/testing.hpp"
#include "support/vectors.hpp"

namespace archipelago::sim {
namespace {

/// A player and all that it said.
struct Conversation {
  explicit Conversation(Overrides overrides = {}, bool islands = false) {
    TracePlayer::Options options;
    options.settings = known_settings();
    options.overrides = std::move(overrides);
    options.show_islands = islands;
    options.say = [this](std::string_view line) { said += line; };
    player.emplace(std::move(options));
  }
  /// The answer to one line; an error as "! why".
  std::string operator()(std::string_view line) {
    auto const done = player->line(line);
    return done ? std::exchange(said, {}) : "! " + done.error().detail;
  }

  std::string said;
  std::optional<TracePlayer> player;
};

TEST(TracePlayer, AnswersEachFlushWithItsChanges) {
  Conversation tell;
  EXPECT_EQ(tell(R"({"op":"config","join":64,"leave":80,"max":100})"), "");
  EXPECT_EQ(tell(R"({"op":"move","peers":[["a",0,0,0],["b",10,0,0]]})"), "");
  EXPECT_EQ(
      tell(R"({"op":"flush"})"),
      "{\"op\":\"flush\",\"n\":1,\"changes\":[{\"peer\":\"a\",\"island\":\"I1\",\"from\":null},"
      "{\"peer\":\"b\",\"island\":\"I1\",\"from\":\"I2\"}]}\n");
  EXPECT_EQ(tell(R"({"op":"move","peers":[["b",500,0,0]]})"), "");
  EXPECT_EQ(tell(R"({"op":"flush"})"),
            "{\"op\":\"flush\",\"n\":2,\"changes\":[{\"peer\":\"b\",\"island\":\"I3\",\"from\":"
            "\"I1\"}]}\n");
  EXPECT_EQ(tell(R"({"op":"leave","peers":["a","nobody"]})"), "");
  EXPECT_EQ(tell(R"({"op":"flush"})"),
            "{\"op\":\"flush\",\"n\":3,\"changes\":[{\"peer\":\"a\",\"island\":null,\"from\":"
            "\"I1\"}]}\n");
  EXPECT_EQ(tell("  \r"), "");
}

TEST(TracePlayer, AnswersASettleInOneLineWithTheNetChanges) {
  Conversation tell({}, true);
  tell(R"({"op":"move","peers":[["a",0,0,0],["b",40,0,0],["c",160,0,0],["d",100,0,0]]})");
  auto const answer = tell(R"({"op":"settle"})");
  EXPECT_EQ(std::ranges::count(answer, '\n'), 1);
  EXPECT_THAT(answer, ::testing::HasSubstr(R"("n":1,)"));
  EXPECT_THAT(answer, ::testing::HasSubstr(R"({"peer":"c","island":"I1","from":null})"));
  EXPECT_THAT(answer, ::testing::HasSubstr("\"islands\":{\"I1\":["));
  EXPECT_THAT(tell(R"({"op":"settle"})"), ::testing::HasSubstr(R"("n":2,"changes":[])"));
}

TEST(TracePlayer, IsSilentWhereItFindsWhatWasExpectedAndTellsADifference) {
  Conversation tell;
  tell(R"({"op":"move","peers":[["a",0,0,0],["b",10,0,0],["c",900,0,0]]})");
  tell(R"({"op":"flush"})");
  EXPECT_EQ(tell(R"({"op":"expect","islands":[["c"],["b","a"]]})"), "");
  EXPECT_TRUE(tell.player->as_expected());
  EXPECT_EQ(tell(R"({"op":"expect","islands":[["c","b"],["a"]]})"),
            "{\"op\":\"expect\",\"line\":4,\"missing\":[[\"a\"],[\"b\",\"c\"]],"
            "\"unexpected\":[[\"a\",\"b\"],[\"c\"]]}\n");
  EXPECT_FALSE(tell.player->as_expected());
}

TEST(TracePlayer, APlacementIsAnsweredWithoutCountingAsAFlush) {
  Conversation tell;
  EXPECT_EQ(tell(R"({"op":"place","now":10})"), "{\"op\":\"place\",\"changes\":[]}\n");
  EXPECT_THAT(tell(R"({"op":"flush"})"), ::testing::HasSubstr(R"("n":1,)"));
  EXPECT_EQ(tell(R"({"op":"place","now":10})"), "! \"now\" goes back");
}

TEST(TracePlayer, AWrongLineChangesNothing) {
  Conversation tell;
  EXPECT_THAT(tell("nonsense"), ::testing::StartsWith("! not JSON"));
  EXPECT_THAT(tell(R"({"op":"config","join":90,"leave":80,"max":100})"),
              ::testing::StartsWith("! leave distance"));
  EXPECT_THAT(tell(R"({"op":"config","join":64,"leave":80,"max":5,"policy":"magic"})"),
              ::testing::StartsWith("! policy"));
  EXPECT_EQ(tell.player->engine(), nullptr);
  tell(R"({"op":"flush","now":5000})");
  EXPECT_EQ(tell(R"({"op":"flush","now":4999})"), "! \"now\" goes back");
}

TEST(TracePlayer, WhatWasAskedForWinsOverWhatTheTraceSays) {
  Overrides overrides;
  overrides.join = 5;
  Conversation tell(std::move(overrides));
  tell(R"({"op":"config","join":64,"leave":80,"max":100})");
  tell(R"({"op":"move","peers":[["a",0,0,0],["b",10,0,0]]})");
  tell(R"({"op":"flush"})");
  EXPECT_EQ(tell.player->engine()->island_count(), 2U);
}

TEST(TracePlayer, ARecordedHashThatDiffersIsTold) {
  Conversation tell;
  tell(R"({"op":"move","peers":[["a",0,0,0]]})");
  EXPECT_THAT(
      tell(R"({"op":"flush","hash":"0000000000000000"})"),
      ::testing::HasSubstr(R"({"op":"hash","line":2,"recorded":"0000000000000000","replayed":")"));
  EXPECT_FALSE(tell.player->as_expected());
}

TEST(TracePlayerVectors, EveryTraceEndsAsExpected) {
  int traces = 0;
  for (auto const& entry : std::filesystem::directory_iterator(testing::vectors() / "traces")) {
    if (entry.path().extension() != ".jsonl") continue;
    ++traces;
    Conversation tell;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);)
      ASSERT_FALSE(tell(line).starts_with("!")) << entry.path();
    EXPECT_TRUE(tell.player->as_expected()) << entry.path();
    EXPECT_GT(tell.player->report().flushes, 0U);
  }
  EXPECT_GE(traces, 20);
}

}  // namespace
}  // namespace archipelago::sim
