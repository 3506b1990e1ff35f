// Islands whose packets go through an operator's LiveKit server (WIRE 8.1).
#pragma once

#include <string>
#include <string_view>

#include "adapters/backend.hpp"
#include "auth/livekit_token.hpp"

namespace archipelago::adapters {

struct LiveKitOptions {
  Millis token_lifetime = auth::LiveKitKey::kDefaultLifetime;  ///< [1 s, 1 day], for joining
  auth::TokenGeneration generation = auth::TokenGeneration::current;
};

/// One host: `livekit:<host>?access_token=<token>`, the room being the island.
class LiveKit final : public Backend {
 public:
  /// `host`: as WsRoom::problem_with_base() takes it, passed on as it is.
  /// Throws std::invalid_argument for any other.
  LiveKit(std::string host, auth::LiveKitKey const& key, LiveKitOptions const& options = {});

  [[nodiscard]] Result<std::string> connection_string(std::string_view island,
                                                      Address const& player, WallTime now) override;
  [[nodiscard]] bool carries(std::string_view connection) const override;

 private:
  std::string const host_;
  auth::LiveKitKey const key_;
  LiveKitOptions const options_;
};

}  // namespace archipelago::adapters
