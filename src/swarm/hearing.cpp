// Windows, by sender.
#include "swarm/hearing.hpp"

#include <algorithm>

namespace archipelago::swarm {

std::vector<Hearing::Voice>::iterator Hearing::find(std::uint64_t who) {
  return std::ranges::lower_bound(voices_, who, {}, &Voice::who);
}

void Hearing::joined(std::uint64_t who) {
  auto const at = find(who);
  if (at == voices_.end() || at->who != who) voices_.insert(at, Voice{.who = who});
}

void Hearing::left(std::uint64_t who, Meters& meters) {
  auto const at = find(who);
  if (at == voices_.end() || at->who != who) return;
  meters.chat.lost += at->chat.missing();
  meters.positions.lost += at->positions.missing();
  voices_.erase(at);
}

bool Hearing::take(Stamp const& stamp, client::Delivery delivery, Meters& meters) {
  auto const at = find(stamp.sender);
  if (at == voices_.end() || at->who != stamp.sender) return false;
  bool const reliable = delivery == client::Delivery::reliable;
  auto& stream = reliable ? meters.chat : meters.positions;
  auto const taken = (reliable ? at->chat : at->positions).take(stamp.epoch, stamp.sequence);
  stream.lost += taken.lost;
  stream.delivered += taken.fresh ? 1 : 0;
  stream.doubled += taken.doubled ? 1 : 0;
  return taken.fresh;
}

void Hearing::settle(Tails const& tails, Meters& meters) const {
  for (auto const& voice : voices_) {
    meters.chat.lost += voice.chat.missing();
    meters.positions.lost += voice.positions.missing();
    auto const tail = tails.find(voice.who);
    if (tail != tails.end())
      meters.chat.lost += voice.chat.missing_until(tail->second.epoch, tail->second.sequence);
  }
}

}  // namespace archipelago::swarm
