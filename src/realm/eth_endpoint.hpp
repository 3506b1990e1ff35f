// Where contract wallets are asked about: auth's questions over net's HTTP.
#pragma once

#include <stop_token>
#include <string>
#include <utility>

#include "auth/eth_rpc.hpp"
#include "net/json_rpc.hpp"

namespace archipelago::realm {

/// As auth::EthRpc wants it; each call is bounded in time and size by the client.
class EthEndpoint final : public auth::EthRpc {
 public:
  /// `stop` ends calls under way and to come, so that nobody waits for a slow endpoint at the end.
  EthEndpoint(std::string url, std::stop_token stop)
      : client_(std::move(url), kPatience, std::move(stop)) {}

  Result<std::string> call(std::string_view method, std::string_view params_json) override {
    return client_.call(method, params_json);
  }

 private:
  static constexpr Millis kPatience{5'000};
  net::JsonRpcClient client_;
};

}  // namespace archipelago::realm
