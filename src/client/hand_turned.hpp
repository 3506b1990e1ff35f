// Clients for a caller that waits: their network goes on while it does.
#pragma once

#include <functional>
#include <memory>

#include "archipelago/client/ending.hpp"
#include "archipelago/client/network.hpp"
#include "base/result.hpp"

namespace archipelago::client {

/// One thread, the caller's. Clients on it go first.
class HandTurned {
 public:
  HandTurned();
  ~HandTurned();
  HandTurned(HandTurned const&) = delete;
  HandTurned& operator=(HandTurned const&) = delete;

  [[nodiscard]] Network network();
  /// Goes on until `done`; false when that took longer than `limit`.
  bool until(std::function<bool()> const& done, Millis limit);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// An ending in one line, with the server's own words: the code and text of its close frame.
Error to_error(Ending const& ending);

}  // namespace archipelago::client
