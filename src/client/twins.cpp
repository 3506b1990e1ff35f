// How often each message came through each room, and how often it was told.
#include "client/twins.hpp"

#include <algorithm>
#include <array>

namespace archipelago::client {
namespace {

constexpr std::size_t kMost = 1'024;
constexpr Millis kMemory{3'000};

}  // namespace

Twins::Twins(Random& random) : seed_(0) {
  std::array<std::uint8_t, 8> bytes{};
  random.fill(bytes);
  for (auto const byte : bytes) seed_ = seed_ << 8 | byte;
}

std::uint64_t Twins::hash(std::string_view body) const {
  auto value = seed_ ^ 0xcbf29ce484222325U;
  for (char const c : body) {
    value = (value ^ static_cast<std::uint8_t>(c)) * 0x100000001b3U;
    value ^= value >> 29;
  }
  return value;
}

void Twins::forget(Instant now) {
  auto const fresh =
      std::ranges::find_if(heard_, [&](Heard const& heard) { return now - heard.at < kMemory; });
  heard_.erase(heard_.begin(), fresh);
  if (heard_.empty()) heard_ = {};  // and its memory, until the next move
}

bool Twins::is_new(Instant now, std::uint32_t room, std::string_view from, std::string_view body,
                   bool again) {
  forget(now);
  auto const key = hash(body);
  auto known = std::ranges::find_if(heard_, [&](Heard const& heard) {
    return heard.body == key && heard.size == body.size() && heard.from == from;
  });
  if (known == heard_.end() && !again) return true;
  if (known == heard_.end()) {
    if (heard_.size() == kMost) heard_.erase(heard_.begin());
    heard_.push_back({.from = std::string(from), .body = key, .size = body.size(), .at = now});
    known = std::prev(heard_.end());
  }
  auto copies =
      std::ranges::find(known->copies, room, &std::pair<std::uint32_t, std::uint32_t>::first);
  if (copies == known->copies.end()) {
    known->copies.emplace_back(room, 0);
    copies = std::prev(known->copies.end());
  }
  if (++copies->second <= known->told) return false;
  ++known->told;
  return true;
}

}  // namespace archipelago::client
