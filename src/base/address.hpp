// An Ethereum address, which is who a player is.
#pragma once

#include <array>
#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace archipelago {

/// Always `0x` and 40 lower-case hexadecimal digits, so equal players compare equal and an address
/// can stand in bus subjects, paths and logs as it is. 42 bytes, no allocation.
class Address {
 public:
  static constexpr std::size_t kLength = 42;
  static constexpr std::size_t kBytes = 20;

  /// Accepts `^0x[0-9a-fA-F]{40}$` (WIRE 3.1: checksums are not checked).
  static std::optional<Address> parse(std::string_view text) noexcept;

  /// The 20 bytes of its number, and back; nothing for another length.
  static std::optional<Address> from_bytes(std::string_view bytes) noexcept;
  [[nodiscard]] std::array<char, kBytes> bytes() const noexcept;

  [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), text_.size()}; }
  [[nodiscard]] std::string str() const { return std::string(text()); }

  friend auto operator<=>(Address const&, Address const&) = default;

 private:
  Address() = default;
  std::array<char, kLength> text_{};
};

}  // namespace archipelago

template <>
struct std::hash<archipelago::Address> {
  std::size_t operator()(archipelago::Address const& a) const noexcept {
    return std::hash<std::string_view>{}(a.text());
  }
};
