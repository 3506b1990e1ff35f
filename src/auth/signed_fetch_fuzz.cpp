// Any headers are a request that cannot be read, or an attempt whose parts fit each other.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "auth/signed_fetch.hpp"

namespace {

using Headers = std::map<std::string, std::string, std::less<>>;

/// `name: value`, a line each.
Headers headers_of(std::string_view text) {
  Headers headers;
  while (!text.empty()) {
    auto const line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() == text.size() ? line.size() : line.size() + 1);
    auto const colon = line.find(": ");
    if (colon != std::string_view::npos)
      headers[std::string(line.substr(0, colon))] = line.substr(colon + 2);
  }
  return headers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace archipelago;
  auto const headers = headers_of({reinterpret_cast<char const*>(data), size});
  auth::SignedRequest const request{"POST", "/Signed-Login",
                                    [&](std::string_view name) -> std::string const* {
                                      auto const at = headers.find(name);
                                      return at == headers.end() ? nullptr : &at->second;
                                    }};
  WallTime const now{1'700'000'000'000};
  auto const fetch = auth::read_signed_fetch(request, now);
  if (!fetch) {
    if (fetch.error().detail.empty()) std::abort();
    return 0;
  }
  if (!fetch->attempt.challenge.starts_with("post:/signed-login:")) std::abort();
  auto const chain = auth::check_form(fetch->attempt, now);
  if (chain && chain->size() < 2) std::abort();
  return 0;
}
