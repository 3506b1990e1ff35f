// Who is on a deny list now.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "bans/address_set.hpp"

namespace archipelago::bans {

/// Where addresses come from; each replaces only its own.
enum class Source : std::uint8_t { fetched, file };

/// Immutable sets, swapped whole. Any thread: the mutex is held to copy a pointer, never for a
/// lookup.
class DenyList {
 public:
  void replace(Source source, AddressSet addresses);

  /// On any list. O(log n).
  [[nodiscard]] bool contains(Address const& address) const;
  /// Whether the source has ever had a list.
  [[nodiscard]] bool loaded(Source source) const { return set(source) != nullptr; }
  /// Entries of all lists.
  [[nodiscard]] std::size_t size() const;

 private:
  using Set = std::shared_ptr<AddressSet const>;
  static constexpr std::size_t kSources = 2;

  [[nodiscard]] Set set(Source source) const {
    std::lock_guard const lock(mutex_);
    return sets_[static_cast<std::size_t>(source)];
  }

  mutable std::mutex mutex_;
  std::array<Set, kSources> sets_;
};

}  // namespace archipelago::bans
