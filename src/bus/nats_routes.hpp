// What of NATS reaches which mailboxes. Only nats_*.cpp includes this.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <nats/nats.h>

#include "base/metrics.hpp"
#include "bus/mailbox_queue.hpp"

namespace archipelago::bus {

inline constexpr char const* kEpochHeader = "Archipelago-Epoch";

/// One pattern: one subscription on the server, and the mailboxes that wait for it.
class Route {
 public:
  Route(std::string pattern, Metrics& metrics) : pattern_(std::move(pattern)), metrics_(metrics) {}

  [[nodiscard]] std::string const& pattern() const { return pattern_; }

  void add(std::shared_ptr<Target> target);
  /// True when that was the last one.
  bool remove(std::shared_ptr<Target> const& target);
  /// From now on nothing that is still on its way touches a mailbox or the metrics.
  void end();

  /// On the thread of libnats that delivers. Takes `message`.
  void deliver(natsMsg* message);

 private:
  [[nodiscard]] bool acceptable(std::string_view subject, std::size_t bytes);

  std::string const pattern_;
  Metrics& metrics_;
  std::mutex mutex_;  // guards what follows
  std::vector<std::shared_ptr<Target>> targets_;
};

/// A route's place on one connection. The thread of the link only.
class Subscribed {
 public:
  /// Nothing of it when the connection has ended or the server cannot know such a pattern.
  Subscribed(natsConnection* connection, std::shared_ptr<Route> const& route);
  Subscribed(Subscribed const&) = delete;
  Subscribed& operator=(Subscribed const&) = delete;
  /// The route may be told of messages for a moment more.
  ~Subscribed();

  [[nodiscard]] bool ok() const { return subscription_ != nullptr; }

 private:
  natsSubscription* subscription_ = nullptr;
};

}  // namespace archipelago::bus
