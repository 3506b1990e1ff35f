#include "gateway/directory.hpp"

#include <utility>

#include "bus/subjects.hpp"

namespace archipelago::gateway {

struct Stay::Presence {
  static constexpr Errc kCurrent = Errc::count_;

  Presence(Loop& home, std::function<void()> callback)
      : loop(home), on_ended(std::move(callback)) {}

  Loop& loop;
  std::atomic<Errc> ended{kCurrent};
  std::function<void()> on_ended;  // loop thread only, once registered
};

Stay::~Stay() {
  presence_->on_ended = nullptr;
  directory_.leave(address_, *presence_);
}

std::optional<Errc> Stay::ended() const {
  auto const why = presence_->ended.load(std::memory_order_relaxed);
  return why == Presence::kCurrent ? std::nullopt : std::optional(why);
}

Directory::Directory(bus::Bus& bus, Metrics& metrics, std::size_t max_users, LoginRate logins,
                     Predicate barred)
    : bus_(bus),
      metrics_(metrics),
      max_users_(max_users),
      barred_(std::move(barred)),
      relogins_(logins) {}

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
    replaced = std::exchange(present_[address], presence);
    if (replaced) replaced->ended.store(Errc::replaced, std::memory_order_relaxed);
    metrics_.set(Metric::sessions, static_cast<std::int64_t>(present_.size()));
    bus_.publish(bus::subjects::peer_connect(address), {});
  }
  metrics_.add(Metric::logins);
  if (replaced) {
    metrics_.add(Metric::replacements);
    tell(std::move(replaced));
  }
  return std::unique_ptr<Stay>(new Stay(*this, address, std::move(presence)));
}

std::size_t Directory::evict(Predicate const& banned) {
  std::lock_guard const lock(mutex_);
  auto const evicted = std::erase_if(present_, [&](auto const& entry) {
    if (!banned(entry.first)) return false;
    entry.second->ended.store(Errc::banned, std::memory_order_relaxed);
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

void Directory::leave(Address const& address, Presence const& presence) {
  std::lock_guard const lock(mutex_);
  auto const found = present_.find(address);
  if (found != present_.end()) {
    if (found->second.get() != &presence) return;
    present_.erase(found);
  }  // else evicted: heard once more, because a heartbeat may have come after the eviction
  metrics_.set(Metric::sessions, static_cast<std::int64_t>(present_.size()));
  bus_.publish(bus::subjects::peer_disconnect(address), {});
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
  return max_users_ != 0 && present_.size() >= max_users_ && !present_.contains(address);
}

}  // namespace archipelago::gateway
