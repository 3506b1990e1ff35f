// What was recorded replays to the same hash, whatever the history was.
#include "sim/recorder.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/simulation.hpp"
#include "sim/testing.hpp"
#include "sim/trace_player.hpp"

namespace archipelago::sim {
namespace {

struct Recording {
  std::string lines;
  std::size_t chunks = 0, largest = 0;
  Recorder engine;

  explicit Recording(Settings const& settings)
      : engine(make_engine(settings), config_line(settings), [this](std::string more) {
          ++chunks;
          largest = std::max(largest, more.size());
          lines += more;
          return true;
        }) {}
};

/// The report of a replay; fails where a line is wrong or a hash differs.
Report replay(std::string const& lines) {
  TracePlayer player({});
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line);) {
    auto const done = player.line(line);
    EXPECT_TRUE(done.has_value()) << done.error().detail << ": " << line.substr(0, 200);
  }
  EXPECT_TRUE(player.as_expected());
  return player.report();
}

TEST(Recorder, ASimulationReplaysToTheSameHash) {
  auto settings = known_settings(20);
  settings.ids = "Iabc-";
  Recording recording(settings);
  SimulationOptions options;
  options.world = {.place = Place::plazas, .players = 300, .seed = 9};
  options.warmup = 2;
  options.flushes = 20;
  options.wishes = 0.5;
  auto const report = simulate(options, recording.engine);
  auto const again = replay(recording.lines);
  EXPECT_EQ(again.hash, report.hash);
  EXPECT_EQ(again.flushes, 22U);
  EXPECT_EQ(again.players, report.players);
  EXPECT_THAT(recording.lines,
              testing::StartsWith(R"({"op":"config","join":64,"leave":80,"max":20,"policy":)"));
}

TEST(Recorder, HandsOverWholeLinesInBoundedChunks) {
  Recording recording(known_settings());
  for (int i = 0; i < 10'000; ++i)
    recording.engine.report("player-" + std::to_string(i), {1, 2, 3}, {});
  EXPECT_GT(recording.chunks, 2U);
  EXPECT_LE(recording.largest, Recorder::kChunkBytes + 1'000);
  EXPECT_TRUE(recording.lines.ends_with("]}\n"));
  recording.engine.flush(Millis{2'000});
  EXPECT_EQ(replay(recording.lines).players, 10'000U);
}

TEST(Recorder, EndsForGoodWhenTheSinkRefuses) {
  std::string lines;
  Recorder engine(known_engine(), {}, [&](std::string more) {
    if (lines.size() > 500) return false;
    lines += more;
    return true;
  });
  for (int i = 0; i < 100; ++i) {
    engine.report("a", {static_cast<float>(i), 0, 0}, {});
    engine.flush(Millis{2'000 * i});
  }
  EXPECT_FALSE(engine.recording());
  EXPECT_LT(lines.size(), 1'000U);
  EXPECT_TRUE(lines.ends_with("\"}\n"));
  EXPECT_EQ(engine.player_count(), 1U);
}

TEST(Recorder, LeavesOutWhatWasRefusedAndMakesWishesReadable) {
  Recording recording(known_settings());
  EXPECT_EQ(recording.engine.report("", {}, {}), engine::Admission::bad_id);
  recording.engine.report("a", {}, "\xff\"\n");
  recording.engine.flush({});
  EXPECT_THAT(recording.lines, testing::HasSubstr("\"peers\":[[\"a\",0,0,0,\"?\\\"\\u000a\"]]"));
  replay(recording.lines);
}

TEST(Recorder, ATakeoverReplaysToTheSameHash) {
  auto settings = known_settings(20);
  settings.ids = "I2-";
  Recording recording(settings);
  auto& engine = recording.engine;
  engine.adopt("a", {1, 2, 3}, "I1-7", {});
  engine.adopt("b", {2'000, 0, 0}, "I1-7", "I1-7\xff");
  engine.adopt("c", {9, 0, 0}, "I1-9", "");
  engine.adopt("", {}, "I1-9", {});
  EXPECT_EQ(engine.find("b")->island, "I1-7");
  engine.flush(Millis{2'000});
  EXPECT_THAT(recording.lines,
              testing::HasSubstr(R"({"op":"adopt","peers":[["a",1,2,3,"I1-7"],)"
                                 R"(["b",2000,0,0,"I1-7","I1-7?"],["c",9,0,0,"I1-9",""]]})"));
  auto const again = replay(recording.lines);
  EXPECT_EQ(again.players, 3U);
  EXPECT_EQ(again.changes.at("merge"), 1U);
}

RC_GTEST_PROP(RecorderProperty, AnyHistoryReplaysToTheSameHash, ()) {
  Recording recording(known_settings(*rc::gen::element(1U, 3U, 100U)));
  ChangeHash hash;
  Millis now{};
  auto const steps = *rc::gen::inRange(1, 120);
  for (int i = 0; i < steps; ++i) {
    auto const who = std::string(1, static_cast<char>('a' + *rc::gen::inRange(0, 12)));
    auto const island = "I" + std::to_string(*rc::gen::inRange(1, 9));
    switch (*rc::gen::inRange(0, 8)) {
      case 0:
        hash.add_flush(recording.engine.flush(now += Millis{*rc::gen::inRange(0, 3'000)}));
        break;
      case 1:
        recording.engine.leave(who);
        break;
      case 2:
        hash.add_flush(recording.engine.place(now));
        break;
      case 3:
        recording.engine.report(who, {static_cast<float>(*rc::gen::inRange(0, 3'000)) / 7, 0, 0},
                                *rc::gen::element<std::string>("I1", "I2", "I5", ""));
        break;
      case 4:
        recording.engine.adopt(who, {static_cast<float>(*rc::gen::inRange(0, 3'000)) / 7, 0, 0},
                               island, {});
        break;
      case 5:
        recording.engine.adopt(who, {static_cast<float>(*rc::gen::inRange(0, 3'000)) / 7, 0, 0},
                               island, *rc::gen::element<std::string>("I1", "I2", "X", ""));
        break;
      default:
        recording.engine.report(who, {static_cast<float>(*rc::gen::inRange(0, 3'000)) / 7, 0, 0},
                                {});
    }
  }
  hash.add_flush(recording.engine.flush(now));
  RC_ASSERT(replay(recording.lines).hash == hash.text());
}

}  // namespace
}  // namespace archipelago::sim
