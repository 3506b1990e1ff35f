// Requests, paths and routes: no sockets here.
#include "net/http.hpp"

#include <algorithm>

#include "base/hex.hpp"
#include "net/text.hpp"

namespace archipelago::net {
namespace {

constexpr std::size_t kMaxPath = 512;

std::optional<std::string> percent_decode(std::string_view encoded, bool plus_is_space) {
  std::string out;
  out.reserve(encoded.size());
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    if (encoded[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (encoded[i] != '%') {
      out += encoded[i];
    } else {
      if (encoded.size() - i < 3) return {};
      auto const byte = from_hex(encoded.substr(i + 1, 2));
      if (!byte) return {};
      out += *byte;
      i += 2;
    }
  }
  return out;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    auto const segment = path.substr(0, path.find('/'));
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(segment.size());
  }
  return false;
}

bool has_encoded_slash(std::string_view encoded) {
  return encoded.find("%2f") != std::string_view::npos ||
         encoded.find("%2F") != std::string_view::npos;
}

bool matches(std::string_view pattern, std::string_view path) {
  if (!pattern.ends_with("/*")) return pattern == path;
  pattern.remove_suffix(1);
  if (!path.starts_with(pattern)) return false;
  path.remove_prefix(pattern.size());
  return !path.empty() && path.find('/') == std::string_view::npos;
}

}  // namespace

std::optional<std::string> decode_path(std::string_view encoded) {
  if (!encoded.starts_with('/') || encoded.size() > 3 * kMaxPath || has_encoded_slash(encoded))
    return {};
  auto path = percent_decode(encoded, false);
  if (!path || path->size() > kMaxPath || has_control(*path) || has_dot_segment(*path) ||
      !is_utf8(*path))
    return {};
  return path;
}

std::string_view HttpRequest::header(std::string_view name) const {
  for (auto const& [key, value] : headers)
    if (equal_ignoring_case(key, name)) return value;
  return {};
}

std::optional<std::string> HttpRequest::parameter(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    auto const pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    auto const equals = pair.find('=');
    auto const key = percent_decode(pair.substr(0, equals), true);
    if (!key || *key != name) continue;
    return percent_decode(
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
  }
  return {};
}

void Router::http(std::string method, std::string pattern, HttpHandler handler) {
  remember(pattern);
  http_.push_back({std::move(method), std::move(pattern), std::move(handler)});
}

void Router::websocket(std::string pattern, WebsocketEndpoint endpoint) {
  remember(pattern);
  websockets_.push_back({std::move(pattern), std::move(endpoint)});
}

void Router::remember(std::string const& pattern) {
  if (std::find(patterns_.begin(), patterns_.end(), pattern) == patterns_.end())
    patterns_.push_back(pattern);
}

std::size_t Router::place_of(std::string_view path) const {
  auto const found = std::find_if(patterns_.begin(), patterns_.end(),
                                  [&](std::string const& one) { return matches(one, path); });
  return static_cast<std::size_t>(found - patterns_.begin());
}

std::vector<Router::Known> Router::known() const {
  std::vector<Known> all;
  all.reserve(http_.size() + websockets_.size());
  for (auto const& route : http_) all.push_back({route.method, route.pattern});
  for (auto const& route : websockets_) all.push_back({"GET", route.pattern, true});
  return all;
}

HttpHandler const* Router::find_http(std::string_view method, std::string_view path) const {
  auto const route = std::find_if(http_.begin(), http_.end(), [&](HttpRoute const& r) {
    return r.method == method && matches(r.pattern, path);
  });
  return route == http_.end() ? nullptr : &route->handler;
}

std::vector<std::string> Router::methods(std::string_view path) const {
  std::vector<std::string> out;
  auto const add = [&out](std::string_view method) {
    if (std::find(out.begin(), out.end(), method) == out.end()) out.emplace_back(method);
  };
  for (auto const& route : http_) {
    if (!matches(route.pattern, path)) continue;
    add(route.method);
    if (route.method == "GET") add("HEAD");
  }
  if (find_websocket(path) != nullptr) add("GET");
  if (!out.empty()) add("OPTIONS");
  return out;
}

WebsocketEndpoint const* Router::find_websocket(std::string_view path) const {
  auto const route =
      std::find_if(websockets_.begin(), websockets_.end(),
                   [&](WebsocketRoute const& r) { return matches(r.pattern, path); });
  return route == websockets_.end() ? nullptr : &route->endpoint;
}

}  // namespace archipelago::net
