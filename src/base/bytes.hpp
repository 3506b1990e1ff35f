// A message made once and shared by all who send it.
#pragma once

#include <memory>
#include <string>
#include <utility>

namespace archipelago {

using SharedBytes = std::shared_ptr<std::string const>;

inline SharedBytes share(std::string bytes) {
  return std::make_shared<std::string const>(std::move(bytes));
}

}  // namespace archipelago
