// Headers, lengths and masks.
#include "load/frames.hpp"

#include <array>
#include <cstring>

namespace archipelago::load {

std::string client_frame(Opcode opcode, std::string_view payload, std::uint32_t mask) {
  std::string out(1, static_cast<char>(0x80 | static_cast<int>(opcode)));
  auto const size = payload.size();
  if (size < 126) {
    out += static_cast<char>(0x80 | size);
  } else {
    out += static_cast<char>(0x80 | 126);
    out += static_cast<char>(size >> 8);
    out += static_cast<char>(size & 0xff);
  }
  std::array<char, 4> key{};
  std::memcpy(key.data(), &mask, key.size());
  out.append(key.data(), key.size());
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(payload[i] ^ key[i % 4]);
  return out;
}

std::optional<ServerFrame> first_frame(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  auto const at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  std::size_t size = at(1);
  std::size_t const extra = size < 126 ? 0 : size == 126 ? 2 : 8;
  std::size_t const head = 2 + extra;
  if (bytes.size() < head) return std::nullopt;
  if (extra != 0) size = 0;
  for (std::size_t i = 0; i < extra; ++i) size = size << 8 | at(2 + i);
  if (bytes.size() - head < size) return std::nullopt;
  return ServerFrame{static_cast<Opcode>(at(0) & 0x0f), bytes.substr(head, size), head + size};
}

}  // namespace archipelago::load
