// For tests: waiting for what other threads and processes do.
#pragma once

#include <chrono>
#include <thread>

#include "base/virtual_loop.hpp"

namespace archipelago::bus::testing {

/// Runs what is posted to `loop` until `condition` holds; false if it does not within half a
/// minute.
template <class Condition>
bool eventually(VirtualLoop& loop, Condition&& condition) {
  auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  for (;;) {
    loop.run_posted();
    if (condition()) return true;
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

}  // namespace archipelago::bus::testing
