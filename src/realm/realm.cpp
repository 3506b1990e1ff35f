// Who knows whom.
#include "realm/realm.hpp"

#include <chrono>
#include <future>
#include <utility>

#include "base/log.hpp"
#include "islands/id_maker.hpp"
#include "realm/about.hpp"
#include "realm/content_server.hpp"
#include "realm/mailboxes.hpp"
#include "realm/openapi.hpp"
#include "realm/operations.hpp"
#include "realm/realm_impl.hpp"
#include "realm/statistics.hpp"
#include "realm/wiring.hpp"
#include "sim/recorder.hpp"

namespace archipelago::realm {
namespace {

constexpr std::size_t kWalletThreads = 4;  // they wait for answers, they do not compute
constexpr std::size_t kWalletQueue = 256;
constexpr Millis kSlack{1'000};  // the server's own deadline comes first

}  // namespace

Realm::Impl::Impl(Config const& config, std::unique_ptr<TraceFile> recording)
    : config_(completed(config)),
      key_(room_key(config_, random_)),
      shards_(shard_count(config_.http)),
      core_(shards_.size()),
      core_lag_(LoopLag::watch(core_)),
      bus_(metrics_),
      mailboxes_(open_mailboxes(bus_, shards_, mailbox_capacity(config_))),
      curve_(static_cast<std::size_t>(config_.auth.threads),
             static_cast<std::size_t>(config_.auth.queue)),
      wallet_pool_(kWalletThreads, kWalletQueue),
      proofs_(curve_, wallet_pool_,
              config_.auth.eth_rpc.empty()
                  ? nullptr
                  : &wallets_.emplace(eth_.emplace(config_.auth.eth_rpc, asking_.get_token()))),
      bans_(config_.bans, ban_parts()),
      backends_(config_, backend_parts()),
      recording_(std::move(recording)),
      islands_(island_parts(), island_options(config_)),
      told_([this] { return islands_.snapshot(); },
            islands::parse_privacy(config_.statistics.privacy).value()),
      quality_(
          core_, [this] { return islands_.snapshot(); }, metrics_),
      signed_login_({core_, bans_.verifier(), backends_, metrics_,
                     [this] { return accepts_users(config_.realm, facts()); }},
                    config_.comms.room, public_path(config_.http)),
      scenes_(
          config_.realm.content_url,
          ask_content_server(config_.realm.content_url, asking_.get_token()), scene_pool_,
          [this] { return told_.newest(); }, metrics_),
      scene_pool_(1, 1),
      rooms_(loops(shards_), rooms::Doorkeeper{bans_.verifier(), random_, key_},
             rooms_options(config_), metrics_),
      extras_(rooms_, loops(shards_), extras_options(config_), metrics_),
      gateway_(gateway_options(config_), bus_, pointers(mailboxes_), bans_.verifier(), random_,
               metrics_),
      station_(config_, station_parts()) {}

Station::Parts Realm::Impl::station_parts() {
  return {.shards = loops(shards_),
          .snapshots = [this] { return told_.newest(); },
          .quality = [this] { return quality_.latest(); },
          .lags = [this] { return lags(); },
          .listening = [this] { return ready_ ? reachable(server_->url()) : std::string(); },
          .metrics = metrics_};
}

islands::Parts Realm::Impl::island_parts() {
  return {.loop = core_,
          .bus = bus_,
          .metrics = metrics_,
          .backend = backends_,
          .engine = engine(),
          .stopwatch = steady_micros};
}

Bans::Parts Realm::Impl::ban_parts() {
  return {.loop = core_,
          .proofs = proofs_,
          .metrics = metrics_,
          .sessions = [this] { return gateway_.players(); },
          .seats = [this] { return rooms_.players(); },
          .evict = [this](auto const& who) { return gateway_.evict(who) + rooms_.evict(who); }};
}

Backends::Parts Realm::Impl::backend_parts() {
  return {.loop = core_,
          .metrics = metrics_,
          .key = key_,
          .fill = [this](auto room) { extras_.come_to(room); },
          .stop = asking_.get_token()};
}

std::unique_ptr<engine::Engine> Realm::Impl::engine() {
  auto settings = engine_settings(config_);
  settings.ids = islands::island_id_head(config_.islands.id_prefix, core_.wall_now(), random_);
  auto engine = sim::make_engine(settings);
  if (!recording_) return engine;
  return std::make_unique<sim::Recorder>(
      std::move(engine), sim::config_line(settings),
      [this](std::string lines) { return recording_->write(std::move(lines)); });
}

Facts Realm::Impl::facts() const {
  auto const snapshot = islands_.snapshot();
  Facts facts;
  facts.now = core_.wall_now();
  facts.core_alive = ready_ && core_.now() < snapshot->made + core_patience(config_);
  facts.ending = ending_;
  facts.overloaded = ready_ && server_->overloaded();
  facts.sessions = static_cast<std::int64_t>(gateway_.sessions());
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
  station_.register_endpoints(router_);
  register_about(router_, config_, known,
                 [this] { return ready_ ? reachable(server_->url()) : std::string(); });
  register_operations(router_, config_, metrics_, known, [this] { return scrape(); });
  register_statistics(router_, [this] { return told_.newest(); }, islands_.explainer(), metrics_);
  register_openapi(router_, config_);
  scenes_.register_endpoint(router_);
  signed_login_.register_endpoint(router_);
  register_rooms_status(router_, rooms_, core_, config_.realm);
  gateway_.register_endpoints(router_);
  rooms_.register_endpoint(router_);
  rooms_.follow_logins(pointers(mailboxes_));
}

/// Shards run before the server starts, and the islands' loop only when everything is in place.
Result<> Realm::Impl::start() {
  if (auto ready = bans_.start(); !ready) return ready;
  register_endpoints();
  shards_.start();
  auto server = net::Server::start(shards_, router_, server_options(config_), metrics_);
  if (!server) return tl::unexpected(server.error());
  server_ = std::move(*server);
  auto const base =
      config_.http.public_url.empty() ? reachable(server_->url()) : config_.http.public_url;
  backends_.start(websocket_url(base));
  core_.start();
  station_.start();
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

void Realm::Impl::stop() {
  if (!server_ || ending_.exchange(true)) return;
  log::info("realm", "stopping", {{"sessions", gateway_.sessions()}});
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
  asking_.request_stop();
  if (server_) server_->stop();
  station_.stop();
  core_.stop();
  core_.join();
  shards_.stop();
  backends_.end();
  bans_.end();
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
