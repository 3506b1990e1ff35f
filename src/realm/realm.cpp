// Who knows whom.
#include "realm/realm.hpp"

#include <chrono>
#include <future>
#include <utility>

#include "base/log.hpp"
#include "bus/in_process.hpp"
#include "bus/nats_bus.hpp"
#include "bus/nats_lease.hpp"
#include "bus/sole_lease.hpp"
#include "realm/about.hpp"
#include "realm/mailboxes.hpp"
#include "realm/openapi.hpp"
#include "realm/operations.hpp"
#include "realm/realm_impl.hpp"
#include "realm/wiring.hpp"

namespace archipelago::realm {
namespace {

constexpr Millis kSlack{1'000};  // the server's own deadline comes first
constexpr std::size_t kIdLength = 16;

}  // namespace

Realm::Impl::Impl(Config const& config)
    : config_(completed(config)),
      role_(role_of(config_.process.role)),
      key_(room_key(config_, random_)),
      id_(alone() ? std::string() : random_text(random_, kIdLength)),
      shards_(shard_count(config_.http)),
      core_loop_(shards_.size()),
      core_lag_(LoopLag::watch(core_loop_)) {}

/// The bus that the parts of this process talk over, and mailboxes on it.
Result<> Realm::Impl::join(std::function<bool()> give_up) {
  if (alone()) {
    bus_ = std::make_unique<bus::InProcessBus>(metrics_);
  } else {
    auto options = nats_options(config_, id_);
    options.give_up = std::move(give_up);
    auto connected = bus::NatsBus::connect(std::move(options), metrics_);
    if (!connected) return tl::unexpected(connected.error());
    bus_ = std::move(*connected);
  }
  mailboxes_ = open_mailboxes(*bus_, shards_, mailbox_capacity(config_));
  return {};
}

/// Of a core; null where there are no others.
Result<std::unique_ptr<bus::Lease>> Realm::Impl::lease() const {
  if (alone() || !role_.core) return nullptr;
  if (!config_.nats.standby)
    return std::make_unique<bus::SoleLease>(
        static_cast<std::uint64_t>(core_loop_.wall_now().ms_since_epoch));
  auto opened = bus::NatsLease::open(nats_options(config_, id_), lease_options(config_, id_));
  if (!opened) return tl::unexpected(opened.error());
  return std::move(*opened);
}

void Realm::Impl::assemble(std::unique_ptr<TraceFile> recording,
                           std::unique_ptr<bus::Lease> lease) {
  if (role_.gateway || role_.rooms) make_logins();
  if (role_.core) make_core(std::move(recording), std::move(lease));
  if (role_.stats && !role_.core) mirror_.emplace(config_, core_loop_, *bus_, metrics_);
  if (role_.rooms) make_rooms();
  if (role_.gateway) make_gateway();
  if (role_.stats || role_.core) make_views();
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

void Realm::Impl::make_core(std::unique_ptr<TraceFile> recording,
                            std::unique_ptr<bus::Lease> lease) {
  Core::Parts parts{.loop = core_loop_,
                    .bus = *bus_,
                    .metrics = metrics_,
                    .random = random_,
                    .key = key_,
                    .fill = {},
                    .recording = std::move(recording),
                    .id = id_,
                    .lease = std::move(lease)};
  if (role_.rooms) parts.fill = [this](auto room) { rooms_->fill(room); };
  core_.emplace(config_, std::move(parts));
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
                                          .loop = core_loop_,
                                          .bus = *bus_,
                                          .verifier = logins_->verifier(),
                                          .key = key_,
                                          .random = random_,
                                          .metrics = metrics_,
                                          .id = id_});
}

void Realm::Impl::make_gateway() {
  gateway_.emplace(gateway_options(config_, id_), *bus_, pointers(mailboxes_), logins_->verifier(),
                   random_, metrics_, loops(shards_));
}

void Realm::Impl::make_views() {
  Views::Parts parts{.shards = loops(shards_),
                     .snapshots = [this] { return snapshot(); },
                     .quality = [this] { return core_ ? core_->quality() : mirror_->quality(); },
                     .explainer = core_ ? core_->explainer() : mirror_->explainer(),
                     .lags = [this] { return lags(); },
                     .listening = [this] { return listening(); },
                     .station = role_.stats,
                     .metrics = metrics_};
  views_.emplace(config_, std::move(parts));
}

std::string Realm::Impl::listening() const {
  return ready_ ? reachable(server_->url()) : std::string();
}

/// Null where this process knows nothing of islands.
std::shared_ptr<islands::Snapshot const> Realm::Impl::snapshot() const {
  if (core_) return core_->snapshot();
  return mirror_ ? mirror_->snapshot() : nullptr;
}

/// What other processes of the realm tell of it; null where there are none, or nobody listens.
gateway::RealmView const* Realm::Impl::others() const {
  if (gateway_) return gateway_->realm();
  return mirror_ ? &mirror_->realm() : nullptr;
}

/// As far as this process can tell, and needs to know.
bool Realm::Impl::islands_are_made() const {
  if (!ready_ || !bus_->connected_for()) return false;
  if (auto const* const realm = others()) return realm->core_heard();
  auto const islands = snapshot();
  return !islands || core_loop_.now() < islands->made + core_patience(config_);
}

Facts Realm::Impl::facts() const {
  Facts facts;
  facts.now = core_loop_.wall_now();
  facts.core_alive = islands_are_made();
  facts.ending = ending_;
  facts.overloaded = ready_ && server_->overloaded();
  auto const in_rooms =
      metrics_.value(Metric::room_members) - metrics_.value(Metric::simulated_peers);
  auto const islands = snapshot();
  auto const* const realm = others();
  facts.players = islands ? static_cast<std::int64_t>(islands->players)
                  : realm ? static_cast<std::int64_t>(realm->players())
                          : in_rooms;
  facts.sessions = gateway_ ? static_cast<std::int64_t>(gateway_->realm_sessions()) : facts.players;
  if (config_.comms.mode != "archipelago") facts.sessions = facts.players = in_rooms;
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
  if (rooms_) rooms_->register_endpoints(router_);
  if (gateway_) {
    register_about(router_, config_, known, [this] { return listening(); });
    gateway_->register_endpoints(router_);
  }
  register_openapi(router_, config_);
}

Result<> Realm::Impl::start(std::unique_ptr<TraceFile> recording, std::function<bool()> give_up) {
  if (auto joined = join(std::move(give_up)); !joined) return joined;
  auto own_lease = lease();
  if (!own_lease) return tl::unexpected(own_lease.error());
  assemble(std::move(recording), std::move(*own_lease));
  if (logins_)
    if (auto ready = logins_->start(); !ready) return ready;
  register_endpoints();
  return listen();
}

/// Shards run before the server starts, and the islands' loop only when everything is in place.
Result<> Realm::Impl::listen() {
  shards_.start();
  auto server = net::Server::start(shards_, router_, server_options(config_), metrics_);
  if (!server) return tl::unexpected(server.error());
  server_ = std::move(*server);
  auto const base =
      config_.http.public_url.empty() ? reachable(server_->url()) : config_.http.public_url;
  if (core_) core_->start(websocket_url(base));
  if (rooms_) rooms_->start(websocket_url(base));
  core_loop_.start();
  if (views_) views_->start();
  ready_ = true;
  tell_where(base);
  return {};
}

void Realm::Impl::tell_where(std::string const& base) const {
  log::info("realm", "started",
            {{"url", server_->url()},
             {"role", config_.process.role},
             {"rooms", websocket_url(base)},
             {"shards", shards_.size()}});
  if (role_.rooms && config_.http.public_url.empty() && base != server_->url())
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
  if (gateway_) gateway_->drain();
  if (rooms_ && !gateway_) send_away();
  auto const drained = std::make_shared<std::promise<void>>();
  auto const done = drained->get_future();
  Millis const deadline(config_.http.drain_deadline_ms);
  server_->drain(Errc::shutting_down, Millis(config_.http.drain_ms), deadline,
                 [drained] { drained->set_value(); });
  done.wait_for(deadline + kSlack);
  end();
  log::info("realm", "stopped");
}

/// A host of rooms among others goes when its players have gone to those, or the time is up.
void Realm::Impl::send_away() {
  auto const empty = std::make_shared<std::promise<void>>();
  auto const done = empty->get_future();
  rooms_->drain([empty] { empty->set_value(); });
  done.wait_for(Millis(config_.http.drain_deadline_ms));
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

Result<std::unique_ptr<Realm>> Realm::start(Config const& config, std::function<bool()> give_up) {
  std::unique_ptr<TraceFile> recording;
  if (!config.islands.record.empty()) {
    auto opened = TraceFile::open(config.islands.record);
    if (!opened) return tl::unexpected(opened.error());
    recording = std::move(*opened);
  }
  auto impl = std::make_unique<Impl>(config);
  if (auto const started = impl->start(std::move(recording), std::move(give_up)); !started)
    return tl::unexpected(started.error());
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
