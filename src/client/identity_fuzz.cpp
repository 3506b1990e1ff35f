// Any bytes as an identity file: read, or refused; never more.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "client/identity_state.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace archipelago;
  std::string_view const bytes(reinterpret_cast<char const*>(data), size);
  auto const identity = client::identity_from_json(bytes);
  if (!identity) return 0;
  auto const again = client::identity_from_json(client::to_json(identity->state()));
  if (!again || again->address() != identity->address()) std::abort();
  return 0;
}
