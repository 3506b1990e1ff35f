// The same connection string for everybody: no communications at all, or a room elsewhere.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "adapters/backend.hpp"

namespace archipelago::adapters {

class Fixed final : public Backend {
 public:
  explicit Fixed(std::string connection) : connection_(std::move(connection)) {}

  [[nodiscard]] Result<std::string> connection_string(std::string_view /*island*/,
                                                      Address const& /*player*/,
                                                      WallTime /*now*/) override {
    return connection_;
  }
  [[nodiscard]] bool carries(std::string_view connection) const override {
    return connection == std::string_view(connection_).substr(0, connection_.find('?'));
  }

 private:
  std::string const connection_;
};

}  // namespace archipelago::adapters
