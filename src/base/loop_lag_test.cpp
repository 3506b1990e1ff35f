// A loop that is late, as its watcher sees it.
#include "base/loop_lag.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "base/virtual_loop.hpp"

namespace archipelago {
namespace {

/// A loop whose timers run when told, however late that is.
class LateLoop final : public Loop {
 public:
  [[nodiscard]] Instant now() const override { return now_; }
  [[nodiscard]] WallTime wall_now() const override { return {}; }
  void post(Task task) override { task(); }
  TimerId start_timer(Millis delay, Task task) override {
    due_ = now_ + delay;
    task_ = std::move(task);
    return 1;
  }
  void cancel_timer(TimerId) override {}

  /// Runs the timer so much after its time.
  void run_late(Millis late) {
    now_ = due_ + late;
    std::exchange(task_, nullptr)();
  }
  [[nodiscard]] Instant due() const { return due_; }

 private:
  Instant now_{Millis{1'000}};
  Instant due_{};
  Task task_;
};

std::uint64_t seen(LoopLag const& lag) {
  return lag.histogram().count();
}

TEST(LoopLag, ALoopThatKeepsUpIsNotBehind) {
  VirtualLoop loop;
  auto const lag = LoopLag::watch(loop);
  loop.run_posted();
  loop.advance(10 * LoopLag::kEvery);
  EXPECT_EQ(seen(*lag), 10U);
  EXPECT_EQ(lag->histogram().count(0), 10U);
  EXPECT_EQ(lag->behind(loop.now()), Millis{0});
}

TEST(LoopLag, OneHiccupIsNoLagButTwoInARowAre) {
  LateLoop loop;
  auto const lag = LoopLag::watch(loop);
  loop.run_late(Millis{400});
  EXPECT_EQ(lag->behind(loop.now()), Millis{0});
  loop.run_late(Millis{300});
  EXPECT_EQ(lag->behind(loop.now()), Millis{300});
  loop.run_late(Millis{0});
  EXPECT_EQ(lag->behind(loop.now()), Millis{0});
}

TEST(LoopLag, ALoopThatHangsIsSeenFromOutside) {
  LateLoop loop;
  auto const lag = LoopLag::watch(loop);
  EXPECT_EQ(lag->behind(loop.due()), Millis{0});
  EXPECT_EQ(lag->behind(loop.due() + Millis{700}), Millis{700});
}

TEST(LoopLag, EveryTimerIsCountedInTheClassOfItsLateness) {
  LateLoop loop;
  auto const lag = LoopLag::watch(loop);
  for (auto const late : {Millis{0}, Millis{1}, Millis{2}, Millis{100}, Millis{5'000}})
    loop.run_late(late);
  auto const& histogram = lag->histogram();
  std::vector<std::uint64_t> counts;
  for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) counts.push_back(histogram.count(i));
  EXPECT_EQ(counts, (std::vector<std::uint64_t>{2, 1, 0, 0, 1, 0, 0, 0, 1}));
  EXPECT_DOUBLE_EQ(histogram.sum(), 5.103);
}

TEST(LoopLag, ItEndsWithItsOwner) {
  VirtualLoop loop;
  auto lag = LoopLag::watch(loop);
  loop.run_posted();
  lag.reset();
  loop.advance(3 * LoopLag::kEvery);
  EXPECT_EQ(loop.timers(), 0U);
}

}  // namespace
}  // namespace archipelago
