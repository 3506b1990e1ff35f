// The server's close frame, its refusal over HTTP, or what we found ourselves.
#include "client/websocket_ending.hpp"

namespace archipelago::client {
namespace {

Errc meaning_of_status(int status) {
  switch (status) {
    case 401:
    case 403:
      return Errc::not_assigned;
    case 429:
      return Errc::rate_limited;
    case 503:
      return Errc::overloaded;
    default:
      return Errc::upstream_failed;
  }
}

}  // namespace

Ending ending_of(net::OutgoingWebsocket const& socket, Errc why) {
  auto const& end = socket.end();
  if (why == Errc::peer_gone && end.close_code != 0)
    return ending_of_close(end.close_code, end.text);
  if (end.http_status != 0) return ending(meaning_of_status(end.http_status), end.text);
  return ending(why, end.text);
}

}  // namespace archipelago::client
