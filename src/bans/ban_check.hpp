// Questions to the ban check (WIRE 4.2), one address each, off the loops.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "bans/verdicts.hpp"
#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "base/result.hpp"

namespace archipelago::bans {

/// Hands a task that blocks to other threads; false: too many wait. Any thread.
using Submit = std::function<bool(Task)>;

struct BanCheckOptions {
  std::size_t remembered = 100'000;  ///< answers; about 20 MB when full
  Millis lifetime{60'000};           ///< of an answer
  int failures = 8;                  ///< in a row, after which…
  Millis rest{5'000};                ///< …nobody is kept waiting for so long
};

/// Any thread.
class BanCheck {
 public:
  /// Blocks, up to a time limit of its own.
  using Ask = std::function<Result<bool>(Address const&)>;
  using Done = std::function<void(Result<bool> const&)>;

  /// All must outlive the last task that was submitted.
  BanCheck(Ask ask, Submit submit, BanCheckOptions options, Metrics& metrics);

  /// What is remembered of an answer.
  [[nodiscard]] std::optional<bool> known(Address const& who, Instant now) const {
    return verdicts_.find(who, now);
  }

  /// Asks anew; the answer is remembered and posted to `reply_on`, on whose thread this is called.
  /// Errors: overloaded (too many questions wait), and those of the Ask.
  void ask(Address const& who, Loop& reply_on, Done done);

  /// True for a while after several failures in a row: a service that is down would cost every
  /// login its time limit.
  [[nodiscard]] bool resting(Instant now) const;

 private:
  Result<bool> answer(Address const& who, Instant asked);
  void note(Error const* error, Instant asked);

  Ask const ask_;
  Submit const submit_;
  BanCheckOptions const options_;
  Metrics& metrics_;
  Verdicts verdicts_;
  std::atomic<int> failures_{0};  // in a row
  std::atomic<Instant> rests_until_{Instant{}};
};

}  // namespace archipelago::bans
