#include "base/address.hpp"

namespace archipelago {
namespace {

/// The lower-case form of a hexadecimal digit, or 0.
char lower_hex(char c) noexcept {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) return c;
  if (c >= 'A' && c <= 'F') return static_cast<char>(c - 'A' + 'a');
  return 0;
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) noexcept {
  if (text.size() != kLength || !text.starts_with("0x")) return std::nullopt;
  Address address;
  address.text_[0] = '0';
  address.text_[1] = 'x';
  for (std::size_t i = 2; i < kLength; ++i) {
    address.text_[i] = lower_hex(text[i]);
    if (address.text_[i] == 0) return std::nullopt;
  }
  return address;
}

}  // namespace archipelago
