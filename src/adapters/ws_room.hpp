// Islands whose packets go through our own rooms (rooms/, WIRE 7).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/backend.hpp"
#include "auth/room_token.hpp"

namespace archipelago::adapters {

/// `ws-room:<base>/rooms/<island>?access_token=<token>`: only its player can use it, and only to
/// enter that room (DESIGN rule 4), until `token_lifetime` has passed.
class WsRoom final : public Backend {
 public:
  static constexpr Millis kDefaultTokenLifetime{5 * 60 * 1000};
  /// Of the core that assigns players now (auth::RoomKey::issue()). Cheap.
  using Epoch = std::function<std::uint64_t()>;

  /// `base`: what problem_with_base() has nothing against; a slash at its end does not matter.
  /// Throws std::invalid_argument for any other, or a lifetime that is not positive. No `epoch`:
  /// always 0, a realm of one process.
  WsRoom(std::string base, auth::RoomKey const& key, Millis token_lifetime = kDefaultTokenLifetime,
         Epoch epoch = {});

  /// One line on what is wrong with a base, which must be `ws://` or `wss://`, a host, and perhaps
  /// a port and a path.
  [[nodiscard]] static std::optional<std::string> problem_with_base(std::string_view base);

  /// Error: internal_error for an island whose name cannot stand in a path.
  [[nodiscard]] Result<std::string> connection_string(std::string_view island,
                                                      Address const& player, WallTime now) override;

  [[nodiscard]] bool carries(std::string_view connection) const override;

 private:
  std::string base_;
  auth::RoomKey key_;
  Millis token_lifetime_;
  Epoch epoch_;
};

}  // namespace archipelago::adapters
