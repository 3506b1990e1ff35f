// The choice of a carrier, and when it is made anew.
#include "adapters/switchboard.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "base/log.hpp"

namespace archipelago::adapters {
namespace {

/// FNV-1a, then splitmix64's finalizer: the same on every machine.
std::uint64_t hash(std::string_view island, std::string_view carrier) {
  std::uint64_t value = 0xcbf29ce484222325U;
  for (auto const part : {island, std::string_view("\n"), carrier})
    for (char const c : part) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

/// Weighted rendezvous: the highest wins, each with a chance in proportion to its weight.
double preference(std::string_view island, Carrier const& carrier) {
  constexpr double kSteps = 9007199254740992.0;  // 2^53
  auto const share = (static_cast<double>(hash(island, carrier.name) >> 11U) + 0.5) / kSteps;
  auto const weight = static_cast<double>(std::max<std::size_t>(carrier.capacity, 1));
  return -weight / std::log(share);
}

/// `wss://lk.example.org:7880/path` -> `lk.example.org:7880`; "" for what is no URL.
std::string_view host_of(std::string_view url) {
  auto const scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  auto const rest = url.substr(scheme + 3);
  return rest.substr(0, rest.find('/'));
}

}  // namespace

Switchboard::Switchboard(std::vector<Carrier> carriers, std::vector<Rule> rules,
                         SwitchboardOptions options, Metrics& metrics)
    : rules_(std::move(rules)), options_(std::move(options)), metrics_(metrics) {
  for (auto& carrier : carriers)
    if (std::ranges::find(rules_, carrier.kind, &Rule::kind) != rules_.end())
      states_.push_back({.carrier = std::move(carrier)});
  auto const has_carrier = [this](Rule const& rule) {
    return std::ranges::any_of(states_, [&](auto const& s) { return s.carrier.kind == rule.kind; });
  };
  if (rules_.empty() || !std::ranges::all_of(rules_, has_carrier))
    throw std::invalid_argument("every rule needs a backend of its kind");
}

Result<std::string> Switchboard::connection_string(std::string_view island, Address const& player,
                                                   WallTime now) {
  metrics_.add(Metric::connection_strings);
  auto const& carrier = states_[only_one() ? 0 : place(island).carrier].carrier;
  return carrier.backend->connection_string(island, player, now);
}

/// Of an island that no review has seen: chosen by its name alone.
Switchboard::Place& Switchboard::place(std::string_view island) {
  auto place = places_.find(island);
  if (place == places_.end())
    place = places_.emplace(island, choose({.id = island}, nullptr, {})).first;
  else if (island == options_.pinned && !usable(states_[place->second.carrier]))
    place->second = choose({.id = island}, &place->second, {});
  return place->second;
}

std::vector<std::string> Switchboard::review(std::span<IslandFacts const> islands, Instant now) {
  std::vector<std::string> moved;
  if (only_one()) return moved;
  ++review_;
  count_players(islands);
  for (auto const& island : islands)
    if (look_at(island, now)) moved.emplace_back(island.id);
  std::erase_if(places_, [this](auto const& entry) {
    return entry.second.review != review_ && entry.first != options_.pinned;
  });
  return moved;
}

/// True: it moved.
bool Switchboard::look_at(IslandFacts const& island, Instant now) {
  auto const known = places_.find(island.id);
  auto const place = choose(island, known == places_.end() ? nullptr : &known->second, now);
  if (known == places_.end()) {
    places_.emplace(island.id, place);
    states_[place.carrier].players += island.players;
    return false;
  }
  bool const moves = known->second.carrier != place.carrier;
  if (moves) {
    move(island.id, island.players, known->second, place);
  } else {
    known->second.rule = place.rule;
    known->second.review = review_;
  }
  return moves;
}

void Switchboard::count_players(std::span<IslandFacts const> islands) {
  for (auto& state : states_) state.players = 0;
  for (auto const& island : islands)
    if (auto const place = places_.find(island.id); place != places_.end())
      states_[place->second.carrier].players += island.players;
  all_failed_ = std::ranges::none_of(states_, &State::healthy);
}

void Switchboard::move(std::string_view island, std::size_t players, Place& from, Place const& to) {
  auto& old = states_[from.carrier];
  auto& next = states_[to.carrier];
  log::info("adapters", "island moved",
            {{"island", island},
             {"from", old.carrier.name},
             {"to", next.carrier.name},
             {"failed", !old.healthy}});
  metrics_.add(old.healthy ? Metric::islands_moved_rule : Metric::islands_moved_failed);
  old.players -= players;
  next.players += players;
  from = to;
}

/// Never empty-handed. Who is placed for the first time may be moved at once.
Switchboard::Place Switchboard::choose(IslandFacts const& island, Place const* present,
                                       Instant now) const {
  bool const usable_now = present != nullptr && usable(states_[present->carrier]);
  if (usable_now && now < present->stays_until) return *present;
  Place place{.stays_until = present != nullptr ? now + options_.stay : now, .review = review_};
  for (place.rule = 0; place.rule < rules_.size(); ++place.rule) {
    bool const its_own = present != nullptr && present->rule == place.rule;
    if (!rules_[place.rule].fits(island, its_own ? options_.slack : 0)) continue;
    auto const carrier = carrier_for(place.rule, island, present);
    if (!carrier) continue;
    place.carrier = *carrier;
    return place;
  }
  place.carrier = last_resort(island, present);
  return place;
}

std::optional<std::size_t> Switchboard::carrier_for(std::size_t rule, IslandFacts const& island,
                                                    Place const* present) const {
  auto const& wanted = rules_[rule];
  std::optional<std::size_t> best;
  double best_preference = 0;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    auto const& state = states_[i];
    if (state.carrier.kind != wanted.kind || !usable(state)) continue;
    if (present != nullptr && present->carrier == i) return i;
    auto const prefers = preference(island.id, state.carrier);
    if (!has_room(state, wanted, island) || (best && prefers <= best_preference)) continue;
    best = i;
    best_preference = prefers;
  }
  return best;
}

bool Switchboard::has_room(State const& state, Rule const& rule, IslandFacts const& island) const {
  auto const capacity = state.carrier.capacity;
  if (capacity == 0) return true;
  if (rule.fill_below &&
      state.players * 100 >= static_cast<std::size_t>(*rule.fill_below) * capacity)
    return false;
  return state.players + island.players <= capacity;
}

std::size_t Switchboard::last_resort(IslandFacts const& island, Place const* present) const {
  if (present != nullptr && usable(states_[present->carrier])) return present->carrier;
  auto const best_of = [&](std::string_view kind) {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < states_.size(); ++i)
      if (states_[i].carrier.kind == kind && usable(states_[i]) &&
          (!best || preference(island.id, states_[i].carrier) >
                        preference(island.id, states_[*best].carrier)))
        best = i;
    return best;
  };
  for (auto const& rule : rules_)
    if (auto const best = best_of(rule.kind)) return *best;
  return 0;
}

void Switchboard::set_healthy(std::string_view carrier, bool healthy) {
  for (auto& state : states_)
    if (state.carrier.name == carrier) state.healthy = healthy;
  all_failed_ = std::ranges::none_of(states_, &State::healthy);
}

Carrier const* Switchboard::find_carrier(std::string_view island) const {
  if (only_one()) return &states_[0].carrier;
  auto const place = places_.find(island);
  return place == places_.end() ? nullptr : &states_[place->second.carrier].carrier;
}

std::string_view Switchboard::carrier_of(std::string_view island) const {
  auto const* const carrier = find_carrier(island);
  return carrier == nullptr ? std::string_view() : carrier->name;
}

std::string Switchboard::carrier(std::string_view island) const {
  auto const* const found = find_carrier(island);
  if (found == nullptr) return {};
  auto const authority = host_of(found->name);
  return authority.empty() ? found->kind : found->kind + " " + std::string(authority);
}

}  // namespace archipelago::adapters
