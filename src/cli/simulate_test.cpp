// `archipelago simulate` as other programs see it: lines, conversations, exit statuses.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands.hpp"
#include "cli/program.hpp"
#include "support/vectors.hpp"

namespace archipelago::cli {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

std::string last_line(std::string const& text) {
  auto const end = text.rfind('\n', text.size() - 2);
  return text.substr(end == std::string::npos ? 0 : end + 1);
}

std::string hash_of(std::string const& report) {
  auto const at = report.find("\"hash\":\"");
  return at == std::string::npos ? "none" : report.substr(at + 8, 16);
}

TEST(Simulate, ConversesThroughPipesLineByLine) {
  Program simulate({"simulate", "--trace", "-", "--islands"});
  simulate.in.write("{\"op\":\"config\",\"join\":64,\"leave\":80,\"max\":100}\n");
  simulate.in.write("{\"op\":\"move\",\"peers\":[[\"a\",0,0,0],[\"b\",500,0,0]]}\n");
  simulate.in.write("{\"op\":\"flush\"}\n");
  auto const first = simulate.out.read(true);  // while stdin is open
  EXPECT_THAT(first,
              StartsWith("{\"op\":\"flush\",\"n\":1,\"changes\":[{\"peer\":\"a\",\"island\":\"I"));
  EXPECT_THAT(first, EndsWith("\"]}}\n"));
  simulate.in.write("{\"op\":\"move\",\"peers\":[[\"b\",10,0,0]]}\n{\"op\":\"settle\"}\n");
  EXPECT_THAT(simulate.out.read(true), StartsWith("{\"op\":\"flush\",\"n\":2,\"changes\":[{"));
  simulate.in.write("{\"op\":\"expect\",\"islands\":[[\"b\",\"a\"]]}");
  simulate.in.shut(1);
  EXPECT_EQ(simulate.out.read(false), "");
  EXPECT_THAT(simulate.err.read(false), HasSubstr("hash of all changes"));
  EXPECT_EQ(simulate.status(), kOk);
}

TEST(Simulate, AMismatchIsPrintedAndTheStatusIsOne) {
  auto const result = run({"simulate", "--trace", "-"}, {},
                          "{\"op\":\"move\",\"peers\":[[\"a\",0,0,0]]}\n{\"op\":\"flush\"}\n"
                          "{\"op\":\"expect\",\"islands\":[[\"b\"]]}\n{\"op\":\"flush\"}\n");
  EXPECT_EQ(result.status, kFailed);
  EXPECT_THAT(
      result.out,
      HasSubstr("{\"op\":\"expect\",\"line\":3,\"missing\":[[\"b\"]],\"unexpected\":[[\"a\"]]}\n"));
  EXPECT_THAT(last_line(result.out), StartsWith("{\"op\":\"flush\",\"n\":2"));
}

TEST(Simulate, AMalformedLineIsNamedByItsNumberAndTheStatusIsTwo) {
  auto const result =
      run({"simulate", "--trace", "-"}, {}, "{\"op\":\"flush\"}\n\n{\"op\":\"fly\"}\n");
  EXPECT_EQ(result.status, kWrongUsage);
  EXPECT_THAT(result.err, MatchesRegex("archipelago: stdin:3: [^\n]+\n"));
  EXPECT_EQ(std::ranges::count(result.out, '\n'), 1) << "what came before is answered";
}

TEST(Simulate, WrongUsageIsOneLineAndStatusTwo) {
  for (std::vector<std::string> const& flags : {std::vector<std::string>{},
                                                {"--world", "moon"},
                                                {"--trace", "-", "--world", "city"},
                                                {"--trace", "/nowhere/trace.jsonl"},
                                                {"--trace", "/"},
                                                {"--trace", "-", "--peers", "5"},
                                                {"--world", "city", "--peers", "0"},
                                                {"--world", "city", "--join", "90"},
                                                {"--world", "city", "--policy", "magic"},
                                                {"--world", "city", "--churn-budget", "-1"},
                                                {"--world", "city", "--report", "poem"}}) {
    auto arguments = flags;
    arguments.insert(arguments.begin(), "simulate");
    auto const result = run(arguments);
    EXPECT_EQ(result.status, kWrongUsage) << ::testing::PrintToString(flags);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, MatchesRegex("archipelago: [^\n]+\n"));
  }
}

TEST(Simulate, AWorldIsALineForEachFlushAndAReport) {
  std::vector<std::string> const arguments{
      "simulate", "--world", "plazas", "--peers",  "100", "--flushes", "4",   "--warmup",
      "1",        "--seed",  "9",      "--wishes", "0.5", "--report",  "json"};
  auto const result = run(arguments);
  EXPECT_EQ(result.status, kOk);
  EXPECT_EQ(std::ranges::count(result.out, '\n'), 6);
  EXPECT_EQ(result.err, "");
  auto const report = last_line(result.out);
  for (auto const* part :
       {"\"players\":100,", "\"flushes\":4,", "\"flush_ms\":{\"p50\":", "\"recall10\":{\"mean\":",
        "\"churn_per_player_minute\":", "\"wishes\":{\"asked\":"})
    EXPECT_THAT(report, HasSubstr(part));
  EXPECT_EQ(hash_of(report), hash_of(last_line(run(arguments).out))) << "the same seed";
}

TEST(Simulate, QuietLeavesATableOnStdout) {
  auto const result =
      run({"simulate", "--world", "crowd", "--peers", "50", "--flushes", "2", "--quiet"});
  EXPECT_THAT(result.out, AllOf(StartsWith("policy "), HasSubstr("recall@10")));
  EXPECT_EQ(result.err, "");
}

TEST(Simulate, WhatItRecordsReplaysToTheSameHash) {
  auto const path = std::filesystem::temp_directory_path() /
                    ("archipelago-simulate-" + std::to_string(::getpid()));
  for (auto const* policy : {"crowd", "reference"}) {
    auto const made =
        run({"simulate",  "--world",  "plazas",      "--peers", "200",      "--max", "20",
             "--flushes", "5",        "--warmup",    "0",       "--wishes", "1",     "--policy",
             policy,      "--record", path.string(), "--quiet", "--report", "json"});
    auto const again = run({"simulate", "--trace", path.string(), "--quiet", "--report", "json"});
    EXPECT_EQ(made.status, kOk) << made.err;
    EXPECT_EQ(again.status, kOk) << again.err << again.out;
    EXPECT_EQ(hash_of(made.out), hash_of(again.out)) << policy;
  }
  std::filesystem::remove(path);
}

TEST(SimulateVectors, EveryTraceEndsWithStatusZeroUnderEveryPolicy) {
  int traces = 0;
  for (auto const& entry : std::filesystem::directory_iterator(testing::vectors() / "traces")) {
    if (entry.path().extension() != ".jsonl") continue;
    ++traces;
    for (auto const* policy : {"crowd", "reference"}) {
      auto const result =
          run({"simulate", "--trace", entry.path().string(), "--policy", policy, "--quiet"});
      EXPECT_EQ(result.status, kOk) << entry.path() << ", " << policy << ": " << result.out;
    }
  }
  EXPECT_GE(traces, 20);
}

}  // namespace
}  // namespace archipelago::cli
