// A recording ends with whole lines, whatever the disk does.
#include "realm/trace_file.hpp"

#include <array>
#include <csignal>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace archipelago::realm {
namespace {

std::filesystem::path fresh(char const* name) {
  auto path = std::filesystem::temp_directory_path() /
              (std::string("archipelago-") + name + "-" + std::to_string(::getpid()));
  std::filesystem::remove(path);
  return path;
}

std::string contents(std::filesystem::path const& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(TraceFile, WritesInOrderAndAllOfItBeforeItIsGone) {
  auto const path = fresh("order");
  std::string expected;
  {
    auto const file = TraceFile::open(path).value();
    for (int i = 0; i < 1'000; ++i) {
      auto const line = std::to_string(i) + "\n";
      expected += line;
      EXPECT_TRUE(file->write(line));
    }
  }
  EXPECT_EQ(contents(path), expected);
  std::filesystem::remove(path);
}

TEST(TraceFile, AFileThatCannotBeMadeIsNamed) {
  auto const file = TraceFile::open("/nowhere/at/all");
  ASSERT_FALSE(file.has_value());
  EXPECT_THAT(file.error().detail,
              testing::AllOf(testing::HasSubstr("islands.record"), testing::HasSubstr("/nowhere")));
}

TEST(TraceFile, OnAFullDiskItEndsAndSaysSo) {
  auto const full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  if (full < 0) GTEST_SKIP() << "no /dev/full";
  TraceFile file(full, "/dev/full");
  while (file.write("line\n")) std::this_thread::yield();
  EXPECT_FALSE(file.write("more\n"));
}

TEST(TraceFile, OnADiskThatTakesNothingItNeverWaits) {
  std::signal(SIGPIPE, SIG_IGN);  // as the program does
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  {
    TraceFile file(pipe[1], "a pipe that nobody reads");
    std::string const chunk(1U << 20U, 'x');
    std::size_t taken = 0;
    while (file.write(chunk)) ++taken;
    EXPECT_LE(taken, TraceFile::kMostWaiting / chunk.size() + 1);
    ::close(pipe[0]);  // the writer's write fails, and the end need not wait
  }
}

}  // namespace
}  // namespace archipelago::realm
