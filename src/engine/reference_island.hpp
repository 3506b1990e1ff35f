// What the reference policy keeps of a player and of an island, and the plane geometry of WIRE 5.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "archipelago/engine.hpp"

namespace archipelago::engine::reference {

struct Island;

struct Player {
  std::string id;
  Position at;
  std::string wish;          ///< desired_room; empty: none
  Island* island = nullptr;  ///< nothing while pending
};

using Group = std::vector<Player*>;

/// `changed` doubles as "the geometry is stale": geometry() recomputes it and clears the mark, so
/// that an island that grew by a merge is looked at again only when one of its members reports
/// (WIRE 5).
struct Island {
  std::uint64_t sequence = 0;  ///< order of creation
  std::string id;
  Group members;
  bool changed = true;
  double centre_x = 0, centre_z = 0, radius = 0;

  void refresh_geometry();
};

/// In the XZ plane; the limit is inclusive.
[[nodiscard]] bool within(Position a, Position b, double limit);

/// The player stands within `limit` of some member of the group.
[[nodiscard]] bool near(Player const& player, Group const& group, double limit);

/// Their circles come within `join` of each other, and so do two members.
[[nodiscard]] bool intersect(Island& a, Island& b, double join);

/// The parts of an island that hold together at `leave`, in the order and with the order of members
/// of WIRE 5.
[[nodiscard]] std::vector<Group> connected_groups(Group const& members, double leave);

/// The most wished-for room; among equals the one that got there first. Empty: nobody wishes.
[[nodiscard]] std::string_view most_wished(Group const& members);

}  // namespace archipelago::engine::reference
