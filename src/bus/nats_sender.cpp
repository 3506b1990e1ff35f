#include "bus/nats_sender.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.hpp"
#include "bus/subjects.hpp"

namespace archipelago::bus {
namespace {

constexpr Millis kPulseEvery{250};  // a quarter of what a proof is worth (Passing::kHolds)
constexpr Millis kPulseWaits{500};
constexpr Millis kPulseEveryAway{50};
constexpr Millis kLastWordsWait{500};
// The server counts headers as payload, libnats does not; a server that is sent too much closes the
// connection.
constexpr std::size_t kHeaderRoom = 64;

SteadyTime now() {
  return std::chrono::steady_clock::now();
}

/// The connection is not there just now: the message was not taken and may be given again.
bool is_lost(natsStatus status) {
  return status == NATS_CONNECTION_CLOSED || status == NATS_CONNECTION_DISCONNECTED ||
         status == NATS_INSUFFICIENT_BUFFER;
}

}  // namespace

Result<> NatsBus::Sender::start(NatsOptions options) {
  auto link = NatsLink::open(std::move(options),
                             {.lost = [this] { lost(); },
                              .regained = [this] { regained(); },
                              .slow = [this] { metrics_.add(Metric::nats_slow_consumer); }});
  if (!link) return tl::unexpected(link.error());
  link_ = *std::move(link);
  generation_ = link_->generation();
  pulse(kPulseWaits);
  log::info("bus", "nats connected", {{"server", link_->url()}});
  thread_ = std::thread([this] { run(); });
  return {};
}

void NatsBus::Sender::stop() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  work_.notify_one();
  flushed_.notify_all();
  thread_.join();
  {
    std::lock_guard lock(mutex_);
    for (auto const& [pattern, route] : routes_) route->end();
  }
  subscribed_.clear();
  link_.reset();
  metrics_.set(Metric::nats_connected, 0);
}

void NatsBus::Sender::publish(std::string_view subject, std::string_view payload,
                              std::uint64_t epoch) {
  if (payload.size() > max_payload_.load(std::memory_order_relaxed))
    return fail("larger than the server takes", subject);
  if (!subjects::is_subject(subject)) return fail("not a subject", subject);
  Outgoing message{std::string(subject), std::string(payload), epoch, now()};
  bool asleep = false;
  {
    std::lock_guard lock(mutex_);
    asleep = passing_ && outbox_.empty();
    outbox_bytes_ += message.bytes();
    outbox_.push_back(std::move(message));
    trim();
  }
  if (asleep) work_.notify_one();
}

bool NatsBus::Sender::flush(Millis within) {
  std::unique_lock lock(mutex_);
  auto const mine = ++flush_wanted_;
  work_.notify_one();
  flushed_.wait_for(lock, within, [&] { return flush_done_ >= mine || ending_; });
  return flush_done_ >= mine;
}

void NatsBus::Sender::subscribe(std::string const& pattern, std::shared_ptr<Target> target) {
  if (!subjects::is_pattern(pattern))
    return log::warn("bus", "not a pattern", {{"pattern", pattern}});
  {
    std::lock_guard lock(mutex_);
    auto& route = routes_[pattern];
    if (!route) {
      route = std::make_shared<Route>(pattern, metrics_);
      changed_.push_back(route);
    }
    route->add(std::move(target));
  }
  work_.notify_one();
}

void NatsBus::Sender::unsubscribe(std::string const& pattern,
                                  std::shared_ptr<Target> const& target) {
  {
    std::lock_guard lock(mutex_);
    auto const found = routes_.find(pattern);
    if (found == routes_.end() || !found->second->remove(target)) return;
    changed_.push_back(std::move(found->second));
    routes_.erase(found);
  }
  work_.notify_one();
}

void NatsBus::Sender::run() {
  auto next_pulse = now();
  for (;;) {
    auto work = wait(next_pulse);
    for (auto const& route : work.changed) settle(route);
    bool const sent = send(work.outbox);
    if (work.ending) {
      link_->pulse(kLastWordsWait);
      break;
    }
    if (!work.flush && !work.nudged && sent && now() < next_pulse) continue;
    bool const passing = pulse(kPulseWaits);
    if (work.flush && sent && passing) flushed(*work.flush);
    next_pulse = now() + (passing ? kPulseEvery : kPulseEveryAway);
  }
  nats_ReleaseThreadMemory();
}

NatsBus::Sender::Work NatsBus::Sender::wait(SteadyTime until) {
  std::unique_lock lock(mutex_);
  work_.wait_until(lock, until, [this] {
    return ending_ || nudged_ || !changed_.empty() ||
           (passing_ && (!outbox_.empty() || flush_wanted_ > flush_done_));
  });
  Work work;
  work.ending = ending_;
  work.nudged = std::exchange(nudged_, false);
  work.changed.swap(changed_);
  if (!passing_ && !ending_) return work;
  work.outbox.swap(outbox_);
  outbox_bytes_ = 0;
  if (flush_wanted_ > flush_done_) work.flush = flush_wanted_;
  return work;
}

void NatsBus::Sender::settle(std::shared_ptr<Route> const& route) {
  bool wanted = false;
  {
    std::lock_guard lock(mutex_);
    auto const found = routes_.find(route->pattern());
    wanted = found != routes_.end() && found->second == route;
  }
  if (!wanted) {
    subscribed_.erase(route);
    return;
  }
  auto& subscribed = subscribed_[route];
  if (!subscribed) subscribed = std::make_unique<Subscribed>(link_->get(), route);
}

/// On a new connection.
void NatsBus::Sender::settle_all() {
  subscribed_.clear();
  std::vector<std::shared_ptr<Route>> all;
  {
    std::lock_guard lock(mutex_);
    all.reserve(routes_.size());
    for (auto const& [pattern, route] : routes_) all.push_back(route);
  }
  for (auto const& route : all) settle(route);
}

bool NatsBus::Sender::send(Outbox& outbox) {
  bool lost = !outbox.empty() && !link_->connected();
  while (!lost && !outbox.empty()) {
    auto const status = send(outbox.front());
    lost = is_lost(status);
    if (lost) break;
    if (status != NATS_OK) fail(natsStatus_GetText(status), outbox.front().subject);
    outbox.pop_front();
  }
  if (!lost) return true;
  set_passing(false);
  std::lock_guard lock(mutex_);
  for (auto const& message : outbox) outbox_bytes_ += message.bytes();
  outbox_.insert(outbox_.begin(), std::make_move_iterator(outbox.begin()),
                 std::make_move_iterator(outbox.end()));
  trim();
  return false;
}

natsStatus NatsBus::Sender::send(Outgoing const& message) {
  auto const size = static_cast<int>(message.payload.size());
  if (message.epoch == 0)
    return natsConnection_Publish(link_->get(), message.subject.c_str(), message.payload.data(),
                                  size);
  natsMsg* raw = nullptr;
  auto status =
      natsMsg_Create(&raw, message.subject.c_str(), nullptr, message.payload.data(), size);
  if (status == NATS_OK)
    status = natsMsgHeader_Set(raw, kEpochHeader, std::to_string(message.epoch).c_str());
  if (status == NATS_OK) status = natsConnection_PublishMsg(link_->get(), raw);
  natsMsg_Destroy(raw);
  return status;
}

bool NatsBus::Sender::pulse(Millis within) {
  bool const passing = link_->pulse(within);
  if (std::exchange(generation_, link_->generation()) != link_->generation()) settle_all();
  if (passing) {
    auto const limit = natsConnection_GetMaxPayload(link_->get());
    max_payload_ = std::clamp<std::size_t>(
        static_cast<std::size_t>(std::max<std::int64_t>(limit, kHeaderRoom)) - kHeaderRoom, 0,
        kMaxPayload);
  }
  set_passing(passing);
  return passing;
}

void NatsBus::Sender::set_passing(bool passing) {
  metrics_.set(Metric::nats_connected, passing ? 1 : 0);
  std::lock_guard lock(mutex_);
  if (std::exchange(passing_, passing) == passing) return;
  if (!passing) return log::warn("bus", "nats is away");
  forget_stale();
  log::info("bus", "nats is back", {{"waiting", outbox_.size()}});
}

void NatsBus::Sender::flushed(std::uint64_t which) {
  {
    std::lock_guard lock(mutex_);
    flush_done_ = std::max(flush_done_, which);
  }
  flushed_.notify_all();
}

void NatsBus::Sender::fail(std::string_view why, std::string_view subject) {
  metrics_.add(Metric::nats_publish_failures);
  if (complains_.due())
    log::warn("bus", "not published", {{"why", why}, {"subject", subject.substr(0, 128)}});
}

/// On a thread of libnats, as the next one.
void NatsBus::Sender::lost() {
  set_passing(false);
}

void NatsBus::Sender::regained() {
  metrics_.add(Metric::nats_reconnects);
  {
    std::lock_guard lock(mutex_);
    nudged_ = true;
  }
  work_.notify_one();
}

/// With the lock held.
void NatsBus::Sender::trim() {
  auto const limit = passing_ ? kWaitingBytes : kAwayBytes;
  while (outbox_bytes_ > limit) {
    fail("too much waits, the oldest goes", outbox_.front().subject);
    outbox_bytes_ -= outbox_.front().bytes();
    outbox_.pop_front();
  }
}

/// With the lock held.
void NatsBus::Sender::forget_stale() {
  auto const oldest = now() - kFresh;
  while (!outbox_.empty() && outbox_.front().at < oldest) {
    fail("waited too long for nats", outbox_.front().subject);
    outbox_bytes_ -= outbox_.front().bytes();
    outbox_.pop_front();
  }
}

}  // namespace archipelago::bus
