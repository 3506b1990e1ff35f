// For tests of this room: threads that work when told, and players by number.
#pragma once

#include <deque>
#include <string>
#include <utility>

#include "base/address.hpp"
#include "base/loop.hpp"

namespace archipelago::bans::testing {

inline Address player(unsigned n) {
  auto const digits = std::to_string(n);
  return *Address::parse("0x" + std::string(40 - digits.size(), '0') + digits);
}

/// Stands for a pool of threads.
class Hands {
 public:
  bool full = false;

  bool take(Task task) {
    if (full) return false;
    tasks_.push_back(std::move(task));
    return true;
  }
  /// Does what was submitted so far; how many there were.
  std::size_t work() {
    auto const tasks = std::exchange(tasks_, {});
    for (auto const& task : tasks) task();
    return tasks.size();
  }

 private:
  std::deque<Task> tasks_;
};

}  // namespace archipelago::bans::testing
