// Messages that come twice, because their sender and we sit in two rooms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"

namespace archipelago::client {

/// Tells a copy that came through another room from a message said again. Bounded: the oldest of
/// 1024 messages is forgotten, as is what is older than three seconds. O(messages of that time).
class Twins {
 public:
  explicit Twins(Random& random);

  /// Whether this is new. `room`: a number that no other room of the player has. `again`: a copy
  /// may come through another room; else it is compared with what is remembered, and not remembered
  /// itself.
  bool is_new(Instant now, std::uint32_t room, std::string_view from, std::string_view body,
              bool again);

  [[nodiscard]] std::size_t remembered() const { return heard_.size(); }
  void forget(Instant now);  ///< what is too old

 private:
  struct Heard {
    std::string from;
    std::uint64_t body;
    std::size_t size;
    Instant at;  // of the first copy
    std::uint32_t told = 0;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> copies{};  // per room
  };

  [[nodiscard]] std::uint64_t hash(std::string_view body) const;

  std::uint64_t seed_;          // so that no peer can make two bodies that look alike
  std::vector<Heard> heard_{};  // oldest first
};

}  // namespace archipelago::client
