// Rules: read, and held against an island.
#include "adapters/rule.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace archipelago::adapters {
namespace {

constexpr std::array<std::string_view, 4> kKinds{"ws-room", "livekit", "simulator", "offline"};
constexpr double kParcel = 16;  // m
constexpr int kFarthestParcel = 10'000;
constexpr std::size_t kMostPlayers = 100'000;

tl::unexpected<Error> wrong(std::string_view word) {
  return fail(Errc::bad_request, "not a rule's word: " + std::string(word.substr(0, 64)));
}

template <class Number>
bool read(std::string_view text, Number& number) {
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

template <class Number>
std::optional<Number> within(std::string_view text, Number least, Number most) {
  Number number{};
  if (!read(text, number) || number < least || number > most) return std::nullopt;
  return number;
}

/// `X:Z`.
bool read_corner(std::string_view text, int& x, int& z) {
  auto const colon = text.find(':');
  return colon != std::string_view::npos && read(text.substr(0, colon), x) &&
         read(text.substr(colon + 1), z) && std::abs(x) <= kFarthestParcel &&
         std::abs(z) <= kFarthestParcel;
}

std::optional<Zone> read_zone(std::string_view text) {
  auto const dots = text.find("..");
  Zone zone;
  if (dots == std::string_view::npos || !read_corner(text.substr(0, dots), zone.x1, zone.z1) ||
      !read_corner(text.substr(dots + 2), zone.x2, zone.z2))
    return std::nullopt;
  if (zone.x1 > zone.x2) std::swap(zone.x1, zone.x2);
  if (zone.z1 > zone.z2) std::swap(zone.z1, zone.z2);
  return zone;
}

/// False for a word that is wrong, or there already.
bool read_condition(std::string_view word, Rule& rule) {
  auto const take = [word](std::string_view head, auto& place, auto parse) {
    if (!word.starts_with(head) || place) return false;
    place = parse(word.substr(head.size()));
    return place.has_value();
  };
  return take("players>=", rule.players_from,
              [](auto text) { return within<std::size_t>(text, 0, kMostPlayers); }) ||
         take("players<", rule.players_below,
              [](auto text) { return within<std::size_t>(text, 1, kMostPlayers); }) ||
         take("zone=", rule.zone, read_zone) ||
         take("fill<", rule.fill_below, [](auto text) { return within<int>(text, 1, 100); });
}

bool inside(Zone const& zone, IslandFacts const& island, int margin) {
  auto const x = std::floor(island.x / kParcel);
  auto const z = std::floor(island.z / kParcel);
  return x >= zone.x1 - margin && x <= zone.x2 + margin && z >= zone.z1 - margin &&
         z <= zone.z2 + margin;
}

/// At least one player.
std::size_t allowance(std::size_t players, int slack) {
  if (slack == 0) return 0;
  return std::max<std::size_t>(players * static_cast<std::size_t>(slack) / 100, 1);
}

}  // namespace

Result<Rule> Rule::parse(std::string_view text) {
  Rule rule;
  while (!text.empty()) {
    auto const space = std::min(text.find(' '), text.size());
    auto const word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (word.empty()) continue;
    if (rule.kind.empty() && std::ranges::find(kKinds, word) != kKinds.end())
      rule.kind = word;
    else if (rule.kind.empty() || !read_condition(word, rule))
      return wrong(word);
  }
  if (rule.kind.empty()) return wrong("(none)");
  return rule;
}

bool Rule::fits(IslandFacts const& island, int slack) const {
  if (players_from && island.players + allowance(*players_from, slack) < *players_from)
    return false;
  if (players_below && island.players >= *players_below + allowance(*players_below, slack))
    return false;
  return !zone || inside(*zone, island, slack == 0 ? 0 : 1);
}

}  // namespace archipelago::adapters
