// Request targets: whatever comes, an accepted path holds what its contract says.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <tuple>

#include "net/http.hpp"
#include "net/text.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace archipelago::net;
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  HttpRequest request;
  request.query = text;
  std::ignore = request.parameter("id");
  auto const path = decode_path(text);
  if (!path) return 0;
  bool const sound = path->starts_with('/') && path->size() <= 512 && is_utf8(*path) &&
                     path->find('\0') == std::string::npos &&
                     (*path + "/").find("/../") == std::string::npos;
  if (!sound) std::abort();
  Router router;
  router.websocket("/rooms/*", {});
  bool const room = router.find_websocket(*path) != nullptr;
  if (room && (!path->starts_with("/rooms/") || path->find('/', 7) != std::string::npos))
    std::abort();
  return 0;
}
