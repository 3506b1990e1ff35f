// Hostile chain JSON -> parse -> the cheap checks of a login; what is accepted must survive being
// written and read again.
#include <cstdint>
#include <cstdlib>

#include "auth/login.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace archipelago;
  std::string_view const json(reinterpret_cast<char const*>(data), size);
  auto const chain = auth::parse_chain(json);
  if (!chain) return 0;
  auto const again = auth::parse_chain(auth::to_json(*chain), {.max_bytes = 16 * size + 1024});
  if (!again || *again != *chain) std::abort();

  auto const claimed = Address::parse(auth::owner(*chain));
  if (!claimed) return 0;
  WallTime const now{1'700'000'000'000};
  auto const checked = auth::check_form({*claimed, chain->back().payload, std::string(json)}, now);
  if (checked && (checked->size() < 2 || checked->back().payload.empty())) std::abort();
  return 0;
}
