// Counting connections in and out.
#include "net/server_core.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace archipelago::net {
namespace {

std::vector<std::shared_ptr<LoopLag>> watch_all(ShardPool& shards) {
  std::vector<std::shared_ptr<LoopLag>> lags;
  lags.reserve(shards.size());
  for (std::size_t i = 0; i < shards.size(); ++i) lags.push_back(LoopLag::watch(shards[i]));
  return lags;
}

}  // namespace

void log_failure(std::exception_ptr const& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (std::exception const& e) {
    log::error("net", "session_failed", {{"what", e.what()}});
  }
}

ServerCore::ServerCore(ShardPool& shard_pool, Router const& routes, ServerOptions server_options,
                       Metrics& server_metrics)
    : shards(shard_pool),
      router(routes),
      options(std::move(server_options)),
      metrics(server_metrics),
      lags(watch_all(shard_pool)),
      requests(router),
      sessions_(shard_pool.size()),
      outboxes_(shard_pool.size()),
      admission_(options.before_login),
      connecting_(options.rates.connections, shard_pool[0].now()),
      connecting_by_address_(options.rates.connections_per_address),
      asking_(options.rates.requests_per_address),
      opening_(options.rates.websockets_per_address) {}

void ServerCore::cut_all(std::size_t index, Errc why) {
  for (auto* const session : sessions(index))
    if (knows(index, *session)) session->cut(why);
}

std::int64_t ServerCore::outbox_bytes() const noexcept {
  std::int64_t all = 0;
  for (auto const& shard : outboxes_) all += shard.bytes.load(std::memory_order_relaxed);
  return all;
}

bool ServerCore::admit(std::optional<IpAddress> const& address) {
  std::lock_guard const lock(mutex_);
  bool const admitted = admission_.enter(address);
  if (admitted) metrics.add(Metric::connections_waiting);
  return admitted;
}

bool ServerCore::roomy(std::optional<IpAddress> const& address) const {
  std::lock_guard const lock(mutex_);
  return admission_.roomy(address);
}

bool ServerCore::take(limits::RateTable& table, IpAddress const& client, Instant now,
                      std::size_t cost) {
  auto const before = table.forgotten();
  bool const taken = table.take(client, now, cost);
  metrics.add(Metric::rates_forgotten, static_cast<std::int64_t>(table.forgotten() - before));
  return taken;
}

bool ServerCore::within_rate(std::optional<IpAddress> const& address, Instant now) {
  std::lock_guard const lock(mutex_);
  if (address && !take(connecting_by_address_, *address, now, 1)) return false;
  return options.rates.connections.per_second == 0 || connecting_.take(now);
}

bool ServerCore::may_ask(IpAddress const& client, Instant now, std::size_t cost) {
  if (options.unlimited.contain(client)) return true;
  std::lock_guard const lock(mutex_);
  return take(asking_, client, now, cost);
}

bool ServerCore::may_hear(IpAddress const& client, Instant now, std::size_t bytes) {
  auto const most = options.rates.requests_per_address.burst / 2;
  auto const cost = std::min<std::size_t>(bytes / kAnswerUnit, most);
  return cost == 0 || may_ask(client, now, cost);
}

bool ServerCore::may_open(IpAddress const& client, Instant now) {
  if (options.unlimited.contain(client)) return true;
  std::lock_guard const lock(mutex_);
  return take(opening_, client, now, 1);
}

bool ServerCore::lagging(std::size_t shard) const {
  return options.most_lag > Millis{0} &&
         lags[shard]->behind(shards[shard].now()) > options.most_lag;
}

std::string ServerCore::allowed_origin(std::string_view origin) const {
  auto const& all = options.origins;
  if (all.empty()) return "*";
  bool const listed = std::find(all.begin(), all.end(), origin) != all.end();
  return listed ? std::string(origin) : std::string();
}

void ServerCore::dismiss(std::optional<IpAddress> const& address) {
  std::lock_guard const lock(mutex_);
  admission_.leave(address);
  metrics.add(Metric::connections_waiting, -1);
}

void ServerCore::went() {
  if (--connections_ != 0) return;
  connections_.notify_all();
  if (draining) tell_if_empty();
}

void ServerCore::wait_until_empty() {
  for (auto left = connections_.load(); left != 0; left = connections_.load())
    connections_.wait(left);
}

void ServerCore::on_empty(std::function<void()> done) {
  {
    std::lock_guard const lock(mutex_);
    on_empty_ = std::move(done);
  }
  tell_if_empty();
}

void ServerCore::tell_if_empty() {
  std::lock_guard const lock(mutex_);
  if (connections_ == 0 && on_empty_) shards[0].post(std::exchange(on_empty_, nullptr));
}

std::unique_ptr<Place> Place::take(std::shared_ptr<ServerCore> const& core, IpAddress const& peer,
                                   Instant now) {
  auto const& options = core->options;
  std::optional<IpAddress> address;
  if (!options.trusted_proxies.contain(peer) && !options.unlimited.contain(peer)) address = peer;
  if (options.max_connections != 0 && core->connections() >= options.max_connections) {
    core->metrics.reject(Errc::too_many_connections);
    return nullptr;
  }
  if (!core->within_rate(address, now)) {
    core->metrics.reject(Errc::rate_limited);
    return nullptr;
  }
  std::unique_ptr<Place> place(new Place(core));
  place->charged_to_ = address;
  place->charged_ = core->admit(address);
  if (place->charged_) return place;
  place->refused_ = true;
  if (core->refusals.fetch_add(1) < kRefusals) return place;
  core->metrics.reject(Errc::too_many_connections);
  return nullptr;
}

Place::~Place() {
  logged_in();
  if (refused_) --core_->refusals;
  core_->went();
}

bool Place::rebind(IpAddress const& client) {
  if (!charged_ || charged_to_ == client || core_->options.unlimited.contain(client)) return true;
  if (!core_->admit(client)) return false;
  core_->dismiss(std::exchange(charged_to_, client));
  return true;
}

void Place::logged_in() {
  if (std::exchange(charged_, false)) core_->dismiss(charged_to_);
}

}  // namespace archipelago::net
