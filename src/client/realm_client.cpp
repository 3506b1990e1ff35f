// From /about to an island, again and again.
#include "client/realm_client.hpp"

#include <cmath>
#include <functional>
#include <utility>

namespace archipelago::client {
namespace {

constexpr std::size_t kMaxWish = 128;
constexpr std::size_t kMaxAbout = 256UL * 1024;

bool is_finite(Position const& at) {
  return std::isfinite(at.x) && std::isfinite(at.y) && std::isfinite(at.z);
}

}  // namespace

RealmClient::Impl::Impl(Network const& network, Identity identity, RealmOptions options,
                        RealmEvents events)
    : network_(network),
      identity_(std::move(identity)),
      options_(std::move(options)),
      events_(std::move(events)),
      backoff_(network.random, options_.first_pause, options_.longest_pause),
      pause_timer_(network.loop),
      beat_timer_(network.loop) {}

std::optional<Error> RealmClient::Impl::wrong_option() const {
  auto const wrong = [](std::string what) { return Error{Errc::bad_request, std::move(what)}; };
  if (auto const url = realm_url(options_.realm); !url)
    return wrong("the realm is " + url.error().detail);
  if (options_.heartbeat < Millis{50} || options_.heartbeat > Millis{30'000})
    return wrong("heartbeat is not 50 ms to 30 s");
  if (options_.limit <= Millis{0} || options_.delegation <= Millis{0})
    return wrong("limit and delegation are not above 0");
  if (options_.first_pause <= Millis{0} || options_.longest_pause < options_.first_pause)
    return wrong("the pauses are not above 0, the longest at least the first");
  return std::nullopt;
}

/// In a turn of the loop's own, unless the client has gone by then.
void RealmClient::Impl::later(std::function<void(Impl&)> what) {
  network_.loop.post([weak = weak_from_this(), what = std::move(what)] {
    if (auto const self = weak.lock(); self && !self->gone_) what(*self);
  });
}

void RealmClient::Impl::tell(Status status) {
  status_ = std::move(status);
  if (!gone_ && events_.status) events_.status(Status(status_));
}

void RealmClient::Impl::tell_later(Status status) {
  status_ = status;
  later([status = std::move(status)](Impl& self) {
    if (self.events_.status) self.events_.status(status);
  });
}

void RealmClient::Impl::start() {
  if (status_.state != State::idle) return;
  if (auto const wrong = wrong_option())
    return tell_later({.state = State::ended, .why = ending(wrong->code, wrong->detail)});
  realm_ = *realm_url(options_.realm);
  status_.state = State::connecting;
  later([](Impl& self) { self.attempt(); });
}

void RealmClient::Impl::stop() {
  if (status_.state == State::ended) return;
  leave_session();
  tell_later({.state = State::ended, .why = ending(Errc::peer_gone, "stopped")});
}

void RealmClient::Impl::reconnect(Ending why) {
  if (status_.state != State::online) return;
  why.retryable = true;
  leave_session();
  status_.state = State::connecting;
  later([attempt = attempt_, why = std::move(why)](Impl& self) {
    if (self.attempt_ == attempt) self.fail_attempt(why);
  });
}

void RealmClient::Impl::abandon() {
  gone_ = true;
  leave_session();
}

void RealmClient::Impl::leave_session() {
  ++attempt_;
  pause_timer_.cancel();
  beat_timer_.cancel();
  fixed_.reset();
  if (auto const session = std::exchange(session_, nullptr)) session->leave();
}

void RealmClient::Impl::attempt() {
  if (status_.state != State::connecting && status_.state != State::waiting) return;
  auto const self = shared_from_this();
  auto const number = ++attempt_;
  if (auto const renewed = renew(); !renewed)
    return fail_attempt(ending(renewed.error().code, renewed.error().detail));
  tell({.state = State::connecting, .why = status_.why, .failures = status_.failures});
  if (gone_ || attempt_ != number) return;
  net::HttpFetch request;
  request.url = realm_ + "/about";
  request.timeout = options_.limit;
  request.max_body = kMaxAbout;
  network_.outgoing.fetch(std::move(request),
                          [weak = weak_from_this(), number](auto const& answer) {
                            auto const impl = weak.lock();
                            if (impl && !impl->gone_ && impl->attempt_ == number)
                              impl->on_about(answer);
                          });
}

Result<> RealmClient::Impl::renew() {
  auto const renewed =
      identity_.renew_if_due(network_.random, network_.loop.wall_now(), options_.delegation);
  if (!renewed) return tl::unexpected(renewed.error());
  if (*renewed && events_.identity) events_.identity(Identity(identity_));
  return {};
}

void RealmClient::Impl::on_about(Result<net::HttpResponse> const& answer) {
  auto const entered = answer ? enter(*answer) : Result<>(tl::unexpected<Error>(answer.error()));
  if (!entered) fail_attempt(ending(entered.error().code, entered.error().detail));
}

Result<> RealmClient::Impl::enter(net::HttpResponse const& answer) {
  if (answer.status != 200)
    return fail(answer.status == 503 ? Errc::overloaded : Errc::upstream_failed,
                "/about answers HTTP " + std::to_string(answer.status));
  auto const about = parse_about(answer.body);
  if (!about) return tl::unexpected(about.error());
  if (!about->healthy) return fail(Errc::upstream_failed, "the realm says it is not healthy");
  if (about->protocol != "v3")
    return fail(Errc::unsupported, "comms.protocol is \"" + about->protocol + "\", not v3");
  if (!about->accepting_users) return fail(Errc::realm_full, "the realm accepts no users now");
  auto const doors = entrances(*about, realm_);
  if (!doors) return tl::unexpected(doors.error());
  return choose(*doors);
}

Result<> RealmClient::Impl::choose(Entrances const& doors) {
  bool const direct = doors.direct && options_.entrance != Entrance::bff;
  bool const bff = doors.bff && options_.entrance != Entrance::direct;
  fixed_ = doors.fixed;
  if (direct)
    session_ = open_direct_session(network_, *doors.direct, identity_, options_.limit, *this);
  else if (bff)
    session_ = open_bff_session(network_, *doors.bff, identity_, options_.limit, *this);
  else if (fixed_)
    on_login();
  else
    return fail(Errc::upstream_failed, "the realm offers no entrance of the kind asked for");
  return {};
}

void RealmClient::Impl::on_login() {
  auto const self = shared_from_this();
  auto const number = attempt_;
  online_since_ = network_.loop.now();
  tell({.state = State::online, .failures = status_.failures});
  if (gone_ || attempt_ != number) return;
  if (fixed_ && events_.island) events_.island({.island = "", .connection = *fixed_});
  if (gone_ || attempt_ != number) return;
  beat();
}

void RealmClient::Impl::on_island(IslandChange const& change) {
  auto const self = shared_from_this();
  static_cast<void>(renew());  // for the room; one that cannot be renewed lasts as long as it does
  if (!gone_ && events_.island) events_.island(change);
}

void RealmClient::Impl::on_ended(Ending const& why) {
  auto const self = shared_from_this();
  fail_attempt(why);
}

void RealmClient::Impl::fail_attempt(Ending why) {
  bool const settled = status_.state == State::online &&
                       network_.loop.now() - online_since_ >= options_.longest_pause;
  leave_session();
  if (!why.retryable) return tell({.state = State::ended, .why = std::move(why)});
  if (settled) backoff_.reset();
  auto const pause = backoff_.pause();
  pause_timer_.start(pause, [this] { attempt(); });
  tell({.state = State::waiting,
        .why = std::move(why),
        .pause = pause,
        .failures = settled ? 1 : status_.failures + 1});
}

void RealmClient::Impl::beat() {
  if (!position_ || !session_ || status_.state != State::online) return;
  session_->heartbeat(*position_, wish_);
  beat_timer_.start(options_.heartbeat, [this] { beat(); });
}

void RealmClient::Impl::move_to(Position const& position) {
  if (!is_finite(position)) return;
  bool const first = !position_.has_value();
  position_ = position;
  if (first) beat();
}

void RealmClient::Impl::wish(std::string island) {
  if (island.size() <= kMaxWish) wish_ = std::move(island);
}

RealmClient::RealmClient(Network const& network, Identity identity, RealmOptions options,
                         RealmEvents events)
    : impl_(std::make_shared<Impl>(network, std::move(identity), std::move(options),
                                   std::move(events))) {}

RealmClient::~RealmClient() {
  if (impl_) impl_->abandon();
}

RealmClient::RealmClient(RealmClient&&) noexcept = default;

RealmClient& RealmClient::operator=(RealmClient&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}

void RealmClient::start() {
  impl_->start();
}

void RealmClient::stop() {
  impl_->stop();
}

void RealmClient::reconnect(Ending why) {
  impl_->reconnect(std::move(why));
}

void RealmClient::move_to(Position const& position) {
  impl_->move_to(position);
}

void RealmClient::wish(std::string island) {
  impl_->wish(std::move(island));
}

Status const& RealmClient::status() const {
  return impl_->status();
}

Identity const& RealmClient::identity() const {
  return impl_->identity();
}

}  // namespace archipelago::client
