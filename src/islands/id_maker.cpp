// Names of islands.
#include "islands/id_maker.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <tuple>

#include "base/base36.hpp"

namespace archipelago::islands {
namespace {

constexpr std::size_t kRandomCharacters = 4;

bool may_stand_in_id(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

/// Head and counter of an id, comparable: longer numbers are greater.
auto age(std::string_view id) {
  auto const counter = id.rfind('-') + 1;  // 0: there is no head
  auto const head = id.substr(0, counter);
  return std::tuple(head.size(), head, id.size(), id.substr(counter));
}

}  // namespace

bool older_id(std::string_view a, std::string_view b) {
  return age(a) < age(b);
}

std::optional<std::string> problem_with_prefix(std::string_view prefix) {
  if (prefix.size() <= kMaxPrefixBytes && std::ranges::all_of(prefix, may_stand_in_id))
    return std::nullopt;
  return "must have at most 32 characters of [0-9A-Za-z-]";
}

std::string island_id_head(std::string_view prefix, WallTime started, Random& random) {
  if (auto const problem = problem_with_prefix(prefix))
    throw std::invalid_argument("room prefix " + *problem);
  auto const ms = static_cast<std::uint64_t>(std::max<std::int64_t>(started.ms_since_epoch, 0));
  return std::string(prefix) + base36(ms) + random_text(random, kRandomCharacters) + "-";
}

std::function<std::string()> island_ids(std::string_view prefix, WallTime started, Random& random) {
  auto const head = island_id_head(prefix, started, random);
  return [head, last = std::make_shared<std::uint64_t>(0)] { return head + base36(++*last); };
}

}  // namespace archipelago::islands
