// What this process has and uses, as the operating system sees it.
#pragma once

#include <cstdint>

namespace archipelago::cli {

/// Raises the limit of open files as far as the system lets us; what is allowed then.
[[nodiscard]] std::uint64_t raise_file_limit();

[[nodiscard]] double cpu_seconds();  ///< of all threads so far
/// How long its threads that are there waited for a core, all together; 0 where /proc is missing.
[[nodiscard]] double cpu_wait_seconds();
[[nodiscard]] std::uint64_t resident_bytes();  ///< 0 where /proc is missing
[[nodiscard]] std::uint64_t open_files();      ///< 0 where /proc is missing

}  // namespace archipelago::cli
