// Where the test data lives: ARCHIPELAGO_VECTORS, or tests/vectors of this source tree.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace archipelago::testing {

inline std::filesystem::path vectors() {
  char const* const elsewhere = std::getenv("ARCHIPELAGO_VECTORS");
  return elsewhere != nullptr && *elsewhere != '\0' ? elsewhere : ARCHIPELAGO_VECTORS_DEFAULT;
}

inline std::string read_vector_file(std::string const& name) {
  std::ifstream file(vectors() / name, std::ios::binary);
  if (!file) throw std::runtime_error("no test data at " + (vectors() / name).string());
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace archipelago::testing
