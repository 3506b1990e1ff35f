// An Ethereum endpoint for tests: says what it is told and keeps what it was asked.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/eth_rpc.hpp"

namespace archipelago::auth {

/// Hands every call to `answer` and keeps what was asked.
class FakeEthRpc final : public EthRpc {
 public:
  struct Asked {
    std::string method;
    std::string params;
  };

  std::function<Result<std::string>(std::string_view method, std::string_view params)> answer =
      [](std::string_view, std::string_view) -> Result<std::string> {
    return fail(Errc::upstream_failed, "nobody there");
  };
  std::vector<Asked> asked;

  Result<std::string> call(std::string_view method, std::string_view params_json) override {
    asked.push_back({std::string(method), std::string(params_json)});
    return answer(method, params_json);
  }
};

}  // namespace archipelago::auth
