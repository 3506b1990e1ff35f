// Answers "why am I on this island?" from the engine's own state, for operators.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "archipelago/engine.hpp"
#include "base/address.hpp"
#include "base/loop.hpp"
#include "islands/stopwatch.hpp"

namespace archipelago::islands {

/// What is told of one island's members; beyond these an answer is not complete.
inline constexpr std::size_t kMostExplained = 100;

struct Explained {
  std::vector<engine::Explanation> players{};  ///< in the engine's order; unknown ones are left out
  bool complete = true;                        ///< false: the island has more members than these
  bool known = true;  ///< false: this process does not make the islands now, and cannot say
};
/// Called at most once, on the loop's thread; destroyed uncalled if the loop ends before.
using ExplainReply = std::function<void(Explained)>;

/// One question at a time, a few milliseconds of the loop at a time: flushes and heartbeats pass in
/// between, so members who left meanwhile are missing and others may have moved. Made, held and
/// destroyed on the loop's thread; what it refers to must outlive it. The engine is asked for anew
/// in each slice: it may be gone by then, and come back as another.
class Explainer : public std::enable_shared_from_this<Explainer> {
 public:
  /// The engine to ask, on the loop's thread; null: there is none now.
  using Source = std::function<engine::Engine const*()>;

  Explainer(Loop& loop, Source engine, Stopwatch stopwatch);
  Explainer(Loop& loop, engine::Engine const& engine, Stopwatch stopwatch);

  /// False, and `reply` is not called, while another question is being answered. An unknown island
  /// has no members. Any thread, never waits. Cost, on the loop: O(players) for each member.
  bool ask_members(std::string island, ExplainReply reply);
  /// The same for one player, wherever it is.
  bool ask_player(Address const& player, ExplainReply reply);

 private:
  struct Question {
    std::vector<std::string> players;  ///< to be explained
    std::size_t next = 0;
    std::size_t nearest = 0;  ///< players named around each
    Explained answer;
    ExplainReply reply;
  };
  using QuestionPointer = std::shared_ptr<Question>;

  bool begin(QuestionPointer question, std::string island);
  static void list_members(Question& question, engine::Engine const& engine,
                           std::string const& island);
  void go_on(QuestionPointer const& question);
  void later(QuestionPointer question);
  void answer(Question& question);

  Loop& loop_;
  Source const engine_;
  Stopwatch const stopwatch_;
  std::atomic<bool> busy_{false};
};

}  // namespace archipelago::islands
