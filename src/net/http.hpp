// HTTP as the rooms above see it: requests in, replies out, websocket endpoints by path.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "net/websocket.hpp"

namespace archipelago::net {

struct HttpRequest {
  std::string method;  ///< upper case
  std::string path;    ///< percent-decoded path, starts with '/'
  std::string query;   ///< as sent, without '?'
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string remote;  ///< as Connection::remote()
  bool tls = false;

  /// First header of that name (case-insensitive), or "".
  [[nodiscard]] std::string_view header(std::string_view name) const;
  /// First query parameter of that name, percent-decoded.
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  /// Pages may send the visitor's credentials along and still read this: their origin, if it is one
  /// that may read at all, is named instead of `*`.
  bool credentials = false;
  SharedBytes shared;  ///< a body that many answers share; sent instead of `body`

  [[nodiscard]] std::string_view content() const { return shared ? *shared : body; }
};

/// Answers one request, once; later answers are ignored. Any thread. CORS headers, HEAD and OPTIONS
/// are the server's matter. Dropping it unanswered sends 500.
using HttpReply = std::function<void(HttpResponse)>;
using HttpHandler = std::function<void(HttpRequest const&, HttpReply)>;

/// What stands between '/' and '?' of a request, percent-decoded. Nothing when it is no path we
/// serve: over 512 bytes, no leading '/', a broken or needless trick (`%2F`, `.` or `..` segments,
/// control characters), or not UTF-8.
std::optional<std::string> decode_path(std::string_view encoded);

/// A websocket endpoint. All functions are called on a shard's thread; `admit` and `open` on the
/// connection's home.
struct WebsocketEndpoint {
  std::size_t max_message_bytes = 16'384;  ///< larger ones close with `message_too_big`
  /// The same until Connection::logged_in(): a chain of 64 KiB fits, nothing larger is held for
  /// strangers.
  std::size_t max_login_bytes = 72UL * 1024;

  /// Refuses a request before the upgrade (the error's HTTP status: 404 for bad_request, 503 when
  /// retryable, else 403).
  std::function<Result<>(HttpRequest const&)> admit;  // may be empty

  /// Index of the shard on which this connection must live; empty: wherever it was accepted.
  std::function<std::size_t(HttpRequest const&)> home;

  std::function<std::shared_ptr<Protocol>(HttpRequest const&, Connection&, std::size_t shard)> open;
};

/// Who answers what. Filled before the server starts, read-only afterwards.
class Router {
 public:
  /// `pattern` is a path; a last segment `*` matches exactly one segment (`/rooms/*`).
  void http(std::string method, std::string pattern, HttpHandler handler);
  void websocket(std::string pattern, WebsocketEndpoint endpoint);

  [[nodiscard]] HttpHandler const* find_http(std::string_view method, std::string_view path) const;
  /// The methods of a path, for the Allow header; empty if it is unknown.
  [[nodiscard]] std::vector<std::string> methods(std::string_view path) const;
  [[nodiscard]] WebsocketEndpoint const* find_websocket(std::string_view path) const;

  /// Every pattern once, of either kind, in order of registration.
  [[nodiscard]] std::vector<std::string> const& patterns() const { return patterns_; }
  /// Index of the pattern that a path matches; patterns().size() if there is none.
  [[nodiscard]] std::size_t place_of(std::string_view path) const;

  struct Known {
    std::string_view method;  ///< "GET" for websockets
    std::string_view pattern;
    bool websocket = false;
  };
  /// Everything registered, plain routes first.
  [[nodiscard]] std::vector<Known> known() const;

 private:
  struct HttpRoute {
    std::string method;
    std::string pattern;
    HttpHandler handler;
  };
  struct WebsocketRoute {
    std::string pattern;
    WebsocketEndpoint endpoint;
  };
  void remember(std::string const& pattern);

  std::vector<std::string> patterns_;
  std::vector<HttpRoute> http_;
  std::vector<WebsocketRoute> websockets_;
};

}  // namespace archipelago::net
