// Every text is closed by a byte that UTF-8 never has, so that no two histories run together.
#include "sim/change_hash.hpp"

namespace archipelago::sim {
namespace {

constexpr std::uint64_t kPrime = 0x100000001b3U;
constexpr std::uint64_t kEndOfText = 0xff;
constexpr std::uint64_t kEndOfFlush = 0xfe;

}  // namespace

void ChangeHash::add(std::string_view text) {
  for (char const c : text) state_ = (state_ ^ static_cast<unsigned char>(c)) * kPrime;
  state_ = (state_ ^ kEndOfText) * kPrime;
}

void ChangeHash::add_flush(std::span<engine::Change const> changes) {
  for (auto const& change : changes) {
    add(change.player);
    add(change.to);
    add(change.from);
  }
  state_ = (state_ ^ kEndOfFlush) * kPrime;
}

std::string ChangeHash::text() const {
  std::string digits(16, '0');
  auto rest = state_;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, rest >>= 4U)
    *digit = "0123456789abcdef"[rest & 15U];
  return digits;
}

}  // namespace archipelago::sim
