// A backend carries the packets of an island's players. This is where a player learns how to reach
// it.
#pragma once

#include <string>
#include <string_view>

#include "base/address.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace archipelago::adapters {

class Backend {
 public:
  virtual ~Backend() = default;

  /// `<protocol>:<parameters>` (WIRE 8) for one player on one island, secret to that player. Asked
  /// again at every new assignment. An error is temporary: the islands ask again at their next
  /// flush. One thread; must not block.
  [[nodiscard]] virtual Result<std::string> connection_string(std::string_view island,
                                                              Address const& player,
                                                              WallTime now) = 0;
};

}  // namespace archipelago::adapters
