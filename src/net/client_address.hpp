// Who is at the other end when reverse proxies stand between: pure text and numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.hpp"
#include "base/result.hpp"

namespace archipelago::net {

/// Addresses that an operator names: proxies to trust, hosts without limits.
class AddressBlocks {
 public:
  /// Addresses and CIDR blocks separated by commas or blanks: `10.0.0.0/8, ::1`. Empty: nobody. The
  /// error names the entry that is neither.
  static Result<AddressBlocks> parse(std::string_view list);

  [[nodiscard]] bool contain(IpAddress const& address) const;
  [[nodiscard]] bool empty() const noexcept { return blocks_.empty(); }

 private:
  struct Block {
    IpAddress base;
    unsigned bits;  // of the IPv6 form
  };
  static std::optional<Block> parse_block(std::string_view text);

  std::vector<Block> blocks_;
};

/// The rightmost hop that is not a trusted proxy. `forwarded_for` is the value of X-Forwarded-For
/// (several headers joined by commas); it counts only when `peer` is trusted. What is left of an
/// entry that is no address is ignored.
IpAddress client_address(IpAddress const& peer, std::string_view forwarded_for,
                         AddressBlocks const& trusted);

}  // namespace archipelago::net
