// The thread of a NatsBus that alone waits for the network. Only nats_*.cpp includes this.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/metrics.hpp"
#include "base/result.hpp"
#include "bus/nats_bus.hpp"
#include "bus/nats_link.hpp"
#include "bus/nats_routes.hpp"

namespace archipelago::bus {

class NatsBus::Sender {
 public:
  explicit Sender(Metrics& metrics) : metrics_(metrics) {}

  /// Once, before anything else.
  Result<> start(NatsOptions options);
  /// Sends what waits, ends the connection and the thread.
  void stop();

  // Any thread.
  void publish(std::string_view subject, std::string_view payload, std::uint64_t epoch);
  bool flush(Millis within);
  void subscribe(std::string const& pattern, std::shared_ptr<Target> target);
  void unsubscribe(std::string const& pattern, std::shared_ptr<Target> const& target);
  /// Until stop().
  [[nodiscard]] std::optional<Millis> connected_for() const { return link_->passing_for(); }

 private:
  struct Outgoing {
    std::string subject;
    std::string payload;
    std::uint64_t epoch;
    SteadyTime at;

    [[nodiscard]] std::size_t bytes() const {
      return sizeof(Outgoing) + subject.size() + payload.size();
    }
  };
  using Outbox = std::deque<Outgoing>;
  using RouteMap = std::map<std::string, std::shared_ptr<Route>, std::less<>>;

  /// What the thread has been given to do at once.
  struct Work {
    Outbox outbox;
    std::vector<std::shared_ptr<Route>> changed;
    std::optional<std::uint64_t> flush;
    bool nudged = false;
    bool ending = false;
  };

  void run();
  Work wait(SteadyTime until);
  void settle(std::shared_ptr<Route> const& route);
  void settle_all();
  /// False when the connection was lost meanwhile: what is left waits again.
  bool send(Outbox& outbox);
  natsStatus send(Outgoing const& message);
  bool pulse(Millis within);
  void set_passing(bool passing);
  void flushed(std::uint64_t which);

  void fail(std::string_view why, std::string_view subject);
  void lost();
  void regained();
  void trim();
  void forget_stale();

  Metrics& metrics_;
  Seldom complains_{Millis{5'000}};
  std::atomic<std::size_t> max_payload_{kMaxPayload};

  // Of the thread alone.
  std::unique_ptr<NatsLink> link_;
  std::map<std::shared_ptr<Route>, std::unique_ptr<Subscribed>> subscribed_;
  unsigned generation_ = 0;

  std::mutex mutex_;  // guards what follows
  std::condition_variable work_;
  std::condition_variable flushed_;
  Outbox outbox_;
  std::size_t outbox_bytes_ = 0;
  RouteMap routes_;
  std::vector<std::shared_ptr<Route>> changed_;
  std::uint64_t flush_wanted_ = 0;
  std::uint64_t flush_done_ = 0;
  bool passing_ = true;  // what waits may be sent
  bool nudged_ = false;  // by libnats: look at the connection now
  bool ending_ = false;

  std::thread thread_;
};

}  // namespace archipelago::bus
