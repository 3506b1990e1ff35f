// Lengths in their shortest form.
#include "net/frame_writer.hpp"

namespace archipelago::net {
namespace {

constexpr std::size_t kMaxCloseText = 123;

std::string control_frame(char first, std::string_view payload) {
  return std::string{first, static_cast<char>(payload.size())}.append(payload);
}

}  // namespace

std::size_t frame_header_size(std::size_t payload) {
  return payload < 126 ? 2 : payload < 65'536 ? 4 : 10;
}

std::string binary_frame_header(std::size_t payload) {
  std::string out;
  append_binary_frame_header(out, payload);
  return out;
}

void append_binary_frame_header(std::string& out, std::size_t payload) {
  out += '\x82';
  int bytes = 0;
  if (payload < 126) {
    out += static_cast<char>(payload);
  } else {
    bytes = payload < 65'536 ? 2 : 8;
    out += static_cast<char>(bytes == 2 ? 126 : 127);
  }
  while (bytes-- > 0) out += static_cast<char>((payload >> (8 * bytes)) & 0xff);
}

std::string ping_frame() {
  return control_frame('\x89', {});
}

std::string pong_frame(std::string_view payload) {
  return control_frame('\x8a', payload);
}

std::string close_frame(std::uint16_t code, std::string_view text) {
  if (code == 0) return control_frame('\x88', {});
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return control_frame('\x88', payload.append(text.substr(0, kMaxCloseText)));
}

}  // namespace archipelago::net
