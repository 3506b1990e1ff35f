// One connection to NATS for one thread of ours. Only nats_*.cpp includes this.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <nats/nats.h>

#include "base/result.hpp"
#include "bus/nats_options.hpp"

namespace archipelago::bus {

using SteadyTime = std::chrono::steady_clock::time_point;

/// The last error of libnats on this thread, in one line.
std::string nats_error_text(natsStatus status);

/// Says `true` at most once in a while: for logs about what may happen often. Any thread.
class Seldom {
 public:
  explicit Seldom(Millis every) : every_(every) {}
  bool due();

 private:
  Millis const every_;
  std::atomic<SteadyTime::duration> next_{SteadyTime::duration::min()};
};

/// Since when messages pass, by proofs: an answer of the server to something that was asked at a
/// known moment. What is not proven for kHolds counts as broken, so that a server which hangs and a
/// process that was stopped are noticed before anybody takes the silence for an answer. Any thread.
class Passing {
 public:
  static constexpr Millis kHolds{1'000};

  void prove(SteadyTime at);
  void lose();
  [[nodiscard]] std::optional<Millis> lasts(SteadyTime now) const;

 private:
  mutable std::mutex mutex_;
  std::optional<SteadyTime> since_;
  SteadyTime last_{};
};

/// libnats finds a lost server again by itself; where it gives up for good (it was refused twice,
/// or an error came that it does not know) a new connection is made. Unless told otherwise: one
/// thread.
class NatsLink {
 public:
  /// Called on a thread of libnats, never after the link has ended. Must not block.
  struct Told {
    std::function<void()> lost;
    std::function<void()> regained;
    std::function<void()> slow;  ///< messages were dropped: this process took them too slowly
  };

  /// Waits for a server (NatsOptions::connect_within). Error: one line for an operator.
  static Result<std::unique_ptr<NatsLink>> open(NatsOptions options, Told told);
  NatsLink(NatsLink const&) = delete;
  NatsLink& operator=(NatsLink const&) = delete;
  ~NatsLink();

  /// Never null, and valid until the next pulse().
  [[nodiscard]] natsConnection* get() const { return connection_; }
  [[nodiscard]] bool connected() const;
  /// Of the server, for logs.
  [[nodiscard]] std::string url() const;
  /// Grows with each new natsConnection: what was subscribed on the one before is gone.
  [[nodiscard]] unsigned generation() const { return generation_; }

  /// Asks the server for a sign of life and waits for it, at most `within`: true when it came, and
  /// all that was published before has reached the server. Makes a new connection where libnats has
  /// given up, which may take some seconds.
  bool pulse(Millis within);
  /// Since when pulses were answered without a break. Any thread.
  [[nodiscard]] std::optional<Millis> passing_for() const;

 private:
  struct State;

  NatsLink(NatsOptions options, std::shared_ptr<State> state);
  Result<> connect();
  Result<> connect_waiting();
  void revive();

  NatsOptions const options_;
  std::shared_ptr<State> state_;
  natsConnection* connection_ = nullptr;
  unsigned generation_ = 0;
  SteadyTime revive_at_{};
};

}  // namespace archipelago::bus
