// Websocket frames as a server sends them: whole and unmasked (RFC 6455 section 5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace archipelago::net {

/// 2 to 10 bytes.
std::size_t frame_header_size(std::size_t payload);
/// What stands before a binary message of so many bytes.
std::string binary_frame_header(std::size_t payload);
void append_binary_frame_header(std::string& out, std::size_t payload);

std::string ping_frame();
/// `payload` is a ping's: at most 125 bytes.
std::string pong_frame(std::string_view payload);
/// `code` 0: without code and text. Text beyond 123 bytes is cut off.
std::string close_frame(std::uint16_t code, std::string_view text);

}  // namespace archipelago::net
