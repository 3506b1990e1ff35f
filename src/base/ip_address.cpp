// inet_pton and inet_ntop around sixteen bytes.
#include "base/ip_address.hpp"

#include <algorithm>

#include <arpa/inet.h>

namespace archipelago {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return {};
  std::string const name(text);
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1) return IpAddress(bytes);
  std::copy(kMapped.begin(), kMapped.end(), bytes.begin());
  if (inet_pton(AF_INET, name.c_str(), bytes.data() + kMapped.size()) == 1) return IpAddress(bytes);
  return {};
}

bool IpAddress::is_v4() const noexcept {
  return std::equal(kMapped.begin(), kMapped.end(), bytes_.begin());
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  void const* const from = is_v4() ? bytes_.data() + kMapped.size() : bytes_.data();
  inet_ntop(is_v4() ? AF_INET : AF_INET6, from, out.data(), out.size());
  return out.data();
}

IpAddress IpAddress::prefix(unsigned bits) const noexcept {
  IpAddress cut = *this;
  for (unsigned i = 0; i < cut.bytes_.size(); ++i) {
    unsigned const kept = bits > i * 8 ? std::min(bits - i * 8, 8U) : 0U;
    cut.bytes_[i] = static_cast<std::uint8_t>(cut.bytes_[i] & (0xff00U >> kept));
  }
  return cut;
}

}  // namespace archipelago
