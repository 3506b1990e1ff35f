// A backend whose address is known only once the server listens (port 0 takes any free one).
#pragma once

#include <memory>
#include <utility>

#include "adapters/backend.hpp"

namespace archipelago::realm {

class LateBackend final : public adapters::Backend {
 public:
  /// Before the islands' loop starts.
  void set(std::unique_ptr<adapters::Backend> backend) { backend_ = std::move(backend); }

  Result<std::string> connection_string(std::string_view island, Address const& player,
                                        WallTime now) override {
    if (!backend_) return fail(Errc::internal_error, "no backend yet");
    return backend_->connection_string(island, player, now);
  }

 private:
  std::unique_ptr<adapters::Backend> backend_;
};

}  // namespace archipelago::realm
