#include "gateway/directory.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "bus/subjects.hpp"
#include "gateway/cluster.hpp"

namespace archipelago::gateway {

struct Stay::Presence {
  static constexpr Errc kCurrent = Errc::count_;

  Presence(Loop& home, std::function<void()> callback)
      : loop(home), on_ended(std::move(callback)) {}

  void end(Errc why) { ended.store(why, std::memory_order_relaxed); }

  Loop& loop;
  std::uint64_t login = 0;
  std::atomic<Errc> ended{kCurrent};
  std::function<void()> on_ended;  // loop thread only, once registered
};

Stay::~Stay() {
  presence_->on_ended = nullptr;
  directory_.leave(*this);
}

std::optional<Errc> Stay::ended() const {
  auto const why = presence_->ended.load(std::memory_order_relaxed);
  return why == Presence::kCurrent ? std::nullopt : std::optional(why);
}

Directory::Directory(bus::Bus& bus, Metrics& metrics, std::size_t max_users, LoginRate logins,
                     Predicate barred, Beyond beyond)
    : bus_(bus),
      metrics_(metrics),
      max_users_(max_users),
      barred_(std::move(barred)),
      relogins_(logins),
      beyond_(std::move(beyond)) {}

Directory::~Directory() = default;

Result<std::unique_ptr<Stay>> Directory::enter(Address const& address, Loop& loop,
                                               std::function<void()> on_ended) {
  auto presence = std::make_shared<Presence>(loop, std::move(on_ended));
  std::shared_ptr<Presence> replaced;
  {
    std::lock_guard const lock(mutex_);
    if (barred_ && barred_(address)) return fail(Errc::banned, address.str());
    if (full_for(address)) return fail(Errc::realm_full);
    if (!relogins_.take(address, loop.now())) return too_often();
    presence->login = next_login(loop.wall_now());
    replaced = std::exchange(present_[address], presence);
    if (replaced) replaced->end(Errc::replaced);
    metrics_.set(Metric::sessions, static_cast<std::int64_t>(present_.size()));
    publish_login(address, presence->login);
    bus_.publish(bus::subjects::peer_connect(address), {});
  }
  metrics_.add(Metric::logins);
  if (replaced) {
    metrics_.add(Metric::replacements);
    tell(std::move(replaced));
  }
  auto const login = presence->login;
  return std::unique_ptr<Stay>(new Stay(*this, address, login, std::move(presence)));
}

/// Above all that were heard, so that a login after another one wins even if this clock is slow.
std::uint64_t Directory::next_login(WallTime now) {
  if (beyond_.id.empty()) return 0;
  auto const wall = static_cast<std::uint64_t>(std::max<std::int64_t>(now.ms_since_epoch, 0));
  return highest_login_ = std::max(wall, highest_login_ + 1);
}

void Directory::publish_login(Address const& address, std::uint64_t login) {
  if (beyond_.id.empty()) return;
  bus_.publish(bus::subjects::cluster_login(address), login_message({login, beyond_.id}));
}

void Directory::hear(LoginNews const& login, WallTime now) {
  auto const& stamp = login.stamp;
  if (stamp.gateway == beyond_.id || !plausible(stamp.number, now)) return;
  std::shared_ptr<Presence> replaced;
  {
    std::lock_guard const lock(mutex_);
    highest_login_ = std::max(highest_login_, stamp.number);
    auto const found = present_.find(login.player);
    if (found == present_.end()) return;
    if (std::tie(found->second->login, beyond_.id) > std::tie(stamp.number, stamp.gateway)) return;
    replaced = std::move(found->second);
    present_.erase(found);
    replaced->end(Errc::replaced);
    metrics_.set(Metric::sessions, static_cast<std::int64_t>(present_.size()));
  }
  metrics_.add(Metric::replacements);
  metrics_.add(Metric::cluster_replacements);
  tell(std::move(replaced));
}

std::size_t Directory::evict(Predicate const& banned) {
  std::lock_guard const lock(mutex_);
  auto const evicted = std::erase_if(present_, [&](auto const& entry) {
    if (!banned(entry.first)) return false;
    entry.second->end(Errc::banned);
    tell(entry.second);
    bus_.publish(bus::subjects::peer_disconnect(entry.first), {});
    return true;
  });
  metrics_.set(Metric::sessions, static_cast<std::int64_t>(present_.size()));
  return evicted;
}

void Directory::tell(std::shared_ptr<Presence> ended) {
  auto& loop = ended->loop;
  loop.post([old = std::move(ended)] {
    if (auto const on_ended = std::exchange(old->on_ended, nullptr)) on_ended();
  });
}

void Directory::leave(Stay const& stay) {
  std::lock_guard const lock(mutex_);
  if (stay.ended() == Errc::replaced) return;
  auto const found = present_.find(stay.address());
  if (found != present_.end()) {
    if (found->second != stay.presence_) return;
    present_.erase(found);
  }  // else evicted: heard once more, because a heartbeat may have come after the eviction
  metrics_.set(Metric::sessions, static_cast<std::int64_t>(present_.size()));
  note_departure(stay.address(), stay.login());
  bus_.publish(bus::subjects::peer_disconnect(stay.address()), {});
}

/// Beyond the bound others learn of it by the disconnect alone, as most do anyway.
void Directory::note_departure(Address const& address, std::uint64_t login) {
  if (!beyond_.id.empty() && departures_.size() < kMostGone)
    departures_.push_back({address, login});
}

std::vector<Departure> Directory::take_departures() {
  std::lock_guard const lock(mutex_);
  return std::exchange(departures_, {});
}

bool Directory::contains(Address const& address) const {
  std::lock_guard const lock(mutex_);
  return present_.contains(address);
}

Result<> Directory::check(Address const& address, Instant now) {
  std::lock_guard const lock(mutex_);
  if (full_for(address)) return fail(Errc::realm_full);
  if (!relogins_.admits(address, now)) return too_often();
  return {};
}

std::size_t Directory::size() const {
  std::lock_guard const lock(mutex_);
  return present_.size();
}

tl::unexpected<Error> Directory::too_often() const {
  metrics_.add(Metric::relogins_refused);
  return fail(Errc::rate_limited, "logs in too often");
}

std::vector<Address> Directory::players() const {
  std::lock_guard const lock(mutex_);
  std::vector<Address> all;
  all.reserve(present_.size());
  for (auto const& [address, presence] : present_) all.push_back(address);
  return all;
}

bool Directory::full_for(Address const& address) const {
  if (max_users_ == 0 || present_.contains(address)) return false;
  auto const elsewhere = beyond_.sessions ? beyond_.sessions() : 0;
  return present_.size() + elsewhere >= max_users_;
}

}  // namespace archipelago::gateway
