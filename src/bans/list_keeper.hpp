// Keeps one deny list fresh: reads it regularly, and when that fails keeps what was good.
#pragma once

#include <functional>
#include <optional>

#include "bans/ban_check.hpp"
#include "bans/deny_list.hpp"
#include "bans/lists.hpp"

namespace archipelago::bans {

/// One loop; the reading is done by `submit`'s threads, one at a time.
class ListKeeper {
 public:
  /// Blocks. Nothing: as it was read last.
  using Read = std::function<Result<std::optional<List>>()>;

  struct Parts {
    Loop& loop;
    Submit submit;
    DenyList& lists;
    Metrics& metrics;
    std::function<void()> changed;  ///< after each new list, on the reading thread
  };

  /// The parts must outlive the last reading and the loop's last task.
  ListKeeper(Parts parts, Source source, Read read, Millis every)
      : parts_(std::move(parts)),
        source_(source),
        read_(std::move(read)),
        every_(every),
        timer_(parts_.loop) {}

  /// Reads now, and from then on regularly; a failed reading is repeated after 15 s if `every` is
  /// longer. During a reading: once more after it. On the loop's thread.
  void read_now();
  void stop() { timer_.cancel(); }

  /// Takes over a list that was read elsewhere. Any thread, but not during a reading.
  void accept(List list, WallTime now);

 private:
  void read(WallTime now);
  void failed(Error const& error);
  void finished(bool good);

  Parts const parts_;
  Source const source_;
  Read const read_;
  Millis const every_;
  Timer timer_;
  bool reading_ = false;
  bool again_ = false;
};

}  // namespace archipelago::bans
