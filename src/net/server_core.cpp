// Counting connections in and out.
#include "net/server_core.hpp"

#include "base/log.hpp"

namespace archipelago::net {

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
      sessions_(shard_pool.size()),
      admission_(options.before_login) {}

void ServerCore::drain_all(std::size_t index, Errc why) {
  auto const all = sessions_[index];  // a copy: sessions strike themselves out
  for (auto* session : all)
    if (sessions_[index].contains(session)) session->drain(why);
}

void ServerCore::cut_all(std::size_t index, Errc why) {
  auto const all = sessions_[index];
  for (auto* session : all)
    if (sessions_[index].contains(session)) session->cut(why);
}

bool ServerCore::admit(std::optional<IpAddress> const& address) {
  std::lock_guard const lock(mutex_);
  return admission_.enter(address);
}

void ServerCore::dismiss(std::optional<IpAddress> const& address) {
  std::lock_guard const lock(mutex_);
  admission_.leave(address);
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

std::unique_ptr<Place> Place::take(std::shared_ptr<ServerCore> const& core, IpAddress const& peer) {
  auto const limit = core->options.max_connections;
  if (limit != 0 && core->connections() >= limit) return nullptr;
  std::unique_ptr<Place> place(new Place(core));
  if (!core->options.trusted_proxies.trusts(peer)) place->charged_to_ = peer;
  place->charged_ = core->admit(place->charged_to_);
  if (place->charged_) return place;
  place->refused_ = true;
  return core->refusals.fetch_add(1) < kRefusals ? std::move(place) : nullptr;
}

Place::~Place() {
  logged_in();
  if (refused_) --core_->refusals;
  core_->went();
}

bool Place::rebind(IpAddress const& client) {
  if (!charged_ || charged_to_ == client) return true;
  if (!core_->admit(client)) return false;
  core_->dismiss(std::exchange(charged_to_, client));
  return true;
}

void Place::logged_in() {
  if (std::exchange(charged_, false)) core_->dismiss(charged_to_);
}

}  // namespace archipelago::net
