// The crowd policy: input and views. Its flush is in crowd_flush.cpp.
#include "engine/crowd.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace archipelago::engine {
namespace {

Hooks checked(Limits const& limits, CrowdOptions const& options, Hooks hooks) {
  if (auto const problem = problem_with(limits)) throw std::invalid_argument(*problem);
  if (auto const problem = problem_with(options)) throw std::invalid_argument(*problem);
  if (!hooks.new_island_id) throw std::invalid_argument("new_island_id is missing");
  return hooks;
}

}  // namespace

CrowdEngine::CrowdEngine(Limits const& limits, CrowdOptions const& options, Hooks hooks)
    : world_(limits, options, checked(limits, options, std::move(hooks))),
      door_(limits),
      wishes_(world_),
      splitter_(world_),
      components_(world_),
      arrivals_(world_),
      anchors_(world_),
      transfers_(world_),
      gatherer_(world_, growth_),
      carver_(world_, growth_),
      mender_(world_) {}

std::unique_ptr<Engine> make_crowd_engine(Limits const& limits, CrowdOptions const& options,
                                          Hooks hooks) {
  return std::make_unique<CrowdEngine>(limits, options, std::move(hooks));
}

Admission CrowdEngine::report(std::string_view id, Position at,
                              std::optional<std::string_view> desired_room) {
  auto const admission = door_.admit(id, at, desired_room);
  if (!is_refused(admission)) take(id, at, desired_room);
  return admission;
}

/// What a report says that was admitted. Returns whose it is.
Index CrowdEngine::take(std::string_view id, Position at,
                        std::optional<std::string_view> desired_room) {
  auto slot = world_.players.find(id);
  if (slot == kNone) {
    slot = world_.players.add(id);
    world_.players.set_where(slot, static_cast<Index>(pending_.size()));
    pending_.push_back({slot, 0, 0});
  }
  auto& player = world_.players[slot];
  auto const where = world_.players.where(slot);
  player.y = at.y;
  if (world_.players.born(slot) == 0) {
    pending_[where].x = at.x;
    pending_[where].z = at.z;
  } else {
    world_.bodies.x[where] = at.x;
    world_.bodies.z[where] = at.z;
  }
  if (desired_room && (player.wishes || !desired_room->empty()))
    wishes_.report(slot, *desired_room);
  return slot;
}

void CrowdEngine::leave(std::string_view id) {
  auto const slot = world_.players.find(id);
  if (slot == kNone) return;
  auto& player = world_.players[slot];
  if (player.wishes) wishes_.forget(slot);
  world_.players.forget(slot);
  view_is_fresh_ = false;
  auto const where = world_.players.where(slot);
  if (world_.players.born(slot) == 0) {
    pending_[where] = pending_.back();
    world_.players.set_where(pending_[where].slot, where);
    pending_.pop_back();
    told_departed_.push_back(slot);  // nobody was told, but the book of wishes may still list it
    return;
  }
  auto& body = world_.bodies.body[where];
  departed_.push_back({slot, body.island});
  --placed_;
  auto& island = world_.islands[body.island];
  --island.size;
  island.torn = true;
  if (body.is(kGuest)) --island.guests;
  body.set(kGone);
}

std::optional<PlayerView> CrowdEngine::find(std::string_view id) const {
  auto const slot = world_.players.find(id);
  if (slot == kNone) return std::nullopt;
  auto const& player = world_.players[slot];
  auto const where = world_.players.where(slot);
  if (world_.players.born(slot) == 0) {
    auto const& p = pending_[where];
    return PlayerView{{}, {p.x, player.y, p.z}};
  }
  auto const& bodies = world_.bodies;
  return PlayerView{world_.islands[bodies.body[where].island].id,
                    {bodies.x[where], player.y, bodies.z[where]}};
}

std::size_t CrowdEngine::island_count() const {
  std::size_t count = 0;
  for (Index row = 0; row < world_.islands.row_count(); ++row)
    count += world_.islands[row].size != 0 ? 1U : 0U;
  return count;
}

void CrowdEngine::build_view() const {
  if (std::exchange(view_is_fresh_, true)) return;
  auto const rows = world_.islands.row_count();
  view_order_.clear();
  view_first_.assign(rows + 1, 0);
  Index sum = 0;
  for (Index row = 0; row < rows; ++row) {
    view_first_[row] = sum;
    sum += world_.islands[row].size;
    if (world_.islands[row].size != 0) view_order_.push_back(row);
  }
  view_members_.resize(sum);
  for (Index i = 0; i < world_.bodies.size(); ++i)
    if (auto const& body = world_.bodies.body[i]; !body.is(kGone))
      view_members_[view_first_[body.island]++] = i;
  for (Index row = rows; row > 0; --row) view_first_[row] = view_first_[row - 1];
  view_first_[0] = 0;
  std::ranges::sort(view_order_, {}, [this](Index row) { return world_.islands[row].born; });
}

void CrowdEngine::show(Index row, std::function<void(IslandView const&)> const& see) const {
  auto const& bodies = world_.bodies;
  auto const ids =
      std::span(view_members_).subspan(view_first_[row], view_first_[row + 1] - view_first_[row]);
  std::vector<Member> members;
  members.reserve(ids.size());
  IslandView view{.id = world_.islands[row].id, .members = {}, .max_peers = world_.tuning.cap};
  for (auto const i : ids) {
    auto const& player = world_.players[bodies.body[i].slot];
    members.push_back({player.id, {bodies.x[i], player.y, bodies.z[i]}});
    view.centre_x += bodies.seen_x[i];
    view.centre_z += bodies.seen_z[i];
  }
  view.centre_x /= static_cast<double>(ids.size());
  view.centre_z /= static_cast<double>(ids.size());
  for (auto const i : ids)
    view.radius = std::max(view.radius, std::hypot(bodies.seen_x[i] - view.centre_x,
                                                   bodies.seen_z[i] - view.centre_z));
  view.members = members;
  see(view);
}

void CrowdEngine::each_island(std::function<void(IslandView const&)> const& see) const {
  build_view();
  for (auto const row : view_order_) show(row, see);
}

bool CrowdEngine::see_island(std::string_view id,
                             std::function<void(IslandView const&)> const& see) const {
  auto const row = world_.islands.find(id);
  if (row == kNone || world_.islands[row].size == 0) return false;
  build_view();
  show(row, see);
  return true;
}

}  // namespace archipelago::engine
