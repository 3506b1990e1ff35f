#include "base/address.hpp"

namespace archipelago {
namespace {

/// The lower-case form of a hexadecimal digit, or 0.
char lower_hex(char c) noexcept {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) return c;
  if (c >= 'A' && c <= 'F') return static_cast<char>(c - 'A' + 'a');
  return 0;
}

constexpr std::string_view kDigits = "0123456789abcdef";

/// Of a digit that lower_hex() made.
unsigned value(char digit) noexcept {
  return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
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

std::optional<Address> Address::from_bytes(std::string_view bytes) noexcept {
  if (bytes.size() != kBytes) return std::nullopt;
  Address address;
  address.text_[0] = '0';
  address.text_[1] = 'x';
  for (std::size_t i = 0; i < kBytes; ++i) {
    auto const byte = static_cast<unsigned char>(bytes[i]);
    address.text_[2 + 2 * i] = kDigits[byte >> 4U];
    address.text_[3 + 2 * i] = kDigits[byte & 15U];
  }
  return address;
}

std::array<char, Address::kBytes> Address::bytes() const noexcept {
  std::array<char, kBytes> all{};
  for (std::size_t i = 0; i < kBytes; ++i)
    all[i] = static_cast<char>(value(text_[2 + 2 * i]) << 4U | value(text_[3 + 2 * i]));
  return all;
}

}  // namespace archipelago
