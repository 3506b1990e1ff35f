// A field of 32 bytes, little-endian.
#include "swarm/stamp.hpp"

#include <charconv>
#include <cstddef>

namespace archipelago::swarm {
namespace {

constexpr std::size_t kPayload = 32;
constexpr std::string_view kHead = "\xfa\x7f\x20";  // field 2047, length-delimited, 32 bytes

void put(std::string& out, std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

std::uint64_t take(std::string_view& in, unsigned bytes) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i)
    value |= std::uint64_t{static_cast<unsigned char>(in[i])} << (8 * i);
  in.remove_prefix(bytes);
  return value;
}

}  // namespace

std::uint64_t key_of(std::string_view address) {
  constexpr std::size_t kDigits = 16;
  if (address.size() < kDigits + 2) return 0;
  auto const digits = address.substr(2, kDigits);
  std::uint64_t key = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + kDigits, key, 16);
  return error == std::errc() && end == digits.data() + kDigits ? key : 0;
}

void append_stamp(std::string& packet, Stamp const& stamp) {
  packet += kHead;
  put(packet, stamp.run, 8);
  put(packet, stamp.sender, 8);
  put(packet, stamp.epoch, 4);
  put(packet, stamp.sequence, 4);
  put(packet, static_cast<std::uint64_t>(stamp.sent.count()), 8);
}

std::optional<Stamp> read_stamp(std::string_view packet) {
  auto const length = kHead.size() + kPayload;
  if (packet.size() < length) return std::nullopt;
  auto rest = packet.substr(packet.size() - length);
  if (!rest.starts_with(kHead)) return std::nullopt;
  rest.remove_prefix(kHead.size());
  Stamp stamp;
  stamp.run = take(rest, 8);
  stamp.sender = take(rest, 8);
  stamp.epoch = static_cast<std::uint32_t>(take(rest, 4));
  stamp.sequence = static_cast<std::uint32_t>(take(rest, 4));
  stamp.sent = Micros{static_cast<std::int64_t>(take(rest, 8))};
  return stamp;
}

}  // namespace archipelago::swarm
