// What all connections of a server share: options, routes, budgets, and the list of who is
// connected.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <vector>

#include "net/asio.hpp"
#include "net/server.hpp"

namespace archipelago::net {

/// A connection as the server ends it. On its shard.
class Session {
 public:
  virtual ~Session() = default;
  virtual void drain(Errc why) = 0;  ///< end soon, politely
  virtual void cut(Errc why) = 0;    ///< end now
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

  std::atomic<bool> draining{false};
  std::atomic<bool> stopping{false};

  /// On shard `index` only.
  void enlist(std::size_t index, Session& session) { sessions_[index].insert(&session); }
  void strike(std::size_t index, Session& session) { sessions_[index].erase(&session); }
  void drain_all(std::size_t index, Errc why);
  void cut_all(std::size_t index, Errc why);

  /// Any thread.
  [[nodiscard]] bool admit(std::optional<IpAddress> const& address);
  void dismiss(std::optional<IpAddress> const& address);

  void came() { ++connections_; }
  void went();
  [[nodiscard]] std::size_t connections() const { return connections_; }
  void wait_until_empty();

  /// `done` runs on shard 0 once draining and empty.
  void on_empty(std::function<void()> done);

  std::atomic<int> refusals{0};  ///< connections that only wait to be told 503

 private:
  void tell_if_empty();

  std::vector<std::unordered_set<Session*>> sessions_;  // by shard
  std::atomic<std::size_t> connections_{0};
  std::mutex mutex_;  // guards what follows
  limits::Admission admission_;
  std::function<void()> on_empty_;
};

/// A connection's place in the server: counts it from accept to its end, and, until login, against
/// the budgets. Moves with the connection from shard to shard; frees everything once.
class Place {
 public:
  static constexpr int kRefusals = 64;  ///< how many of those without a budget may ask at a time

  /// Nothing when there is no place at all: close without a word.
  static std::unique_ptr<Place> take(std::shared_ptr<ServerCore> const& core,
                                     IpAddress const& peer);
  ~Place();
  Place(Place const&) = delete;
  Place& operator=(Place const&) = delete;

  /// The connection turns out to speak for `client`: its budget is charged instead. False when that
  /// is used up.
  [[nodiscard]] bool rebind(IpAddress const& client);
  void logged_in();

  /// No budget was left: one plain request is answered, an upgrade refused with 503; then close.
  [[nodiscard]] bool refused() const { return refused_; }

 private:
  explicit Place(std::shared_ptr<ServerCore> core) : core_(std::move(core)) { core_->came(); }

  std::shared_ptr<ServerCore> const core_;
  std::optional<IpAddress> charged_to_;
  bool charged_ = false;
  bool refused_ = false;
};

}  // namespace archipelago::net
