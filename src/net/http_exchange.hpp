// One request and its answer on a connection that is there.
#pragma once

#include <memory>
#include <string>

#include "net/asio.hpp"
#include "net/http_client.hpp"
#include "net/transport.hpp"
#include "net/url.hpp"

namespace archipelago::net {

/// Kept alive, unmoved, while run() goes on.
class HttpExchange {
 public:
  /// Error: bad_request, for what cannot be sent.
  static Result<std::unique_ptr<HttpExchange>> make(HttpFetch const& fetch, Url const& url);

  explicit HttpExchange(std::string request, std::size_t max_body, bool head);

  /// Sends and reads to the end of the answer; cut() the transport to end it early.
  Async<void> run(std::shared_ptr<Transport> transport);
  /// After run(). Errors: message_too_big, upstream_failed.
  Result<HttpResponse> result(Url const& url);

 private:
  std::string request_;
  http::response_parser<http::string_body> parser_;
  beast::flat_buffer unread_;
  error_code error_;
};

}  // namespace archipelago::net
