// Connection strings: split, resolve, make.
#include "wire/connection_string.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url_view.hpp>

namespace archipelago::wire {
namespace {

constexpr int kMaxNesting = 4;

constexpr bool letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool protocol_char(char c) noexcept {
  return letter(c) || (c >= '0' && c <= '9') || c == '-';
}

bool is_protocol(std::string_view text) {
  return !text.empty() && letter(text.front()) && std::ranges::all_of(text, protocol_char);
}

struct Known {
  std::string_view protocol;
  Backend backend;
  std::array<std::string_view, 2> schemes;
};
constexpr std::array<std::string_view, 2> kSocket{"wss", "ws"};
constexpr std::array<Known, 6> kKnown{{
    {"livekit", Backend::livekit, kSocket},
    {"ws-room", Backend::ws_room, kSocket},
    {"signed-login", Backend::signed_login, {"https", "http"}},
    {"offline", Backend::offline, {}},
    {"simulator", Backend::simulator, {}},
    {"archipelago", Backend::archipelago, kSocket},
}};

tl::unexpected<Error> wrong(std::string const& what) {
  return fail(Errc::bad_request, "connection string: " + what);
}

bool wrapper(ConnectionString const& connection) {
  return connection.protocol == "fixed-adapter" ||
         (connection.protocol == "archipelago" &&
          connection.parameters.starts_with("archipelago:"));
}

Result<ConnectionString> unwrapped(std::string_view text) {
  auto connection = parse_connection_string(text);
  for (int depth = 0; connection && wrapper(*connection); ++depth) {
    if (depth == kMaxNesting) return wrong("nested too deep");
    connection = parse_connection_string(std::string(connection->parameters));
  }
  return connection;
}

std::string token_of(boost::urls::url_view const& url) {
  if (url.encoded_query().empty()) return {};  // Boost 1.81 reads past an empty one before a '#'
  for (auto const parameter : url.params())
    if (parameter.key == "access_token") return std::string(parameter.value);
  return {};
}

Result<Endpoint> located(Known const& known, std::string const& url) {
  auto const parsed = boost::urls::parse_uri(url);
  if (parsed.has_error()) return wrong("not a URL after " + std::string(known.protocol) + ":");
  std::string_view const scheme(parsed->scheme().data(), parsed->scheme().size());
  if (std::ranges::find(known.schemes, scheme) == known.schemes.end())
    return wrong(std::string(known.protocol) + " needs " + std::string(known.schemes[0]) +
                 ":// or " + std::string(known.schemes[1]) + "://");
  if (parsed->encoded_host().empty()) return wrong("a URL without host");
  Endpoint endpoint{known.backend, url, token_of(*parsed)};
  if (known.backend == Backend::livekit) {
    if (endpoint.access_token.empty()) return wrong("livekit without access_token");
    endpoint.url.resize(url.find_first_of("?#"));
  }
  return endpoint;
}

std::string with_token(std::string_view protocol, std::string_view url, std::string_view token) {
  std::string text(protocol);
  text.append(":").append(url);
  if (!token.empty())
    text += "?access_token=" + boost::urls::encode(token, boost::urls::unreserved_chars);
  return text;
}

}  // namespace

Result<ConnectionString> parse_connection_string(std::string_view text) {
  if (text.size() > kMaxConnectionString) return wrong("longer than 8192 bytes");
  auto const colon = text.find(':');
  auto const protocol = text.substr(0, colon);
  if (!is_protocol(protocol))
    return wrong("the protocol is not a letter followed by letters, digits or '-'");
  if (colon == std::string_view::npos && protocol != "offline")
    return wrong("no colon after the protocol");
  auto const parameters =
      colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  return ConnectionString{std::string(protocol), std::string(parameters)};
}

std::string to_string(ConnectionString const& connection) {
  if (connection.protocol == "offline" && connection.parameters.empty())
    return std::string(kOffline);
  return connection.protocol + ":" + connection.parameters;
}

Result<Endpoint> resolve_connection_string(std::string_view text) {
  auto connection = unwrapped(text);
  if (!connection) return tl::unexpected(std::move(connection.error()));
  auto const* const known = std::ranges::find(kKnown, connection->protocol, &Known::protocol);
  if (known == kKnown.end())
    return fail(Errc::unsupported,
                "connection string: unknown protocol " + connection->protocol.substr(0, 32));
  if (known->schemes[0].empty())
    return Endpoint{known->backend, std::move(connection->parameters), {}};
  auto& url = connection->parameters;
  if (known->backend == Backend::ws_room && url.find("://") == std::string::npos)
    url.insert(0, "wss://");
  return located(*known, url);
}

std::string ws_room_string(std::string_view url, std::string_view token) {
  return with_token("ws-room", url, token);
}

std::string livekit_string(std::string_view host, std::string_view token) {
  return with_token("livekit", host, token);
}

std::string signed_login_string(std::string_view url) {
  return "signed-login:" + std::string(url);
}

std::string archipelago_adapter(std::string_view url) {
  return "archipelago:archipelago:" + std::string(url);
}

std::string fixed_adapter(std::string_view connection) {
  return "fixed-adapter:" + std::string(connection);
}

}  // namespace archipelago::wire
