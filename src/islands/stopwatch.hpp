// A clock for lengths of work, which loops' clocks cannot tell: theirs stand while a task runs.
#pragma once

#include <chrono>
#include <functional>

namespace archipelago::islands {

/// Monotonic time that also moves while a task runs; only ever subtracted.
using Stopwatch = std::function<std::chrono::microseconds()>;

}  // namespace archipelago::islands
