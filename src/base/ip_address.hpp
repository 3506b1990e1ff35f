// An IP address as a value: parsed, compared, grouped. No sockets.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace archipelago {

/// IPv4 is kept as the IPv6 address ::ffff:a.b.c.d, so both families compare, sort and match alike.
class IpAddress {
 public:
  IpAddress() = default;  ///< ::
  explicit IpAddress(std::array<std::uint8_t, 16> bytes) : bytes_(bytes) {}

  /// Dotted IPv4 or IPv6 text, no port, no brackets, no zone.
  static std::optional<IpAddress> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const noexcept;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::array<std::uint8_t, 16> const& bytes() const noexcept { return bytes_; }

  /// The address with all but its first `bits` (0..128, counted in the IPv6 form) set to zero.
  [[nodiscard]] IpAddress prefix(unsigned bits) const noexcept;
  /// Who is limited as one: an IPv4 address, or the /64 that one IPv6 subscriber usually has.
  [[nodiscard]] IpAddress network() const noexcept { return is_v4() ? *this : prefix(64); }

  friend auto operator<=>(IpAddress const&, IpAddress const&) = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace archipelago
