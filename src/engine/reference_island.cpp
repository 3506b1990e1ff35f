// Geometry, grouping and votes of the reference policy.
#include "engine/reference_island.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace archipelago::engine::reference {
namespace {

double squared_distance(double ax, double az, double bx, double bz) {
  double const dx = ax - bx;
  double const dz = az - bz;
  return dx * dx + dz * dz;
}

}  // namespace

bool within(Position a, Position b, double limit) {
  return squared_distance(a.x, a.z, b.x, b.z) <= limit * limit;
}

bool near(Player const& player, Group const& group, double limit) {
  return std::ranges::any_of(group,
                             [&](Player const* p) { return within(player.at, p->at, limit); });
}

void Island::refresh_geometry() {
  if (!changed) return;
  double x = 0, z = 0;
  for (auto const* p : members) {
    x += p->at.x;
    z += p->at.z;
  }
  auto const count = static_cast<double>(members.size());
  centre_x = x / count;
  centre_z = z / count;
  double farthest = 0;
  for (auto const* p : members)
    farthest = std::max(farthest, squared_distance(p->at.x, p->at.z, centre_x, centre_z));
  radius = std::sqrt(farthest);
  changed = false;
}

bool intersect(Island& a, Island& b, double join) {
  a.refresh_geometry();
  b.refresh_geometry();
  double const reach = a.radius + b.radius + join;
  if (squared_distance(a.centre_x, a.centre_z, b.centre_x, b.centre_z) > reach * reach)
    return false;
  return std::ranges::any_of(a.members, [&](Player const* p) { return near(*p, b.members, join); });
}

std::vector<Group> connected_groups(Group const& members, double leave) {
  std::vector<Group> groups;
  for (auto* const player : members) {
    Group* home = nullptr;
    for (auto& group : groups) {
      if (!near(*player, group, leave)) continue;
      if (home == nullptr) {
        home = &group;
        home->push_back(player);
      } else {
        home->insert(home->end(), group.begin(), group.end());
        group.clear();
      }
    }
    if (home == nullptr) groups.push_back({player});
    std::erase_if(groups, [](Group const& g) { return g.empty(); });
  }
  return groups;
}

std::string_view most_wished(Group const& members) {
  std::vector<std::pair<std::string_view, std::size_t>> votes;
  std::pair<std::string_view, std::size_t> best{};
  for (auto const* p : members) {
    if (p->wish.empty()) continue;
    auto vote =
        std::ranges::find(votes, std::string_view(p->wish), [](auto& v) { return v.first; });
    if (vote == votes.end()) vote = votes.insert(votes.end(), {p->wish, 0});
    if (++vote->second > best.second) best = *vote;
  }
  return best.first;
}

}  // namespace archipelago::engine::reference
