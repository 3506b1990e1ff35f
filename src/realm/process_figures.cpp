// /proc, as proc(5) describes it.
#include "realm/process_figures.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <sys/resource.h>
#include <unistd.h>

namespace archipelago::realm {
namespace {

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double whole = 0, resident = 0;
  statm >> whole >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double seconds(timeval const& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_seconds() {
  rusage used{};
  return ::getrusage(RUSAGE_SELF, &used) == 0 ? seconds(used.ru_utime) + seconds(used.ru_stime) : 0;
}

double open_files() {
  std::error_code error;
  std::filesystem::directory_iterator const all("/proc/self/fd", error);
  return error ? 0 : static_cast<double>(std::distance(begin(all), end(all)));
}

double most_files() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<double>(limit.rlim_cur) : 0;
}

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}
double const started = now_seconds();  // before main()

}  // namespace

ProcessFigures process_figures() {
  return {.resident_bytes = resident_bytes(),
          .cpu_seconds = cpu_seconds(),
          .open_files = open_files(),
          .most_files = most_files(),
          .started_seconds = started};
}

}  // namespace archipelago::realm
