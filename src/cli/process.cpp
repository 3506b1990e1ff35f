// getrusage and /proc.
#include "cli/process.hpp"

#include <filesystem>
#include <fstream>
#include <limits>
#include <utility>

#include <sys/resource.h>
#include <unistd.h>

namespace archipelago::cli {
namespace {

double seconds(timeval const& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// As far as the folder can be read: threads and files come and go meanwhile.
template <class Each>
void for_each_in(char const* folder, Each&& each) {
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error), end;
  for (; !error && entry != end; entry.increment(error)) each(entry->path());
}

}  // namespace

std::uint64_t raise_file_limit() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return std::numeric_limits<std::uint64_t>::max();
  auto const before = std::exchange(files.rlim_cur, files.rlim_max);
  return ::setrlimit(RLIMIT_NOFILE, &files) == 0 ? files.rlim_cur : before;
}

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double cpu_wait_seconds() {
  double nanoseconds = 0;
  for_each_in("/proc/self/task", [&](std::filesystem::path const& task) {
    std::ifstream file(task / "schedstat");
    double ran = 0, waited = 0;
    file >> ran >> waited;
    nanoseconds += waited;
  });
  return nanoseconds / 1e9;
}

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t open_files() {
  std::uint64_t count = 0;
  for_each_in("/proc/self/fd", [&](std::filesystem::path const&) { ++count; });
  return count == 0 ? 0 : count - 1;  // that of the folder itself
}

}  // namespace archipelago::cli
