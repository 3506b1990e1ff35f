// Where contract wallets are asked about: auth's questions over net's HTTP.
#pragma once

#include <atomic>
#include <string>
#include <utility>

#include "auth/eth_rpc.hpp"
#include "net/json_rpc.hpp"

namespace archipelago::realm {

/// As auth::EthRpc wants it; each call is bounded in time and size by the client.
class EthEndpoint final : public auth::EthRpc {
 public:
  explicit EthEndpoint(std::string url) : client_(std::move(url)) {}

  Result<std::string> call(std::string_view method, std::string_view params_json) override {
    if (ended_) return fail(Errc::upstream_failed, "the realm is ending");
    return client_.call(method, params_json);
  }

  /// Later calls fail at once, so that nobody waits for a slow endpoint at the end. Any thread.
  void end() noexcept { ended_ = true; }

 private:
  net::JsonRpcClient client_;
  std::atomic<bool> ended_{false};
};

}  // namespace archipelago::realm
