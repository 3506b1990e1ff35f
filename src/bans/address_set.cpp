// A sorted vector: smaller than any table, and never changed.
#include "bans/address_set.hpp"

#include <algorithm>
#include <utility>

namespace archipelago::bans {
namespace {

/// Of a digit that Address has checked and made lower-case.
std::uint8_t value(char digit) {
  return static_cast<std::uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

}  // namespace

AddressSet::AddressSet(std::vector<Key> keys) : keys_(std::move(keys)) {
  std::ranges::sort(keys_);
  auto const repeated = std::ranges::unique(keys_);
  keys_.erase(repeated.begin(), repeated.end());
  keys_.shrink_to_fit();
}

AddressSet::Key AddressSet::pack(Address const& address) noexcept {
  auto const digits = address.text().substr(2);
  Key key{};
  for (std::size_t i = 0; i < key.size(); ++i)
    key[i] = static_cast<std::uint8_t>(value(digits[2 * i]) << 4U | value(digits[2 * i + 1]));
  return key;
}

bool AddressSet::contains(Address const& address) const noexcept {
  return std::ranges::binary_search(keys_, pack(address));
}

}  // namespace archipelago::bans
