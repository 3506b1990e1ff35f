// The client's side of RFC 6455, as much as a load generator needs: masked frames out, plain frames
// in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace archipelago::load {

enum class Opcode : std::uint8_t { binary = 2, close = 8, ping = 9, pong = 10 };

/// A whole masked frame; `mask` is any number, as clients send it.
std::string client_frame(Opcode opcode, std::string_view payload, std::uint32_t mask);

struct ServerFrame {
  Opcode opcode{};
  std::string_view payload;  ///< of the bytes it was read from
  std::size_t size = 0;      ///< with its header
};

/// The first frame of `bytes`; nothing while it is incomplete.
std::optional<ServerFrame> first_frame(std::string_view bytes);

}  // namespace archipelago::load
