// What all connections of a server share: options, routes, budgets, and the list of who is
// connected.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <vector>

#include "limits/rate_table.hpp"
#include "net/asio.hpp"
#include "net/request_meter.hpp"
#include "net/server.hpp"

namespace archipelago::net {

/// A connection as the server ends it. On its shard.
class Session {
 public:
  virtual ~Session() = default;
  virtual void drain(Errc why) = 0;                          ///< end soon, politely
  virtual void cut(Errc why) = 0;                            ///< end now
  [[nodiscard]] virtual bool lasts() const { return true; }  ///< false: HTTP, ends by itself
};

/// Logs what escaped from a session's coroutine: a fault of ours.
void log_failure(std::exception_ptr const& failure);

/// The completion of a session's coroutine: keeps the session until then.
template <class Owner>
auto kept_while_running(std::shared_ptr<Owner> session) {
  return [session = std::move(session)](std::exception_ptr const& failure) {
    if (failure) log_failure(failure);
  };
}

class ServerCore {
 public:
  ServerCore(ShardPool& shard_pool, Router const& routes, ServerOptions server_options,
             Metrics& server_metrics);

  ShardPool& shards;
  Router const& router;
  ServerOptions const options;
  Metrics& metrics;
  std::unique_ptr<asio::ssl::context> tls;
  std::vector<std::shared_ptr<LoopLag>> const lags;  ///< by shard
  RequestMeter requests;

  std::atomic<bool> draining{false};
  std::atomic<bool> stopping{false};

  /// On shard `index` only.
  void enlist(std::size_t index, Session& session) { sessions_[index].insert(&session); }
  void strike(std::size_t index, Session& session) { sessions_[index].erase(&session); }
  [[nodiscard]] bool knows(std::size_t index, Session& session) const {
    return sessions_[index].contains(&session);
  }
  /// A copy: sessions strike themselves out.
  [[nodiscard]] std::unordered_set<Session*> sessions(std::size_t index) const {
    return sessions_[index];
  }
  void cut_all(std::size_t index, Errc why);

  /// More or less waits for a reader of shard `index`. On that shard only: each has one writer, so
  /// that no two of them share a cache line.
  void note_outbox(std::size_t index, std::int64_t bytes) noexcept {
    auto& cell = outboxes_[index].bytes;
    cell.store(cell.load(std::memory_order_relaxed) + bytes, std::memory_order_relaxed);
  }
  /// Of all shards. Any thread.
  [[nodiscard]] std::int64_t outbox_bytes() const noexcept;

  // Any thread. Without an address (a trusted proxy that has not yet said for whom it speaks) only
  // totals count, as for those whom the operator exempts.

  [[nodiscard]] bool admit(std::optional<IpAddress> const& address);
  void dismiss(std::optional<IpAddress> const& address);
  /// Less than half of the budgets is taken: there is room for connections that only idle.
  [[nodiscard]] bool roomy(std::optional<IpAddress> const& address) const;
  [[nodiscard]] bool within_rate(std::optional<IpAddress> const& address, Instant now);
  [[nodiscard]] bool may_ask(IpAddress const& client, Instant now, std::size_t cost = 1);
  /// An answer of so many bytes; the largest costs half a burst.
  [[nodiscard]] bool may_hear(IpAddress const& client, Instant now, std::size_t bytes);
  [[nodiscard]] bool may_open(IpAddress const& client, Instant now);
  /// So far behind that it takes no further websockets.
  [[nodiscard]] bool lagging(std::size_t shard) const;
  /// The value of Access-Control-Allow-Origin for a page from `origin`; "": it may not.
  [[nodiscard]] std::string allowed_origin(std::string_view origin) const;

  void came() { ++connections_; }
  void went();
  [[nodiscard]] std::size_t connections() const { return connections_; }
  void wait_until_empty();

  /// `done` runs on shard 0 once draining and empty.
  void on_empty(std::function<void()> done);

  std::atomic<int> refusals{0};  ///< connections that only wait to be told 503

 private:
  void tell_if_empty();
  bool take(limits::RateTable& table, IpAddress const& client, Instant now, std::size_t cost);

  struct alignas(64) Outboxes {
    std::atomic<std::int64_t> bytes{0};
  };

  std::vector<std::unordered_set<Session*>> sessions_;  // by shard
  std::vector<Outboxes> outboxes_;                      // by shard
  std::atomic<std::size_t> connections_{0};
  mutable std::mutex mutex_;  // guards what follows
  limits::Admission admission_;
  limits::TokenBucket connecting_;
  limits::RateTable connecting_by_address_;
  limits::RateTable asking_;
  limits::RateTable opening_;
  std::function<void()> on_empty_;
};

/// A connection's place in the server: counts it from accept to its end, and, until login, against
/// the budgets. Moves with the connection from shard to shard; frees everything once.
class Place {
 public:
  static constexpr int kRefusals = 64;  ///< how many of those without a budget may ask at a time

  /// Nothing when there is no place at all: close without a word; counted already.
  static std::unique_ptr<Place> take(std::shared_ptr<ServerCore> const& core, IpAddress const& peer,
                                     Instant now);
  ~Place();
  Place(Place const&) = delete;
  Place& operator=(Place const&) = delete;

  /// The connection turns out to speak for `client`: its budget is charged instead. False when that
  /// is used up.
  [[nodiscard]] bool rebind(IpAddress const& client);
  void logged_in();

  /// No budget was left: one plain request is answered, an upgrade refused with 503; then close.
  [[nodiscard]] bool refused() const { return refused_; }
  /// May stay open between requests.
  [[nodiscard]] bool may_idle() const { return !refused_ && core_->roomy(charged_to_); }

 private:
  explicit Place(std::shared_ptr<ServerCore> core) : core_(std::move(core)) { core_->came(); }

  std::shared_ptr<ServerCore> const core_;
  std::optional<IpAddress> charged_to_;
  bool charged_ = false;
  bool refused_ = false;
};

}  // namespace archipelago::net
