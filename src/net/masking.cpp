// Header, key, payload under the key.
#include "net/masking.hpp"

#include <algorithm>

namespace archipelago::net {

MaskSource::Key MaskSource::next() {
  Key key{};
  if (used_ + key.size() > bytes_.size()) {
    random_.fill(bytes_);
    used_ = 0;
  }
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(used_), key.size(), key.begin());
  used_ += key.size();
  return key;
}

std::size_t masked_size(std::size_t payload) {
  return payload + 4 + (payload < 126 ? 2U : payload < 65'536 ? 4U : 10U);
}

void append_masked_frame(std::string& out, std::uint8_t first, std::string_view payload,
                         MaskSource::Key key) {
  out.reserve(out.size() + masked_size(payload.size()));
  out += static_cast<char>(first);
  int bytes = 0;
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else {
    bytes = payload.size() < 65'536 ? 2 : 8;
    out += static_cast<char>(0x80 | (bytes == 2 ? 126 : 127));
  }
  while (bytes-- > 0) out += static_cast<char>((payload.size() >> (8 * bytes)) & 0xff);
  for (auto const byte : key) out += static_cast<char>(byte);
  for (std::size_t i = 0; i < payload.size(); ++i)
    out += static_cast<char>(static_cast<std::uint8_t>(payload[i]) ^ key[i % key.size()]);
}

}  // namespace archipelago::net
