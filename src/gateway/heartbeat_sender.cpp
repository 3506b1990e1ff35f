#include "gateway/heartbeat_sender.hpp"

#include <utility>

#include "bus/subjects.hpp"
#include "wire/packet.hpp"

namespace archipelago::gateway {
namespace {

/// Head, address, position, number of the island, login, way; and the heads of a wish, of an island
/// and of where that is.
constexpr std::size_t kBeatBytes = 2 + 22 + 15 + 4 + 9 + 5 + 3 + 3 + 3;

}  // namespace

Voice::~Voice() {
  sender_.remove(*this);
}

bool Voice::say(Position const& at) {
  if (!sender_.batching()) return false;
  at_ = at;
  if (place_ == kNowhere) sender_.add(*this);
  return true;
}

/// Counts as if every beat named an island and a wish of the longest kind that it has: both may
/// change while it waits, which is why a message has some room to spare.
void HeartbeatSender::add(Voice& voice) {
  auto const size = kBeatBytes + voice.told_.island().size() + voice.told_.place().size() +
                    (voice.wish_ ? voice.wish_->size() : 0);
  if (bytes_ + size > kMaxBytes) flush();
  if (!timer_.running()) timer_.start(kDelay, [this] { flush(); });
  bytes_ += size;
  voice.place_ = waiting_.size();
  waiting_.push_back(&voice);
}

void HeartbeatSender::remove(Voice& voice) {
  if (voice.place_ == Voice::kNowhere) return;
  waiting_[voice.place_] = waiting_.back();
  waiting_[voice.place_]->place_ = voice.place_;
  waiting_.pop_back();
  voice.place_ = Voice::kNowhere;
}

void HeartbeatSender::flush() {
  timer_.cancel();
  bytes_ = 0;
  batch_.Clear();
  batch_.set_gateway(cluster_.id);
  for (auto* const voice : waiting_) {
    voice->place_ = Voice::kNowhere;
    if (voice->stay_->current()) append(*voice);
  }
  waiting_.clear();
  islands_.clear();
  if (batch_.beats().empty()) return;
  bus_.publish(bus::subjects::kClusterHeartbeats, wire::encode(batch_));
  metrics_.add(Metric::cluster_batches);
}

void HeartbeatSender::append(Voice const& voice) {
  auto& beat = *batch_.add_beats();
  auto const address = voice.stay_->address().bytes();
  beat.set_address(address.data(), address.size());
  beat.set_x(voice.at_.x);
  beat.set_y(voice.at_.y);
  beat.set_z(voice.at_.z);
  beat.set_told(number_of(voice.told_));
  beat.set_login(voice.stay_->login());
  if (voice.wish_) beat.set_desired_room(*voice.wish_);
}

std::uint32_t HeartbeatSender::number_of(Assignments const& told) {
  std::string_view const island = told.island();
  if (island.empty()) return 0;
  auto const place = told.place();
  auto const [number, first] =
      islands_.try_emplace(std::pair(island, place), batch_.islands_size() + 1);
  if (first) {
    batch_.add_islands(island.data(), island.size());
    batch_.add_connections(place.data(), place.size());
  }
  return number->second;
}

}  // namespace archipelago::gateway
