// Who knows whom.
#include "realm/realm.hpp"

#include <chrono>
#include <future>
#include <utility>

#include "base/log.hpp"
#include "bus/in_process.hpp"
#include "realm/about.hpp"
#include "realm/mailboxes.hpp"
#include "realm/openapi.hpp"
#include "realm/operations.hpp"
#include "realm/realm_impl.hpp"
#include "realm/wiring.hpp"

namespace archipelago::realm {
namespace {

constexpr Millis kSlack{1'000};  // the server's own deadline comes first

}  // namespace

Realm::Impl::Impl(Config const& config, std::unique_ptr<TraceFile> recording)
    : config_(completed(config)),
      role_(role_of(config_.process.role)),
      key_(room_key(config_, random_)),
      shards_(shard_count(config_.http)),
      core_loop_(shards_.size()),
      core_lag_(LoopLag::watch(core_loop_)),
      bus_(std::make_unique<bus::InProcessBus>(metrics_)),
      mailboxes_(open_mailboxes(*bus_, shards_, mailbox_capacity(config_))) {
  if (role_.gateway || role_.rooms) make_logins();
  if (role_.core) make_core(std::move(recording));
  if (role_.rooms) make_rooms();
  if (role_.gateway) make_gateway();
  if (role_.stats) make_views();
}

void Realm::Impl::make_logins() {
  logins_.emplace(
      config_,
      Logins::Parts{
          .loop = core_loop_,
          .metrics = metrics_,
          .sessions = [this] { return gateway_ ? gateway_->players() : std::vector<Address>(); },
          .seats = [this] { return rooms_ ? rooms_->rooms().players() : std::vector<Address>(); },
          .evict =
              [this](auto const& who) {
                return (gateway_ ? gateway_->evict(who) : 0) +
                       (rooms_ ? rooms_->rooms().evict(who) : 0);
              }});
}

void Realm::Impl::make_core(std::unique_ptr<TraceFile> recording) {
  core_.emplace(config_, Core::Parts{.loop = core_loop_,
                                     .bus = *bus_,
                                     .metrics = metrics_,
                                     .random = random_,
                                     .key = key_,
                                     .fill = [this](auto room) { rooms_->fill(room); },
                                     .recording = std::move(recording)});
  if (!logins_) return;
  signed_login_.emplace(
      SignedLogin::Parts{.loop = core_loop_,
                         .verifier = logins_->verifier(),
                         .backend = core_->backend(),
                         .metrics = metrics_,
                         .accepts = [this] { return accepts_users(config_.realm, facts()); }},
      config_.comms.room, public_path(config_.http));
}

void Realm::Impl::make_rooms() {
  rooms_.emplace(config_, RoomHost::Parts{.shards = shards_,
                                          .mailboxes = pointers(mailboxes_),
                                          .verifier = logins_->verifier(),
                                          .key = key_,
                                          .random = random_,
                                          .metrics = metrics_});
}

void Realm::Impl::make_gateway() {
  gateway_.emplace(gateway_options(config_), *bus_, pointers(mailboxes_), logins_->verifier(),
                   random_, metrics_);
}

void Realm::Impl::make_views() {
  views_.emplace(config_, Views::Parts{.shards = loops(shards_),
                                       .snapshots = [this] { return core_->snapshot(); },
                                       .quality = [this] { return core_->quality(); },
                                       .explainer = core_->explainer(),
                                       .lags = [this] { return lags(); },
                                       .listening = [this] { return listening(); },
                                       .metrics = metrics_});
}

std::string Realm::Impl::listening() const {
  return ready_ ? reachable(server_->url()) : std::string();
}

Facts Realm::Impl::facts() const {
  auto const snapshot = core_->snapshot();
  Facts facts;
  facts.now = core_loop_.wall_now();
  facts.core_alive = ready_ && core_loop_.now() < snapshot->made + core_patience(config_);
  facts.ending = ending_;
  facts.overloaded = ready_ && server_->overloaded();
  facts.sessions = static_cast<std::int64_t>(gateway_->sessions());
  facts.players = static_cast<std::int64_t>(snapshot->players);
  if (config_.comms.mode != "archipelago")
    facts.sessions = facts.players =
        metrics_.value(Metric::room_members) - metrics_.value(Metric::simulated_peers);
  return facts;
}

std::vector<NamedLag> Realm::Impl::lags() const {
  std::vector<NamedLag> all{{"islands", core_lag_}};
  if (!ready_) return all;
  for (auto const& shard : server_->lags()) all.push_back({std::to_string(all.size() - 1), shard});
  return all;
}

Scrape Realm::Impl::scrape() {
  Scrape scrape{.lags = lags()};
  if (!ready_) return scrape;
  metrics_.set(Metric::outbox_bytes, server_->outbox_bytes());
  scrape.requests = &server_->requests();
  return scrape;
}

void Realm::Impl::register_endpoints() {
  auto const known = [this] { return facts(); };
  register_operations(router_, config_, metrics_, known, [this] { return scrape(); });
  if (views_) views_->register_endpoints(router_);
  if (signed_login_) signed_login_->register_endpoint(router_);
  if (rooms_) rooms_->register_endpoints(router_, core_loop_);
  if (gateway_) {
    register_about(router_, config_, known, [this] { return listening(); });
    gateway_->register_endpoints(router_);
  }
  register_openapi(router_, config_);
}

/// Shards run before the server starts, and the islands' loop only when everything is in place.
Result<> Realm::Impl::start() {
  if (logins_)
    if (auto ready = logins_->start(); !ready) return ready;
  register_endpoints();
  shards_.start();
  auto server = net::Server::start(shards_, router_, server_options(config_), metrics_);
  if (!server) return tl::unexpected(server.error());
  server_ = std::move(*server);
  auto const base =
      config_.http.public_url.empty() ? reachable(server_->url()) : config_.http.public_url;
  if (core_) core_->start(websocket_url(base));
  core_loop_.start();
  if (views_) views_->start();
  ready_ = true;
  tell_where(base);
  return {};
}

void Realm::Impl::tell_where(std::string const& base) const {
  log::info("realm", "started",
            {{"url", server_->url()}, {"rooms", websocket_url(base)}, {"shards", shards_.size()}});
  if (config_.http.public_url.empty() && base != server_->url())
    log::warn("realm", "public_url_unset",
              {{"advice", "clients on other machines cannot reach rooms; set --public-url"},
               {"rooms", websocket_url(base)}});
}

void Realm::Impl::reload() {
  if (logins_) logins_->reload();
}

void Realm::Impl::stop() {
  if (!server_ || ending_.exchange(true)) return;
  log::info("realm", "stopping", {{"sessions", metrics_.value(Metric::sessions)}});
  auto const drained = std::make_shared<std::promise<void>>();
  auto const done = drained->get_future();
  Millis const deadline(config_.http.drain_deadline_ms);
  server_->drain(Errc::shutting_down, Millis(config_.http.drain_ms), deadline,
                 [drained] { drained->set_value(); });
  done.wait_for(deadline + kSlack);
  end();
  log::info("realm", "stopped");
}

void Realm::Impl::end() {
  if (logins_) logins_->stop_asking();
  if (core_) core_->stop_asking();
  if (views_) views_->stop_asking();
  if (server_) server_->stop();
  if (views_) views_->stop();
  core_loop_.stop();
  core_loop_.join();
  shards_.stop();
  if (core_) core_->end();
  if (logins_) logins_->end();
}

Realm::Realm(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Realm::~Realm() = default;

Result<std::unique_ptr<Realm>> Realm::start(Config const& config) {
  std::unique_ptr<TraceFile> recording;
  if (!config.islands.record.empty()) {
    auto opened = TraceFile::open(config.islands.record);
    if (!opened) return tl::unexpected(opened.error());
    recording = std::move(*opened);
  }
  auto impl = std::make_unique<Impl>(config, std::move(recording));
  if (auto const started = impl->start(); !started) return tl::unexpected(started.error());
  return std::unique_ptr<Realm>(new Realm(std::move(impl)));
}

std::string Realm::url() const {
  return impl_->url();
}

net::Router const& Realm::routes() const {
  return impl_->routes();
}

void Realm::reload() {
  impl_->reload();
}

void Realm::stop() {
  impl_->stop();
}

}  // namespace archipelago::realm
