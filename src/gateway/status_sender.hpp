// What a gateway tells its realm once a second: that it lives, and whom it has lost.
#pragma once

#include <atomic>
#include <deque>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "bus/bus.hpp"
#include "gateway/directory.hpp"

namespace archipelago::gateway {

/// Publishes `cluster.gateway.<id>` from its making on, every kStatusInterval: how many sessions
/// there are, whether more are taken, and, in three messages in turn, which sessions have ended
/// (the newest kMostGone). Made before `loop` runs or on it; the arguments must outlive it.
class StatusSender {
 public:
  StatusSender(std::string id, Loop& loop, bus::Bus& bus, Directory& directory);
  StatusSender(StatusSender const&) = delete;
  StatusSender& operator=(StatusSender const&) = delete;

  /// From now on nobody is let in any more, which is told at once. Any thread.
  void drain();

 private:
  void send();
  void publish(std::deque<std::vector<Departure>> const& gone);

  std::string const id_;
  bus::Bus& bus_;
  Directory& directory_;
  std::atomic<bool> draining_{false};
  std::deque<std::vector<Departure>> gone_;  // since the last message, the one before, …
  Timer timer_;
};

}  // namespace archipelago::gateway
