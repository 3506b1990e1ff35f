// How many bytes a second a room's members hear, and who may say them when all speak at once.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.hpp"
#include "limits/token_bucket.hpp"

namespace archipelago::rooms {

/// Half of the rate is split into equal shares, one for each member: who stays below its share is
/// always heard. The other half goes to whoever comes first, in bursts. So no member hears more
/// than the rate, averaged over a second, and one burst; and a room sends no more than that times
/// its members. Pure; one thread; O(1).
class FairBudget {
 public:
  /// What one member has used of its shares; part of the member.
  struct Share {
    std::int64_t second = -1;
    std::uint64_t spent = 0;
  };

  /// Bytes; a rate of 0 sets no limit.
  FairBudget(limits::Rate rate, Instant now);

  /// Whether a member, one of `members`, may say `bytes` now; they are spent then.
  [[nodiscard]] bool take(Instant now, Share& share, std::size_t members, std::size_t bytes);

  /// When the common half will have `bytes`: at least a millisecond.
  [[nodiscard]] Millis wait(Instant now, std::size_t bytes) const;

 private:
  [[nodiscard]] std::uint64_t cost(std::size_t bytes) const;
  [[nodiscard]] bool take_share(Instant now, Share& share, std::size_t members, std::size_t bytes);

  limits::Rate common_;
  limits::TokenBucket bucket_;
};

}  // namespace archipelago::rooms
