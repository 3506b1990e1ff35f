#include "bus/subjects.hpp"

#include <algorithm>

namespace archipelago::bus::subjects {
namespace {

std::string join(std::string_view before, Address const& peer, std::string_view after) {
  std::string subject;
  subject.reserve(before.size() + Address::kLength + after.size());
  subject += before;
  subject += peer.text();
  subject += after;
  return subject;
}

/// Cuts the first part off `rest`.
std::string_view next_part(std::string_view& rest) noexcept {
  auto const dot = rest.find('.');
  auto const part = rest.substr(0, dot);
  rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
  return part;
}

bool is_visible(std::string_view text) noexcept {
  return std::ranges::none_of(text, [](char c) { return (c >= 0 && c <= ' ') || c == '\x7f'; });
}

}  // namespace

std::string peer_connect(Address const& peer) {
  return join("peer.", peer, ".connect");
}
std::string peer_disconnect(Address const& peer) {
  return join("peer.", peer, ".disconnect");
}
std::string peer_heartbeat(Address const& peer) {
  return join("peer.", peer, ".heartbeat");
}
std::string island_changed(Address const& peer) {
  return join("engine.peer.", peer, ".island_changed");
}

std::string client_topic(std::string_view topic) {
  return "client-proto." + std::string(topic);
}
std::string client_peer_topic(Address const& peer, std::string_view topic) {
  return join("client-proto.peer.", peer, "." + std::string(topic));
}
std::string client_any_peer_topic(std::string_view topic) {
  return "client-proto.peer.*." + std::string(topic);
}
std::string client_island_changed(Address const& peer) {
  return join("client-proto.", peer, ".island_changed");
}
std::string client_island_peer_join(std::string_view island) {
  return "client-proto.island." + std::string(island) + ".peer_join";
}

std::string cluster_gateway(std::string_view id) {
  return "cluster.gateway." + std::string(id);
}
std::string cluster_rooms(std::string_view id) {
  return "cluster.rooms." + std::string(id);
}
std::string cluster_login(Address const& peer) {
  return join("cluster.login.", peer, "");
}
std::string cluster_seat(Address const& peer) {
  return join("cluster.seat.", peer, "");
}

std::optional<Address> peer_of(std::string_view subject) {
  for (std::string_view const prefix :
       {"peer.", "engine.peer.", "client-proto.peer.", "cluster.login.", "cluster.seat."})
    if (subject.starts_with(prefix)) {
      auto rest = subject.substr(prefix.size());
      return Address::parse(next_part(rest));
    }
  return std::nullopt;
}

bool is_subject(std::string_view text) noexcept {
  if (text.empty() || text.size() > kMaxLength || text.back() == '.' || !is_visible(text))
    return false;
  while (!text.empty()) {
    auto const part = next_part(text);
    if (part.empty() || part == "*" || part == ">") return false;
  }
  return true;
}

bool is_pattern(std::string_view text) noexcept {
  if (text.empty() || text.size() > kMaxLength || text.back() == '.' || !is_visible(text))
    return false;
  while (!text.empty()) {
    auto const part = next_part(text);
    if (part.empty() || (part == ">" && !text.empty())) return false;
  }
  return true;
}

bool matches(std::string_view pattern, std::string_view subject) noexcept {
  while (!pattern.empty() && !subject.empty()) {
    auto const wanted = next_part(pattern);
    if (wanted == ">") return true;
    auto const part = next_part(subject);
    if (wanted != "*" && wanted != part) return false;
  }
  return pattern.empty() && subject.empty();
}

}  // namespace archipelago::bus::subjects
