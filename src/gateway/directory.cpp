#include "gateway/directory.hpp"

#include <utility>

#include "bus/subjects.hpp"

namespace archipelago::gateway {

struct Stay::Presence {
  Presence(Loop& home, std::function<void()> callback)
      : loop(home), on_replaced(std::move(callback)) {}

  Loop& loop;
  std::atomic<bool> current{true};
  std::function<void()> on_replaced;  // loop thread only, once registered
};

Stay::~Stay() {
  presence_->on_replaced = nullptr;
  directory_.leave(address_, *presence_);
}

bool Stay::current() const {
  return presence_->current.load(std::memory_order_relaxed);
}

Directory::Directory(bus::Bus& bus, Metrics& metrics, std::size_t max_users, LoginRate logins)
    : bus_(bus), metrics_(metrics), max_users_(max_users), relogins_(logins) {}

Directory::~Directory() = default;

Result<std::unique_ptr<Stay>> Directory::enter(Address const& address, Loop& loop,
                                               std::function<void()> on_replaced) {
  auto presence = std::make_shared<Presence>(loop, std::move(on_replaced));
  std::shared_ptr<Presence> replaced;
  {
    std::lock_guard const lock(mutex_);
    if (full_for(address)) return fail(Errc::realm_full);
    if (!relogins_.take(address, loop.now())) return too_often();
    replaced = std::exchange(present_[address], presence);
    if (replaced) replaced->current.store(false, std::memory_order_relaxed);
    metrics_.set(Metric::sessions, static_cast<std::int64_t>(present_.size()));
    bus_.publish(bus::subjects::peer_connect(address), {});
  }
  metrics_.add(Metric::logins);
  if (replaced) {
    metrics_.add(Metric::replacements);
    auto& old_loop = replaced->loop;
    old_loop.post([old = std::move(replaced)] {
      if (auto const tell = std::exchange(old->on_replaced, nullptr)) tell();
    });
  }
  return std::unique_ptr<Stay>(new Stay(*this, address, std::move(presence)));
}

void Directory::leave(Address const& address, Presence const& presence) {
  std::lock_guard const lock(mutex_);
  auto const found = present_.find(address);
  if (found == present_.end() || found->second.get() != &presence) return;
  present_.erase(found);
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

bool Directory::full_for(Address const& address) const {
  return max_users_ != 0 && present_.size() >= max_users_ && !present_.contains(address);
}

}  // namespace archipelago::gateway
