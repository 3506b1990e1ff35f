// One number for a whole history of changes: two runs that agree in it agreed in every change.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "archipelago/engine.hpp"

namespace archipelago::sim {

/// FNV-1a, 64 bits, over every flush's changes in their order. Not made to resist forgery.
class ChangeHash {
 public:
  void add_flush(std::span<engine::Change const> changes);
  [[nodiscard]] std::string text() const;  ///< 16 hexadecimal digits

 private:
  void add(std::string_view text);

  std::uint64_t state_ = 0xcbf29ce484222325U;
};

}  // namespace archipelago::sim
