// One writer, a bounded queue.
#include "realm/trace_file.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/log.hpp"

namespace archipelago::realm {
namespace {

std::string meaning(int error) {
  return std::generic_category().message(error);
}

}  // namespace

Result<std::unique_ptr<TraceFile>> TraceFile::open(std::filesystem::path const& path) {
  constexpr mode_t kOwnerOnly = 0600;  // who stood where is nobody else's business
  auto const descriptor =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0)
    return fail(Errc::internal_error,
                "islands.record: cannot write " + path.string() + ": " + meaning(errno));
  return std::make_unique<TraceFile>(descriptor, path.string());
}

TraceFile::TraceFile(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)), writer_([this] { run(); }) {}

TraceFile::~TraceFile() {
  {
    std::lock_guard const lock(mutex_);
    closing_ = true;
  }
  more_.notify_one();
  writer_.join();
  ::close(descriptor_);
}

bool TraceFile::write(std::string lines) {
  {
    std::lock_guard const lock(mutex_);
    if (ended_) return false;
    if (waiting_bytes_ + lines.size() > kMostWaiting) {
      ended_ = true;
      log::warn("realm", "recording_ended", {{"file", name_}, {"why", "the disk is too slow"}});
      return false;
    }
    waiting_bytes_ += lines.size();
    waiting_.push_back(std::move(lines));
  }
  more_.notify_one();
  return true;
}

void TraceFile::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    more_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    auto const lines = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    bool const fine = put(lines);
    lock.lock();
    waiting_bytes_ -= lines.size();
    if (fine) continue;
    ended_ = true;
    waiting_.clear();
    return;
  }
}

bool TraceFile::put(std::string const& lines) {
  for (std::size_t done = 0; done < lines.size();) {
    auto const count = ::write(descriptor_, lines.data() + done, lines.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      give_up("it cannot be written", count < 0 ? errno : ENOSPC);
      return false;
    }
    done += static_cast<std::size_t>(count);
  }
  written_ += static_cast<std::int64_t>(lines.size());
  return true;
}

void TraceFile::give_up(char const* why, int error) {
  bool const cut = ::ftruncate(descriptor_, written_) == 0;
  log::warn("realm", "recording_ended",
            {{"file", name_}, {"why", why}, {"error", meaning(error)}, {"cut_at_a_line", cut}});
}

}  // namespace archipelago::realm
