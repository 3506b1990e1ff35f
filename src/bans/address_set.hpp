// Many addresses, packed and sorted once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/address.hpp"

namespace archipelago::bans {

/// Does not change once made, so any number of threads may read it. Memory: 20 bytes an address (20
/// MB for a million). contains() is O(log n): 20 comparisons in a million.
class AddressSet {
 public:
  using Key = std::array<std::uint8_t, 20>;

  AddressSet() = default;
  /// Repeated keys count once.
  explicit AddressSet(std::vector<Key> keys);

  static Key pack(Address const& address) noexcept;

  [[nodiscard]] bool contains(Address const& address) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }

 private:
  std::vector<Key> keys_;
};

}  // namespace archipelago::bans
