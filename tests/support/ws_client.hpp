// A blocking websocket client, for tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace archipelago::net {

struct WsOptions {
  std::vector<std::string> subprotocols;  ///< offered in this order
  std::vector<std::pair<std::string, std::string>> headers;
  std::size_t max_message = 1024UL * 1024;
  std::string ca_file;     ///< PEM of authorities to trust; empty: the system's
  int receive_buffer = 0;  ///< SO_RCVBUF in bytes, set before connecting; 0: the system's choice
};

/// How the server closed.
struct WsClosed {
  std::uint16_t code =
      0;  ///< 1005: a close frame without code; 1006: the connection ended without a close frame
  std::string reason;
};

/// One connection, one thread at a time. Pings are answered inside receive() only.
class WsClient {
 public:
  /// `url`: ws:// or wss://. `limit` bounds everything from the name to the upgrade. A refusal by
  /// HTTP is upstream_failed with `HTTP 503 …` and the start of the body in the detail.
  static Result<WsClient> connect(std::string_view url, Millis limit,
                                  WsOptions const& options = {});

  WsClient(WsClient&&) noexcept;
  WsClient& operator=(WsClient&&) noexcept;
  ~WsClient();  ///< cuts the connection

  /// One binary message; blocks while the server does not read, at most `limit`.
  Result<> send(std::string_view message, Millis limit = Millis{5'000});
  Result<> send_text(std::string_view message, Millis limit = Millis{5'000});

  /// The next message. peer_gone: the server closed (see closed()); idle_timeout: nothing came
  /// within `limit`, and receive() may be called again (unless a message had come in part: then the
  /// connection is over).
  Result<std::string> receive(Millis limit);

  /// Sends a close frame and waits for the server's, at most `limit`.
  void close(std::uint16_t code = 1000, Millis limit = Millis{2'000});

  /// Set once the server has closed.
  [[nodiscard]] std::optional<WsClosed> const& closed() const;
  /// What the server chose, or "".
  [[nodiscard]] std::string const& subprotocol() const;

 private:
  struct Impl;
  explicit WsClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace archipelago::net
