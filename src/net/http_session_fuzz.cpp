// Requests through the server's own sessions: the first byte says in which pieces they come.
#include <cctype>
#include <cstdint>

#include "net/fuzzed_session.hpp"

namespace {

using namespace archipelago::net;

Router routes() {
  Router router;
  router.http("GET", "/hello", [](HttpRequest const& request, HttpReply const& reply) {
    HttpResponse out;
    out.body = request.parameter("name").value_or("world");
    reply(out);
  });
  router.http("POST", "/size", [](HttpRequest const& request, HttpReply const& reply) {
    HttpResponse out;
    out.body = std::to_string(request.body.size());
    reply(out);
  });
  return router;
}

/// Whatever was asked, the answers begin as answers do.
bool is_answer(std::string_view text) {
  if (text.empty()) return true;
  auto const digit = [&](std::size_t i) { return std::isdigit(text[i]) != 0; };
  return text.size() > 12 && (text.starts_with("HTTP/1.1 ") || text.starts_with("HTTP/1.0 ")) &&
         digit(9) && digit(10) && digit(11) && text.find("\r\n\r\n") != std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static FuzzedServer server(routes());
  if (size == 0) return 0;
  std::string_view const bytes(reinterpret_cast<char const*>(data) + 1, size - 1);
  if (!is_answer(server.serve(bytes, data[0]))) std::abort();
  return 0;
}
