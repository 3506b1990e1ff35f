#include "gateway/realm_view.hpp"

#include <algorithm>
#include <utility>

#include "bus/subjects.hpp"
#include "gateway/cluster.hpp"
#include "gateway/cluster_messages.hpp"

namespace archipelago::gateway {

RealmView::RealmView(std::string own, Loop& loop, bus::Mailbox& mailbox, bus::Bus const& bus,
                     Metrics& metrics)
    : own_(std::move(own)), loop_(loop), bus_(bus), metrics_(metrics), review_(loop) {
  auto const on = [&](std::string_view subject, auto what) {
    return mailbox.subscribe(
        subject, [this, what](bus::Message const& message) { (this->*what)(message); },
        bus::Weight::vital);
  };
  gateway_status_ = on(bus::subjects::kAnyClusterGateway, &RealmView::hear_gateway);
  core_status_ = on(bus::subjects::kClusterCore, &RealmView::hear_core);
  engine_discovery_ = on(bus::subjects::kDiscovery, &RealmView::hear_known_core);
  service_discovery_ = on(bus::subjects::kServiceDiscovery, &RealmView::hear_known_core);
  review_.start(kReview, [this] { review(); });
}

void RealmView::hear_gateway(bus::Message const& message) {
  auto const news = read_gateway_status(message);
  if (!news) return metrics_.reject(news.error().code);
  if (news->id == own_) return;
  if (gateways_.size() >= kMostGateways && !gateways_.contains(news->id))
    return metrics_.reject(Errc::overloaded);
  gateways_[news->id] = {loop_.now(), news->sessions};
  count_elsewhere();
}

void RealmView::hear_core(bus::Message const& message) {
  auto const news = read_core_status(message);
  if (!news) return metrics_.reject(news.error().code);
  if (news->epoch < epoch_ || !plausible(news->epoch, loop_.wall_now())) return;
  epoch_ = news->epoch;
  core_ = {loop_.now(), news->players, news->islands};
  show_core();
}

/// Cores of ours tell more by `cluster.core`. Others than cores discover themselves here, too: that
/// is no mistake of theirs.
void RealmView::hear_known_core(bus::Message const& message) {
  if (message.epoch != 0) return;
  auto const players = read_discovery(message);
  if (!players) return;
  known_core_ = {loop_.now(), *players, 0};
  show_core();
}

void RealmView::review() {
  std::erase_if(gateways_,
                [this](auto const& entry) { return silent(entry.second.heard, kGatewaySilence); });
  if (core_ && silent(core_->heard, kCoreSilence)) core_.reset();
  if (known_core_ && silent(known_core_->heard, kKnownCoreSilence)) known_core_.reset();
  count_elsewhere();
  show_core();
  review_.start(kReview, [this] { review(); });
}

void RealmView::count_elsewhere() {
  std::size_t all = 0;
  for (auto const& [id, gateway] : gateways_) all += gateway.sessions;
  elsewhere_.store(all, kRelaxed);
}

void RealmView::show_core() {
  auto const& core = core_ ? core_ : known_core_;
  players_.store(core ? core->players : 0, kRelaxed);
  islands_.store(core ? core->islands : 0, kRelaxed);
  core_heard_.store(core.has_value(), kRelaxed);
}

bool RealmView::silent(Instant heard, Millis patience) const {
  auto const could_be_heard = bus_.connected_for().value_or(Millis{0});
  return std::min(loop_.now() - heard, could_be_heard) >= patience;
}

}  // namespace archipelago::gateway
