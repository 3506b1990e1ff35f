// Frames through the server's own reader, after a proper upgrade: the first byte says in which
// pieces they come.
#include <cstdint>

#include "net/fuzzed_session.hpp"

namespace {

using namespace archipelago::net;

constexpr std::size_t kMostOfStrangers = 64;
constexpr std::size_t kMost = 1'024;
constexpr std::string_view kUpgrade =
    "GET /echo HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// Echoes; `login` logs in.
class Echo final : public Protocol {
 public:
  explicit Echo(Connection& connection) : connection_(connection) {}
  void on_message(std::string_view bytes) override {
    if (over_ || bytes.size() > (known_ ? kMost : kMostOfStrangers)) std::abort();
    known_ = known_ || bytes == "login";
    if (known_) connection_.logged_in();
    connection_.send(archipelago::share(std::string(bytes)));
  }
  void on_closed(archipelago::Errc) override {
    if (std::exchange(over_, true)) std::abort();
  }

 private:
  Connection& connection_;
  bool known_ = false;
  bool over_ = false;
};

Router routes() {
  WebsocketEndpoint echo;
  echo.max_message_bytes = kMost;
  echo.max_login_bytes = kMostOfStrangers;
  echo.open = [](HttpRequest const&, Connection& connection, std::size_t) {
    return std::make_shared<Echo>(connection);
  };
  Router router;
  router.websocket("/echo", echo);
  return router;
}

/// Whole frames of a server: unmasked, none fragmented, nothing after a close.
bool are_frames(std::string_view bytes) {
  while (bytes.size() >= 2) {
    auto const first = static_cast<unsigned char>(bytes[0]);
    std::size_t length = static_cast<unsigned char>(bytes[1]);
    std::size_t head = 2;
    if (length == 126 && bytes.size() >= 4) {
      length = static_cast<unsigned char>(bytes[2]) * 256U + static_cast<unsigned char>(bytes[3]);
      head = 4;
    }
    bool const known = first == 0x82 || first == 0x88 || first == 0x89 || first == 0x8a;
    if (!known || length > kMost || bytes.size() < head + length) return false;
    bytes.remove_prefix(head + length);
    if (first == 0x88) return bytes.empty();
  }
  return bytes.empty();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static FuzzedServer server(routes());
  if (size == 0) return 0;
  auto bytes = std::string(kUpgrade);
  bytes.append(reinterpret_cast<char const*>(data) + 1, size - 1);
  std::string_view answer;
  auto const all = server.serve(bytes, data[0] == 0 ? 0 : data[0] + std::size_t{64});
  answer = all;
  if (!answer.starts_with("HTTP/1.1 101")) std::abort();
  answer.remove_prefix(answer.find("\r\n\r\n") + 4);
  if (!are_frames(answer)) std::abort();
  return 0;
}
