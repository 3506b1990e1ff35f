// Ending all connections of a server without sending its clients home in one herd.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "net/server_core.hpp"

namespace archipelago::net {

/// One shard's share. On its thread.
class Drain : public std::enable_shared_from_this<Drain> {
 public:
  /// HTTP ends at once, websockets one after the other over `spread`, but no slower than
  /// kLeastPace. `on_told` runs when everybody has been told.
  static void begin(std::shared_ptr<ServerCore> core, std::size_t shard, Errc why, Millis spread,
                    std::function<void()> on_told);

  Drain(std::shared_ptr<ServerCore> core, std::size_t shard, Errc why,
        std::function<void()> on_told)
      : core_(std::move(core)), shard_(shard), why_(why), on_told_(std::move(on_told)) {}

 private:
  static constexpr Millis kTick{20};
  static constexpr std::size_t kLeastPace = 2;  ///< a tick

  void tick();

  std::shared_ptr<ServerCore> const core_;
  std::size_t const shard_;
  Errc const why_;
  std::function<void()> const on_told_;
  std::vector<Session*> left_;
  std::size_t pace_ = kLeastPace;
};

}  // namespace archipelago::net
