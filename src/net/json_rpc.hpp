// A JSON-RPC 2.0 client over HTTP, blocking: what an Ethereum endpoint speaks.
#pragma once

#include <atomic>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace archipelago::net {

class JsonRpcClient {
 public:
  /// `timeout` bounds each call as a whole; `stop` ends those under way and to come.
  explicit JsonRpcClient(std::string url, Millis timeout = Millis{5'000}, std::stop_token stop = {})
      : url_(std::move(url)), timeout_(timeout), stop_(std::move(stop)) {}

  /// `params_json` is a JSON array. Gives the JSON text of the `result` member. Errors: bad_request
  /// when the endpoint answered this call with an `error` (a revert, for one); upstream_failed for
  /// anything else: no answer, a wrong id or version, more than 1 MiB, or "limit exceeded"
  /// (-32005). Any thread, several at a time; blocks.
  [[nodiscard]] Result<std::string> call(std::string_view method, std::string_view params_json);

 private:
  std::string const url_;
  Millis const timeout_;
  std::stop_token const stop_;
  std::atomic<std::uint64_t> last_id_{0};
};

}  // namespace archipelago::net
