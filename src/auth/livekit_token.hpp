// Access tokens of a LiveKit server: a JWT that lets one player into one room (WIRE 8.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/address.hpp"
#include "base/time.hpp"

namespace archipelago::auth {

/// Which known service's tokens to make: the same rights, other bytes.
enum class TokenGeneration : std::uint8_t {
  current,  ///< archipelago-workers' core
  seed,     ///< archipelago-service of 2022 and 2023 (livekit-server-sdk 1.2)
};

/// The pair that a LiveKit server and those who make tokens for it share. Any thread; the secret is
/// wiped when it goes, and never part of an error or a log.
class LiveKitKey {
 public:
  static constexpr Millis kDefaultLifetime{300'000};

  /// `api_key`: named in every token, so no secret.
  LiveKitKey(std::string api_key, std::string api_secret);
  LiveKitKey(LiveKitKey const&) = default;
  LiveKitKey& operator=(LiveKitKey const&) = default;
  ~LiveKitKey();

  /// Leave for `player` to join `room` alone, within `lifetime` (which covers the joining, not the
  /// stay): to publish a microphone and data, to hear the others, to change its own metadata
  /// (`current`); nothing else. Bytes as the known service makes them. `room` is UTF-8.
  [[nodiscard]] std::string issue(std::string_view room, Address const& player, WallTime now,
                                  Millis lifetime = kDefaultLifetime,
                                  TokenGeneration generation = TokenGeneration::current) const;

 private:
  std::string api_key_;
  std::string api_secret_;
};

}  // namespace archipelago::auth
