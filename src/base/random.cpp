#include "base/random.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>

#include <sys/random.h>

namespace archipelago {

void SystemRandom::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    auto const got = ::getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno != EINTR) std::abort();
    if (got > 0) out = out.subspan(static_cast<std::size_t>(got));
  }
}

std::uint64_t SeededRandom::next() {
  auto z = (state_ += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  for (auto& byte : out) byte = static_cast<std::uint8_t>(next());
}

std::string random_text(Random& random, std::size_t length) {
  static constexpr std::string_view kAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
  static constexpr std::uint8_t kFair = 252;  // the largest multiple of 36 in a byte
  std::string text;
  text.reserve(length);
  while (text.size() < length) {
    std::array<std::uint8_t, 32> bytes{};
    random.fill(bytes);
    for (auto const byte : bytes)
      if (byte < kFair && text.size() < length) text += kAlphabet[byte % 36U];
  }
  return text;
}

}  // namespace archipelago
