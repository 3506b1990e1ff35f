// The choice of a carrier, and when it is made anew.
#include "adapters/switchboard.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "adapters/rendezvous.hpp"
#include "base/log.hpp"

namespace archipelago::adapters {
namespace {

double preference(std::string_view island, Carrier const& carrier) {
  return adapters::preference(island, carrier.name,
                              static_cast<double>(std::max<std::size_t>(carrier.capacity, 1)));
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
  if (place != places_.end() && island != options_.pinned) return place->second;
  ask_backends();
  if (place == places_.end())
    place = places_.emplace(island, choose({.id = island}, nullptr, {})).first;
  else if (!usable(states_[place->second.carrier]))
    place->second = choose({.id = island}, &place->second, {});
  return place->second;
}

std::vector<std::string> Switchboard::review(std::span<IslandFacts const> islands, Instant now) {
  if (only_one()) return states_[0].carrier.backend->review(islands, now);
  ++review_;
  ask_backends();
  count_players(islands);
  std::vector<std::string> moved;
  std::vector<std::vector<IslandFacts>> shares(states_.size());
  for (auto const& island : islands) {
    if (look_at(island, now)) moved.emplace_back(island.id);
    shares[places_.find(island.id)->second.carrier].push_back(island);
  }
  std::erase_if(places_, [this](auto const& entry) {
    return entry.second.review != review_ && entry.first != options_.pinned;
  });
  for (std::size_t i = 0; i < states_.size(); ++i)
    std::ranges::move(states_[i].carrier.backend->review(shares[i], now),
                      std::back_inserter(moved));
  return moved;
}

void Switchboard::adopt(std::string_view island, std::string_view connection) {
  for (auto const& rule : rules_)
    for (std::size_t i = 0; i < states_.size(); ++i) {
      auto& carrier = states_[i].carrier;
      if (carrier.kind != rule.kind || !carrier.backend->carries(connection)) continue;
      places_.insert_or_assign(std::string(island),
                               Place{.rule = kAdopted, .carrier = i, .review = review_});
      return carrier.backend->adopt(island, connection);
    }
}

/// Of an adopted island, now that something is known of it: the rule that most likely carries it.
std::size_t Switchboard::rule_of(IslandFacts const& island, std::string_view kind) const {
  auto const fits = [&](Rule const& rule) {
    return rule.kind == kind && rule.fits(island, options_.slack);
  };
  return static_cast<std::size_t>(std::ranges::find_if(rules_, fits) - rules_.begin());
}

/// True: it moved.
bool Switchboard::look_at(IslandFacts const& island, Instant now) {
  auto const known = places_.find(island.id);
  if (known != places_.end() && known->second.rule == kAdopted)
    known->second.rule = rule_of(island, states_[known->second.carrier].carrier.kind);
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
}

/// What they know of themselves.
void Switchboard::ask_backends() {
  for (auto& state : states_) {
    state.alive = state.carrier.backend->alive();
    if (auto const capacity = state.carrier.backend->capacity()) state.carrier.capacity = *capacity;
  }
  all_failed_ = std::ranges::none_of(states_, &State::works);
}

void Switchboard::move(std::string_view island, std::size_t players, Place& from, Place const& to) {
  auto& old = states_[from.carrier];
  auto& next = states_[to.carrier];
  log::info("adapters", "island moved",
            {{"island", island},
             {"from", old.carrier.name},
             {"to", next.carrier.name},
             {"failed", !old.works()}});
  metrics_.add(old.works() ? Metric::islands_moved_rule : Metric::islands_moved_failed);
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
  all_failed_ = std::ranges::none_of(states_, &State::works);
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
  if (auto told = found->backend->carrier(island); !told.empty()) return told;
  auto const authority = host_of(found->name);
  return authority.empty() ? found->kind : found->kind + " " + std::string(authority);
}

}  // namespace archipelago::adapters
