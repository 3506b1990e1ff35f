// A file that is written behind the back of who writes to it: recordings must not hold up islands.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.hpp"

namespace archipelago::realm {

/// Takes whole lines from one thread and writes them from its own, in order. When the disk cannot
/// keep up (kMostWaiting bytes wait) or a write fails (the disk is full), recording ends for good:
/// one line in the log says so, write() answers false from then on, and the file is cut back to the
/// last whole chunk, so that it still replays. Nothing else is affected.
class TraceFile {
 public:
  static constexpr std::size_t kMostWaiting = 16U << 20U;

  /// Creates or empties the file. Error: why it cannot be written, as one line.
  static Result<std::unique_ptr<TraceFile>> open(std::filesystem::path const& path);

  /// For descriptors that are open for writing; takes over `descriptor`.
  TraceFile(int descriptor, std::string name);
  /// Writes what still waits.
  ~TraceFile();
  TraceFile(TraceFile const&) = delete;
  TraceFile& operator=(TraceFile const&) = delete;

  /// Copies nothing, waits for nothing but a short lock. False: recording has ended.
  bool write(std::string lines);

 private:
  void run();
  [[nodiscard]] bool put(std::string const& lines);
  void give_up(char const* why, int error);

  int const descriptor_;
  std::string const name_;
  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<std::string> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool closing_ = false;
  bool ended_ = false;
  std::int64_t written_ = 0;  ///< bytes of whole chunks; the writer's own
  std::thread writer_;
};

}  // namespace archipelago::realm
