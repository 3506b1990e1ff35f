// How many connections may be open that have not logged in yet: a flood of strangers never locks
// out the players.
#pragma once

#include <cstddef>
#include <map>
#include <optional>

#include "base/ip_address.hpp"

namespace archipelago::limits {

struct AdmissionLimits {
  std::size_t total = 2048;       ///< not yet logged in, from anywhere; 0: no limit
  std::size_t per_address = 512;  ///< of these from one IPv4 address or one IPv6 /64; 0: no limit
};

/// Counts those who were let in and have neither logged in nor left. One thread at a time. Memory:
/// one entry per address that is inside, so at most `total`. Cost: O(log n). Source: DESIGN rule 5.
class Admission {
 public:
  explicit Admission(AdmissionLimits limits = {}) : limits_(limits) {}

  /// False when a limit is reached: nothing is counted then. Without an address (a trusted proxy
  /// that has not yet said for whom it speaks) only the total counts.
  [[nodiscard]] bool enter(std::optional<IpAddress> const& address);

  /// Once for each successful enter(), with the same address.
  void leave(std::optional<IpAddress> const& address);

  /// Less than half of what an address (and all together) may take is taken.
  [[nodiscard]] bool roomy(std::optional<IpAddress> const& address) const;

  [[nodiscard]] std::size_t inside() const noexcept { return inside_; }

 private:
  AdmissionLimits const limits_;
  std::size_t inside_ = 0;
  std::map<IpAddress, std::size_t> by_network_;
};

}  // namespace archipelago::limits
