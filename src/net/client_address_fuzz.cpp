// X-Forwarded-For and lists of trusted proxies: what an outsider writes never makes it somebody
// else.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <tuple>

#include "net/client_address.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace archipelago;
  std::string const text(reinterpret_cast<char const*>(data), size);
  auto const proxy = *IpAddress::parse("10.0.0.1");
  auto const outsider = *IpAddress::parse("198.51.100.1");
  static auto const trusted = *net::AddressBlocks::parse("10.0.0.0/8");
  if (net::client_address(outsider, text, trusted) != outsider) std::abort();
  if (net::client_address(proxy, text + ", 198.51.100.1", trusted) != outsider) std::abort();
  auto const client = net::client_address(proxy, text, trusted);
  if (IpAddress::parse(client.text()) != client) std::abort();
  if (auto const list = net::AddressBlocks::parse(text)) std::ignore = list->contain(client);
  return 0;
}
