// How often each address may do something: token buckets in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <utility>

#include "base/ip_address.hpp"
#include "limits/token_bucket.hpp"

namespace archipelago::limits {

/// One bucket for each IPv4 address or IPv6 /64 seen lately. Memory: at most `capacity` entries of
/// about 150 bytes; whoever was quiet longest is forgotten first, so that a flood never makes its
/// own bucket new, and many addresses never make the table grow. One thread at a time. Cost:
/// O(log n). Source: DESIGN rule 5.
class RateTable {
 public:
  static constexpr std::size_t kCapacity = 4096;

  /// A rate of 0 a second: no limit, nothing is kept.
  explicit RateTable(Rate rate, std::size_t capacity = kCapacity)
      : rate_(rate), capacity_(capacity) {}

  /// Takes `cost` tokens of the address's bucket, or none and says false. A cost above the burst
  /// counts as the burst.
  [[nodiscard]] bool take(IpAddress const& address, Instant now, std::uint64_t cost = 1);

  [[nodiscard]] std::size_t size() const noexcept { return newest_first_.size(); }
  /// How many were forgotten before their bucket was full again: more addresses than memory.
  [[nodiscard]] std::uint64_t forgotten() const noexcept { return forgotten_; }

 private:
  using Entries = std::list<std::pair<IpAddress, TokenBucket>>;

  TokenBucket& bucket_of(IpAddress const& network, Instant now);

  Rate const rate_;
  std::size_t const capacity_;
  Entries newest_first_;
  std::map<IpAddress, Entries::iterator> by_network_;  // ordered: nobody can choose collisions
  std::uint64_t forgotten_ = 0;
};

}  // namespace archipelago::limits
