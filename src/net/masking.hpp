// Websocket frames as a client sends them: whole and masked (RFC 6455 section 5).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace archipelago::net {

/// Keys nobody can predict, several hundred for each call of the kernel. One thread.
class MaskSource {
 public:
  using Key = std::array<std::uint8_t, 4>;

  Key next();

 private:
  SystemRandom random_;
  std::array<std::uint8_t, 1024> bytes_{};
  std::size_t used_ = 1024;
};

/// 2 to 10 bytes of header and 4 of key.
std::size_t masked_size(std::size_t payload);

/// Appends the frame to `out`. `first`: FIN and opcode, e.g. 0x82 for a whole binary message.
void append_masked_frame(std::string& out, std::uint8_t first, std::string_view payload,
                         MaskSource::Key key);

}  // namespace archipelago::net
