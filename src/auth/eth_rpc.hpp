// An Ethereum JSON-RPC endpoint, as contract wallets use it. The transport is made elsewhere.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace archipelago::auth {

class EthRpc {
 public:
  virtual ~EthRpc() = default;

  /// Blocks for the answer. `params_json` is a JSON array. Returns the JSON text of the answer's
  /// `result`, without white space around it. Whoever implements it limits time and size and
  /// follows no redirects.
  /// Errors: bad_request when the endpoint answered with a JSON-RPC error about this call (a
  /// revert, for one); upstream_failed when it did not answer, not in JSON-RPC, or with "limit
  /// exceeded" (-32005). Any thread, several at once.
  virtual Result<std::string> call(std::string_view method, std::string_view params_json) = 0;
};

/// Lets so many calls through and no more: what an endpoint answers must not keep a thread busy for
/// ever.
class BoundedRpc {
 public:
  BoundedRpc(EthRpc& rpc, std::size_t calls) : rpc_(rpc), left_(calls) {}

  Result<std::string> call(std::string_view method, std::string_view params_json) {
    if (left_ == 0) return fail(Errc::upstream_failed, "too many calls");
    --left_;
    return rpc_.call(method, params_json);
  }

 private:
  EthRpc& rpc_;
  std::size_t left_;
};

}  // namespace archipelago::auth
