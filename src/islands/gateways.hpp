// The gateways of a realm of several processes, as a core hears of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"

namespace archipelago::islands {

/// Each has a small number for as long as it is heard of. One thread.
class Gateways {
 public:
  using Number = std::uint32_t;
  static constexpr Number kNone = 0;
  static constexpr std::size_t kMost = 1'024;  ///< more are not told apart: they are kNone

  /// Heard of at `now`, perhaps for the first time. `id`: is_island_id().
  Number hear(std::string_view id, Instant now);

  /// Of a number in use; "" of kNone.
  [[nodiscard]] std::string_view name(Number number) const {
    return number == kNone ? std::string_view() : std::string_view(entries_[number - 1].id);
  }
  [[nodiscard]] std::size_t size() const { return by_id_.size(); }

  /// Forgets those last heard of at `until` or before; their numbers go to others after `lost`.
  void expire(Instant until, std::function<void(Number, std::string_view id)> const& lost);

 private:
  struct Entry {
    std::string id{};  ///< empty: free
    Instant last_heard{};
  };
  std::vector<Entry> entries_;  ///< by number - 1
  std::vector<Number> free_;
  std::unordered_map<std::string, Number> by_id_;  // never iterated
};

}  // namespace archipelago::islands
