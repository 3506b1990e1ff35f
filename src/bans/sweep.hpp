// The ban check asked about everybody who is here, again and again (WIRE 4.2).
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "bans/ban_check.hpp"

namespace archipelago::bans {

/// One loop. The next round begins `interval` after the end of the last one. A check that is down
/// ends the round: nobody is evicted on an error.
class Sweep {
 public:
  struct Parts {
    Loop& loop;
    BanCheck& check;
    std::function<std::vector<Address>()> players;
    std::function<void(Address const&)> evict;
    Metrics& metrics;
  };

  /// The parts must outlive the last answer of the check and the loop's last task.
  Sweep(Parts parts, Millis interval, std::size_t at_once = 20)
      : parts_(std::move(parts)), interval_(interval), at_once_(at_once), timer_(parts_.loop) {}

  /// On the loop's thread.
  void start();
  void stop() { timer_.cancel(); }

 private:
  void begin();
  void go_on();
  void answered(Address const& who, Result<bool> const& banned);

  Parts const parts_;
  Millis const interval_;
  std::size_t const at_once_;
  Timer timer_;
  std::vector<Address> waiting_;
  std::size_t asked_ = 0;
};

}  // namespace archipelago::bans
