// The flush of the crowd policy, step by step.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "engine/crowd.hpp"
#include "engine/number_sort.hpp"

namespace archipelago::engine {
namespace {

/// Eight bytes of an id as a number that orders as they do; zeros where it ends before.
std::uint64_t head_of(std::string_view id, std::size_t from) {
  std::uint64_t head = 0;
  auto const rest = id.substr(from, sizeof head);
  std::memcpy(&head, rest.data(), rest.size());
  return std::endian::native == std::endian::little ? __builtin_bswap64(head) : head;
}

}  // namespace

std::span<Change const> CrowdEngine::flush(std::chrono::milliseconds now) {
  begin(now);
  take_in();
  wishes_.apply(now);
  world_.grid.sort(world_.bodies, world_.spare, age());
  enlist();
  world_.roster.build(world_.bodies, world_.grid.core_count(), world_.islands);
  splitter_.split_all();
  components_.settle();
  look_after_crowds();
  world_.roster.clear();
  forget_refused();
  return tell();
}

void CrowdEngine::begin(std::chrono::milliseconds now) {
  for (auto const slot : std::exchange(told_departed_, {})) world_.players.free(slot);
  world_.islands.sweep(now);
  auto const passed = std::chrono::duration<double>(now - now_).count();
  world_.seconds = flushed_ && passed > 0 ? passed : 2;
  now_ = now;
  flushed_ = true;
  world_.work = 0;
  drain(changes_, placed_);
  drain(world_.moves, placed_);
  drain(world_.newcomers, placed_);
  drain(components_.arrivals, placed_);
  if (pending_.empty()) drain(pending_, placed_);
  view_is_fresh_ = false;
}

/// By id: the order of reports must not matter. Ids mostly begin alike, so the eight bytes after
/// what is common decide nearly always.
void CrowdEngine::sort_pending() {
  if (pending_.empty()) return;
  std::string_view common = world_.players[pending_[0].slot].id;
  for (auto const& p : pending_) {
    std::string_view const id = world_.players[p.slot].id;
    if (id.starts_with(common)) continue;  // nearly always
    common = common.substr(
        0, static_cast<std::size_t>(std::ranges::mismatch(common, id).in1 - common.begin()));
  }
  Raw<Numbered> order(pending_.size());
  for (Index i = 0; i < pending_.size(); ++i)
    order[i] = {head_of(world_.players[pending_[i].slot].id, common.size()), i};
  sort_by_number(order);
  for (auto first = order.begin(); first != order.end();) {
    auto const last = std::ranges::find_if(
        first, order.end(), [first](Numbered const& n) { return n.number != first->number; });
    if (last - first > 1)
      std::ranges::sort(first, last, {}, [this](Numbered const& n) -> std::string const& {
        return world_.players[pending_[n.row].slot].id;
      });
    first = last;
  }
  std::vector<Pending> sorted(pending_.size());
  for (Index i = 0; i < sorted.size(); ++i) sorted[i] = pending_[order[i].row];
  pending_.swap(sorted);
}

void CrowdEngine::take_in() {
  sort_pending();
  auto& bodies = world_.bodies;
  auto i = bodies.size();
  bodies.resize(i + pending_.size());
  for (auto const& p : pending_) {
    world_.players.set_born(p.slot, ++last_born_);
    world_.players.set_where(p.slot, i);
    bodies.x[i] = bodies.seen_x[i] = p.x;
    bodies.z[i] = bodies.seen_z[i] = p.z;
    bodies.body[i] = {.slot = p.slot};
    ++i;
  }
  placed_ += pending_.size();
  pending_.clear();
}

/// How fast everybody is, and that another flush has passed. Returns where all are.
Grid::Extent CrowdEngine::age() {
  Grid::Extent extent;
  auto& bodies = world_.bodies;
  auto const to_speed = static_cast<float>(16 / world_.seconds);
  auto const *const x = bodies.x.data(), *const z = bodies.z.data();
  auto const *const seen_x = bodies.seen_x.data(), *const seen_z = bodies.seen_z.data();
  auto* const all = bodies.body.data();
  auto const count = bodies.size();
  world_.work += count;
  for (Index i = 0; i < count; ++i) {
    auto& body = all[i];
    float const dx = x[i] - seen_x[i], dz = z[i] - seen_z[i];
    auto const speed = std::min(255.0F, 0.6F * static_cast<float>(body.speed) +
                                            0.4F * to_speed * std::sqrt(dx * dx + dz * dz));
    body.speed = static_cast<std::uint8_t>(speed);
    // Without a branch: who walks cannot be predicted.
    body.flags = static_cast<std::uint8_t>(body.flags & (speed > kWalking ? ~kMoves : ~0));
    body.cooldown = static_cast<std::uint8_t>(body.cooldown - (body.cooldown != 0 ? 1 : 0));
    extent.include(body, x[i], z[i]);
  }
  return extent;
}

/// Everybody's place in the new order, and who is new.
void CrowdEngine::enlist() {
  auto const* const all = world_.bodies.body.data();
  for (Index i = 0, count = world_.bodies.size(); i < count; ++i) {
    world_.players.set_where(all[i].slot, i);
    if (all[i].island == kNone) world_.newcomers.push_back(i);
  }
  world_.moves.reserve(world_.moves.size() + world_.newcomers.size());
}

void CrowdEngine::look_after_crowds() {
  auto& crowd = components_.crowd;
  mender_.bring_together(crowd);
  for (auto const row : crowd) {
    auto& island = world_.islands[row];
    if (island.torn) island.calm = 0;
    island.disturbed = island.torn = false;
  }
  anchors_.start(crowd);
  arrivals_.seat(components_.arrivals, crowd);
  anchors_.pull(crowd);
  std::size_t people = 0;
  for (auto const row : crowd) people += world_.islands[row].size;
  transfers_.carry_out(anchors_.urges(), people);
  growth_.earn(world_, people);
  gatherer_.gather(anchors_, crowd);
  carver_.carve(anchors_, crowd);
  mender_.mend(crowd);
}

/// Newcomers whom the hook refused.
void CrowdEngine::forget_refused() {
  for (auto const i : world_.newcomers) {
    auto& body = world_.bodies.body[i];
    if (body.island != kNone) continue;
    body.set(kGone);
    if (world_.players[body.slot].wishes) wishes_.forget(body.slot);
    world_.players.forget(body.slot);
    told_departed_.push_back(body.slot);
    --placed_;
  }
}

std::span<Change const> CrowdEngine::tell() {
  changes_.clear();
  changes_.reserve(departed_.size() + world_.moves.size());
  tell_departures();
  constexpr std::size_t kAhead = 8;
  for (std::size_t i = 0; i < world_.moves.size(); ++i) {
    world_.players.prefetch(world_.moves[std::min(i + kAhead, world_.moves.size() - 1)].slot);
    auto const& [slot, from, cause] = world_.moves[i];
    auto& body = world_.bodies.body[world_.players.where(slot)];
    body.clear(kMoved);
    if (body.is(kGone) || body.island == from) continue;
    changes_.push_back({.player = world_.players[slot].id,
                        .to = world_.islands[body.island].id,
                        .from = from == kNone ? std::string_view{} : world_.islands[from].id,
                        .cause = cause});
  }
  world_.moves.clear();
  retire_empty();
  refused_.clear();
  for (auto const& r : wishes_.refused()) refused_.push_back({r.player, r.room, r.reason});
  return changes_;
}

/// Who left and came back within the flush is told where it is now, once.
void CrowdEngine::tell_departures() {
  std::ranges::sort(departed_, {}, [this](Departed const& d) -> std::string const& {
    return world_.players[d.slot].id;
  });
  for (auto const& [slot, island] : departed_) {
    told_departed_.push_back(slot);
    std::string_view const id = world_.players[slot].id;
    if (world_.players.find(id) == kNone)
      changes_.push_back(
          {.player = id, .to = {}, .from = world_.islands[island].id, .cause = Cause::departure});
  }
  departed_.clear();
}

void CrowdEngine::retire_empty() {
  for (Index row = 0; row < world_.islands.row_count(); ++row) {
    world_.islands[row].adopted = false;
    if (world_.islands[row].size == 0) world_.islands.retire(row);
  }
}

}  // namespace archipelago::engine
