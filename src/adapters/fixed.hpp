// The same connection string for everybody: no communications at all, or a room elsewhere.
#pragma once

#include <string>
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

 private:
  std::string const connection_;
};

}  // namespace archipelago::adapters
