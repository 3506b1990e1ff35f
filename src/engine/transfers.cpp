// Carries out what people want, as far as seats and the churn budget allow.
#include "engine/transfers.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace archipelago::engine {
namespace {

constexpr double kSavedMinutes = 0.5;  // of budget, at most

std::uint64_t route(Index from, Index to) {
  return (std::uint64_t{from} << 32U) | to;
}

/// Puts at least so many in front that gain more than all others; by classes of gains, as that is
/// faster than comparing.
std::span<Urge>::iterator set_apart(std::span<Urge> urges, std::size_t count) {
  constexpr std::size_t kClasses = 4096;
  auto const class_of = [](Urge const& urge) {  // floats that are not negative go by their bits
    auto const bits = std::bit_cast<std::uint32_t>(urge.gain) >> 18U;
    return std::min<std::size_t>(bits, kClasses - 1);
  };
  std::array<Index, kClasses> members{};
  for (auto const& urge : urges) ++members[class_of(urge)];
  auto last = kClasses - 1;
  for (std::size_t sum = members[last]; sum < count; sum += members[--last]) {
  }
  return std::ranges::partition(urges, [&](Urge const& u) { return class_of(u) >= last; }).begin();
}

}  // namespace

void Transfers::carry_out(std::vector<Urge>& urges, std::size_t players_in_crowds) {
  auto const people = static_cast<double>(players_in_crowds);
  auto const income = world_.tuning.budget * people;  // a minute
  tokens_ = std::min(tokens_ + income * world_.seconds / 60, income * kSavedMinutes);
  waiting_.clear();
  // The budget ends long before the urges: as many are sorted as it may pay for.
  for (std::size_t done = 0; done < urges.size() && tokens_ >= 1;) {
    auto const rest = std::span(urges).subspan(done);
    auto const wanted = std::max(done, static_cast<std::size_t>(2 * tokens_));
    auto const most = rest.first(std::min(rest.size(), wanted));
    sort_most_urgent(rest, most.size());
    for (auto i = most.begin(); i != most.end() && tokens_ >= 1; ++i) try_out(*i);
    done += most.size();
  }
}

/// Puts so many in front, those who gain most first, the longest-standing of equals.
void Transfers::sort_most_urgent(std::span<Urge> urges, std::size_t count) const {
  auto const before = [this](Urge const& a, Urge const& b) {
    auto const born = [this](Urge const& u) {
      return world_.players.born(world_.bodies.body[u.body].slot);
    };
    return a.gain != b.gain ? a.gain > b.gain : born(a) < born(b);
  };
  auto const end = urges.begin() + static_cast<std::ptrdiff_t>(count);
  if (end != urges.end())
    std::ranges::nth_element(urges.begin(), end, set_apart(urges, count), before);
  std::ranges::sort(urges.begin(), end, before);
}

void Transfers::try_out(Urge const& urge) {
  auto const& target = world_.islands[urge.to];
  if (target.size + target.claimed >= world_.tuning.cap)
    swap_or_wait(urge);
  else if (auto const host = host_of(urge); host != kNone && may_leave(urge.body))
    go(urge.body, urge.to, host);
}

/// Somebody who was there when the flush began, and still is, and stands within join distance.
Index Transfers::host_of(Urge const& urge, Index leaving) {
  auto const& island = world_.islands[urge.to];
  auto const x = world_.bodies.x[urge.body], z = world_.bodies.z[urge.body];
  if (!world_.join.covers_gap(std::max(island.min_x - x, x - island.max_x),
                              std::max(island.min_z - z, z - island.max_z)))
    return kNone;
  auto const members = world_.roster.members(island);
  auto const xs = world_.roster.xs(island), zs = world_.roster.zs(island);
  auto const next = [&](std::size_t first) {
    return world_.join.find(x, z, xs.data(), zs.data(), members.size(), first);
  };
  world_.work += members.size();
  for (auto i = next(0); i < members.size(); i = next(i + 1))
    if (members[i] != leaving && world_.is_still_on(members[i], urge.to))
      return world_.may_be_on(urge.body, urge.to) ? members[i] : kNone;
  return kNone;
}

/// Nobody to whom somebody came in this flush.
bool Transfers::may_leave(Index body) {
  return world_.bodies.body[body].cooldown == 0 && ties_.release(body);
}

/// With the first in the queue who can; who cannot is not asked again.
void Transfers::swap_or_wait(Urge const& urge) {
  auto const from = world_.bodies.body[urge.body].island;
  auto const found = waiting_.find(route(urge.to, from));
  if (found != waiting_.end() && found->second.next < found->second.urges.size()) {
    if (tokens_ < 2 || !may_leave(urge.body)) return;
    auto& [queue, next] = found->second;
    while (next < queue.size()) {
      auto const& other = queue[next++];
      auto const theirs = may_leave(other.body) ? host_of(other, urge.body) : kNone;
      if (theirs == kNone) continue;
      auto const mine = host_of(urge, other.body);
      if (mine == kNone) return;
      go(other.body, from, theirs);
      return go(urge.body, urge.to, mine);
    }
  }
  waiting_[route(from, urge.to)].urges.push_back(urge);
}

/// The host stays for this flush: else who came would be alone, and be split off at once.
void Transfers::go(Index index, Index to, Index host) {
  world_.shift(index, to, Cause::voluntary);
  auto& body = world_.bodies.body[index];
  body.cooldown = world_.tuning.cooldown;
  auto& stays = world_.bodies.body[host].cooldown;
  stays = std::max<std::uint8_t>(stays, 1);
  body.flags = static_cast<std::uint8_t>(body.flags + kOneMove);
  tokens_ -= 1;
}

}  // namespace archipelago::engine
