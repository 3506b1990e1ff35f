// HTTP as text: what makes a request acceptable, and how responses are written. No sockets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/asio.hpp"
#include "net/server.hpp"

namespace archipelago::net {

using RawRequest = http::request<http::string_body>;

/// What a response depends on besides the handler.
struct Exchange {
  unsigned version = 11;  ///< 10 or 11
  bool keep_alive = true;
  bool head = false;                 ///< HEAD: everything but the body
  std::string allowed_origin = "*";  ///< for pages from elsewhere; "": none
  std::string origin{};              ///< of the page that asks; "": none said so
};

/// The bytes of a response before its body, CORS and framing headers included. Headers with control
/// characters are left out.
std::string head_text(HttpResponse const& response, Exchange const& exchange);
/// The bytes that follow; as long as the response lives.
std::string_view sent_body(HttpResponse const& response, Exchange const& exchange);

/// `{"error":"Not Found"}`
HttpResponse error_response(int status);

/// 405 with its Allow header.
HttpResponse method_not_allowed(std::vector<std::string> const& methods);

/// The answer to a CORS preflight, or to OPTIONS at all.
HttpResponse options_response(RawRequest const& request, std::vector<std::string> const& methods);

/// The status of a reader's error: 0 when the peer is simply gone.
int status_of(error_code ec);
/// The reason of a refused request, for the metrics.
Errc reason_of(int status);
/// The status that tells a reason: 429 for rate_limited, 404 for bad_request (of a websocket's
/// path), 503 for whatever may be tried again, else 403.
int status_for(Errc why);

/// 0, or the status of what a head must not be: no Host, too many headers, an unknown transfer
/// coding…
int check_head(http::request_header<> const& head, HttpLimits const& limits);
/// Nothing when the target is no path we serve.
std::optional<HttpRequest> to_request(RawRequest const& raw);

/// Whether the client asks for a websocket at all…
bool asks_for_websocket(RawRequest const& raw);
/// …and 0, or the status that its asking deserves (RFC 6455 section 4.2.1).
int check_upgrade(RawRequest const& raw);
/// The first subprotocol offered, or "".
std::string first_subprotocol(RawRequest const& raw);

/// 101 for a request that check_upgrade() has passed, with the first subprotocol.
std::string upgrade_response(RawRequest const& raw);

/// All values of a header, joined by commas.
std::string joined(http::fields const& headers, std::string_view name);

}  // namespace archipelago::net
