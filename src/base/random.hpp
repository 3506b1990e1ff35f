// Randomness is handed in: the operating system's in a server, a seeded one in tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace archipelago {

class Random {
 public:
  virtual ~Random() = default;
  /// Fills all of `out`. Any thread.
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

/// getrandom(2): for secrets and challenges. Aborts the process if the kernel refuses.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

/// splitmix64 from a seed: the same bytes on every machine; for tests and simulations only. One
/// thread.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::uint8_t> out) override;
  std::uint64_t next();

 private:
  std::uint64_t state_;
};

/// `length` characters of [0-9a-z], each worth log2(36) = 5.17 bits (no modulo bias).
std::string random_text(Random& random, std::size_t length);

}  // namespace archipelago
