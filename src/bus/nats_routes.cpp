#include "bus/nats_routes.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "base/log.hpp"
#include "bus/nats_bus.hpp"
#include "bus/nats_link.hpp"
#include "bus/subjects.hpp"

namespace archipelago::bus {
namespace {

// Of one subscription, within libnats: enough for a process that got no time for some seconds.
constexpr int kPendingMessages = 65'536;
constexpr int kPendingBytes = 32 << 20;

struct FreeMessage {
  void operator()(natsMsg* message) const { natsMsg_Destroy(message); }
};

/// 0 where it is absent or no number.
std::uint64_t epoch_of(natsMsg* message) {
  char const* value = nullptr;
  if (natsMsgHeader_Get(message, kEpochHeader, &value) != NATS_OK || value == nullptr) return 0;
  std::string_view const text = value;
  std::uint64_t epoch = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), epoch);
  return error == std::errc{} && end == text.data() + text.size() ? epoch : 0;
}

using Share = std::shared_ptr<Route>;

void on_message(natsConnection* /*connection*/, natsSubscription* /*subscription*/,
                natsMsg* message, void* closure) {
  (*static_cast<Share*>(closure))->deliver(message);
}

void on_complete(void* closure) {
  delete static_cast<Share*>(closure);
}

}  // namespace

void Route::add(std::shared_ptr<Target> target) {
  std::lock_guard lock(mutex_);
  targets_.push_back(std::move(target));
}

bool Route::remove(std::shared_ptr<Target> const& target) {
  std::lock_guard lock(mutex_);
  std::erase(targets_, target);
  return targets_.empty();
}

void Route::end() {
  std::lock_guard lock(mutex_);
  targets_.clear();
}

bool Route::acceptable(std::string_view subject, std::size_t bytes) {
  if (bytes > NatsBus::kMaxPayload) return metrics_.reject(Errc::message_too_big), false;
  if (!subjects::is_subject(subject)) return metrics_.reject(Errc::malformed_packet), false;
  return true;
}

void Route::deliver(natsMsg* raw) {
  std::unique_ptr<natsMsg, FreeMessage> const owned(raw);
  std::string_view const subject = natsMsg_GetSubject(raw);
  auto const bytes = static_cast<std::size_t>(std::max(0, natsMsg_GetDataLength(raw)));
  std::lock_guard lock(mutex_);
  if (targets_.empty() || !acceptable(subject, bytes)) return;
  auto const message = std::make_shared<Message const>(
      Message{std::string(subject), std::string(natsMsg_GetData(raw), bytes), epoch_of(raw)});
  for (auto const& target : targets_) target->queue->push(message, target);
}

Subscribed::Subscribed(natsConnection* connection, std::shared_ptr<Route> const& route) {
  auto* const closure = new Share(route);
  auto const status = natsConnection_Subscribe(&subscription_, connection, route->pattern().c_str(),
                                               on_message, closure);
  if (status != NATS_OK) {
    subscription_ = nullptr;
    delete closure;
    log::debug("bus", "not subscribed",
               {{"pattern", route->pattern()}, {"why", nats_error_text(status)}});
    return;
  }
  natsSubscription_SetPendingLimits(subscription_, kPendingMessages, kPendingBytes);
  // Fails only where the connection ended meanwhile; a message may be on its way even then, so that
  // the share is better kept for ever than freed too early.
  natsSubscription_SetOnCompleteCB(subscription_, on_complete, closure);
}

Subscribed::~Subscribed() {
  natsSubscription_Destroy(subscription_);
}

}  // namespace archipelago::bus
