// How often one wallet may log in: two clients of one wallet must not kick each other for ever.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/address.hpp"
#include "base/time.hpp"
#include "limits/recent.hpp"
#include "limits/token_bucket.hpp"

namespace archipelago::gateway {

/// So many logins at once, so many a minute in the long run; a rate of 0: no limit.
struct LoginRate {
  std::uint32_t per_minute = 4;
  std::uint32_t burst = 20;
};

/// A bucket for each wallet that logged in lately. Only proved logins are taken from it, so nobody
/// can use up another's. Bounded: when more wallets than it holds log in within the time that a
/// bucket takes to fill, the oldest start afresh. One thread at a time; O(1).
class Relogins {
 public:
  static constexpr std::size_t kMostWallets = 65'536;

  explicit Relogins(LoginRate rate, std::size_t capacity = kMostWallets);

  /// Whether take() would succeed.
  [[nodiscard]] bool admits(Address const& who, Instant now);
  /// One login; false if it comes too soon.
  [[nodiscard]] bool take(Address const& who, Instant now);

 private:
  limits::Rate rate_;
  limits::Recent<Address, limits::TokenBucket> buckets_;
};

}  // namespace archipelago::gateway
