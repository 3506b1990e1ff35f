// Leave to enter one room: a short-lived token that stands in a room's connection string (DESIGN
// rule 4).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/address.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace archipelago::auth {

/// Makes and checks tokens: version, expiry, epoch, player and a digest of the room's name under
/// HMAC-SHA256, as 90 characters of [0-9A-Za-z_-]. Nothing is stored, so every process with the
/// same secret can check. Any thread.
class RoomKey {
 public:
  /// `secret`: 16 random bytes or more; shared by all processes of a realm.
  explicit RoomKey(std::string secret);
  static RoomKey generate(Random& random);
  RoomKey(RoomKey const&) = default;
  RoomKey& operator=(RoomKey const&) = default;
  ~RoomKey();

  /// `epoch`: of the core that assigns the player, so that rooms can tell whether it still leads
  /// (adr/0018); 0: no core of several does.
  [[nodiscard]] std::string issue(std::string_view room, Address const& player, WallTime expires,
                                  std::uint64_t epoch = 0) const;

  /// The token's epoch. Good while now < expires.
  /// Error: not_assigned; the detail says why: "missing", "forged", "other room", "other player" or
  /// "expired".
  [[nodiscard]] Result<std::uint64_t> verify(std::string_view token, std::string_view room,
                                             Address const& player, WallTime now) const;

  /// Until when a token is good that verify() has found good.
  [[nodiscard]] static WallTime expires(std::string_view token);

 private:
  std::string secret_;
};

}  // namespace archipelago::auth
