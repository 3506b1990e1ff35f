// Connection strings of our own rooms.
#include "adapters/ws_room.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace archipelago::adapters {
namespace {

constexpr std::size_t kMaxIslandName = 255;
constexpr std::string_view kProtocol = "ws-room:";
constexpr std::string_view kRooms = "/rooms/";

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_plain(char c) {
  return is_alphanumeric(c) || c == '-' || c == '_';
}

bool may_stand_in_base(char c) {
  return is_plain(c) || std::string_view(".:/[]%~").find(c) != std::string_view::npos;
}

std::string_view after_scheme(std::string_view base) {
  for (std::string_view const scheme : {"ws://", "wss://"})
    if (base.starts_with(scheme)) return base.substr(scheme.size());
  return {};
}

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// `host[:port]`; brackets stand around the whole host or nowhere.
bool is_authority(std::string_view text) {
  auto const close = text.starts_with('[') ? text.find(']') : 0;
  if (close == std::string_view::npos) return false;
  auto const end = std::min(text.find(':', close), text.size());
  if (close != 0 && end != close + 1) return false;
  if (text.substr(close == 0 ? 0 : end).find_first_of("[]") != std::string_view::npos) return false;
  return end == text.size() || is_port(text.substr(end + 1));
}

}  // namespace

std::optional<std::string> WsRoom::problem_with_base(std::string_view base) {
  auto const rest = after_scheme(base);
  auto const host = rest.substr(0, rest.find_first_of("/:"));
  if (host.empty() && !rest.starts_with('['))
    return "must be ws://host[:port][/path] or wss://host[:port][/path]";
  if (!is_authority(rest.substr(0, rest.find('/')))) return "has no host or port that could be one";
  if (!std::ranges::all_of(rest, may_stand_in_base))
    return "has characters that cannot stand in a host, port or path";
  return std::nullopt;
}

WsRoom::WsRoom(std::string base, auth::RoomKey const& key, Millis token_lifetime, Epoch epoch)
    : base_(std::move(base)), key_(key), token_lifetime_(token_lifetime), epoch_(std::move(epoch)) {
  if (auto const problem = problem_with_base(base_))
    throw std::invalid_argument("rooms' base url " + *problem);
  if (token_lifetime_ <= Millis{0})
    throw std::invalid_argument("room token lifetime must be positive");
  while (base_.ends_with('/')) base_.pop_back();
}

Result<std::string> WsRoom::connection_string(std::string_view island, Address const& player,
                                              WallTime now) {
  if (island.empty() || island.size() > kMaxIslandName || !std::ranges::all_of(island, is_plain))
    return fail(Errc::internal_error, "an island's name cannot stand in a path");
  std::string text(kProtocol);
  text += base_;
  text += kRooms;
  text += island;
  text += "?access_token=";
  text += key_.issue(island, player, now + token_lifetime_, epoch_ ? epoch_() : 0);
  return text;
}

bool WsRoom::carries(std::string_view connection) const {
  if (!connection.starts_with(kProtocol)) return false;
  auto const url = connection.substr(kProtocol.size());
  return url.starts_with(base_) && url.substr(base_.size()).starts_with(kRooms);
}

}  // namespace archipelago::adapters
