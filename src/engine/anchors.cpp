// Anchors and prices of a crowd: a Lloyd step over the people drawn to each, on a grid of 1/128 m
// so that a translation changes nothing and a crowd at rest comes to rest.
#include "engine/anchors.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace archipelago::engine {
namespace {

constexpr float kPull = 0.05F;        // of the way to the mean, a flush
constexpr float kPriceStep = 0.05F;   // of the spread squared
constexpr float kWayOut = 0.5F;       // the same, of an island that is to become empty
constexpr float kPriceDecay = 0.95F;  // a flush
constexpr float kLeastSpread = 4;     // m
constexpr float kGrain = 128;         // steps a metre
constexpr std::uint8_t kCalm = 100;   // flushes after which an island at rest stays as it is
constexpr Index kFewest = 3;          // people; fewer say nothing about a centre
constexpr float kMargin = 0.05F;      // radii past the border before somebody wants to move
constexpr float kWellInside = 0.3F;   // radii; to be farther past it is worth no more
constexpr float kWorthwhile = 20;     // s: who stays as long is worth half of who stands
constexpr std::size_t kRun = 64;      // anchors looked at in a row of squares

float grained(float v) {
  return std::round(v * kGrain) / kGrain;
}

}  // namespace

void Anchors::start(std::span<Index const> crowd) {
  for (auto const row : crowd) {
    auto& island = world_.islands[row];
    if (island.anchored) continue;
    island.anchored = true;
    island.calm = 0;
    island.price = 0;
    centre(island);
    auto const width = island.max_x - island.min_x, depth = island.max_z - island.min_z;
    island.spread = std::max(kLeastSpread, 0.5F * std::sqrt(width * width + depth * depth));
  }
}

/// Moves the anchor to the mean of the members.
void Anchors::centre(Island& island) const {
  auto const members = world_.roster.members(island);
  if (members.empty()) return;
  float x = 0, z = 0;
  for (auto const body : members) {
    x += world_.bodies.x[body] - island.min_x;
    z += world_.bodies.z[body] - island.min_z;
  }
  auto const n = static_cast<float>(members.size());
  island.anchor_x = island.min_x + grained(x / n);
  island.anchor_z = island.min_z + grained(z / n);
}

void Anchors::pull(std::span<Index const> crowd) {
  urges_.clear();
  resize_closely(hoods_, crowd.size());
  sums_.assign(crowd.size(), {});
  if (crowd.empty()) return;
  map(crowd);
  spots_.assign(world_.islands.row_count(), {});
  windows_ = {};
  for (auto const& square : map_) meet(square);
  draw();
  for (auto const row : crowd) update(world_.islands[row], sums_[world_.islands[row].place]);
}

/// Sorts the anchors into squares about as large as an island.
void Anchors::map(std::span<Index const> crowd) {
  constexpr float kFar = std::numeric_limits<float>::max();
  double spread = 0;
  min_x_ = min_z_ = kFar;
  for (auto const row : crowd) {
    auto const& island = world_.islands[row];
    spread += island.spread;
    min_x_ = std::min(min_x_, island.anchor_x);
    min_z_ = std::min(min_z_, island.anchor_z);
  }
  square_ = static_cast<float>(std::max(8.0, 2 * spread / static_cast<double>(crowd.size())));
  map_.clear();
  for (auto const row : crowd) {
    auto const& island = world_.islands[row];
    auto const down = static_cast<std::uint64_t>((island.anchor_z - min_z_) / square_);
    auto const along = static_cast<std::uint64_t>((island.anchor_x - min_x_) / square_);
    map_.push_back({(down << 32U) + along, island.min_x, island.min_z, island.max_x, island.max_z,
                    island.anchor_x, island.anchor_z, row});
  }
  std::ranges::sort(map_, [](Square const& a, Square const& b) {
    return a.at != b.at ? a.at < b.at : a.row < b.row;
  });
}

/// Collects islands around one: from the squares next to it, and if those are few, from a wider
/// ring. In a row of squares that is full of anchors it looks at some. Asked square by square, so
/// that the windows pass over the map once.
void Anchors::gather(Square const& square, Island const& island) {
  auto const down = static_cast<std::int64_t>(square.at >> 32U);
  auto const along = static_cast<std::int64_t>(square.at & 0xFFFF'FFFFU);
  for (std::int64_t ring = 1; ring <= kRings; ++ring) {
    near_.clear();
    for (auto row = std::max<std::int64_t>(0, down - ring); row <= down + ring; ++row) {
      auto const line = static_cast<std::uint64_t>(row) << 32U;
      auto const from = line + static_cast<std::uint64_t>(std::max<std::int64_t>(0, along - ring));
      auto const to = line + static_cast<std::uint64_t>(along + ring);
      auto& [first, last] = windows_.at(static_cast<std::size_t>(ring))
                                .at(static_cast<std::size_t>(row - down + ring));
      while (first < map_.size() && map_[first].at < from) ++first;
      last = std::max(first, last);
      while (last < map_.size() && map_[last].at <= to) ++last;
      auto const step = std::max<std::size_t>(1, (last - first) / kRun);
      for (auto i = first + island.place % step; i < last; i += step) look(square, map_[i]);
    }
    if (near_.size() >= kHood / 2) break;
  }
}

/// Two islands without anybody within join of the other's box have nothing to do with each other.
void Anchors::look(Square const& from, Square const& other) {
  ++world_.work;
  if (&other == &from) return;
  if (!world_.join.covers_gap(std::max(from.min_x - other.max_x, other.min_x - from.max_x),
                              std::max(from.min_z - other.max_z, other.min_z - from.max_z)))
    return;
  float const dx = other.anchor_x - from.anchor_x, dz = other.anchor_z - from.anchor_z;
  near_.push_back(near(dx * dx + dz * dz, other.row));
}

void Anchors::meet(Square const& square) {
  auto const row = square.row;
  auto const& island = world_.islands[row];
  gather(square, island);
  auto const count = std::min(near_.size(), kHood - 1);
  auto const last = near_.begin() + static_cast<std::ptrdiff_t>(count);
  std::ranges::nth_element(near_, last);
  std::ranges::sort(near_.begin(), last);
  auto& hood = hoods_[island.place];
  float safe = std::numeric_limits<float>::max();
  for (std::size_t i = 0; i < kHood; ++i) {
    auto const other = i == 0 || i > count ? row : row_of(near_[i - 1]);
    auto const& o = world_.islands[other];
    hood.row[i] = other;
    hood.x[i] = o.anchor_x;
    hood.z[i] = o.anchor_z;
    hood.price[i] = i > count ? std::numeric_limits<float>::max() : o.price;
    if (i == 0 || i > count) continue;
    auto const apart = std::max(distance_of(near_[i - 1]), 1e-6F);
    safe = std::min(safe, (apart + o.price - island.price) / (2 * std::sqrt(apart)));
  }
  safe = std::max(0.0F, safe) * 0.999F;  // rounding is no reason to be drawn elsewhere
  if (island.size != 0)
    spots_[row] = {island.anchor_x, island.anchor_z, island.price,
                   island.spread,   safe * safe,     island.place};
}

/// Climbs from hood to hood; `row` is where it starts and where it ends. Returns the cost there.
ARCHIPELAGO_INLINE float Anchors::cheapest(Index& row, float x, float z) const {
  constexpr int kMostSteps = 4;
  auto const* const hoods = hoods_.data();
  auto const* const spots = spots_.data();
  float least = 0;
  for (int step = 0; step < kMostSteps; ++step) {
    auto const& hood = hoods[spots[row].place];
    Lanes::Floats dx, dz, price;
    std::memcpy(&dx, hood.x.data(), sizeof dx);
    std::memcpy(&dz, hood.z.data(), sizeof dz);
    std::memcpy(&price, hood.price.data(), sizeof price);
    dx -= x;
    dz -= z;
    Lanes::Floats const cost = dx * dx + dz * dz + price;
    least = Lanes::least(&cost);
    Lanes::Mask const cheapest = cost == least;
    auto const first = std::countr_zero(Lanes::bits(&cheapest));
    if (first == 0) break;
    row = hood.row.data()[first];
  }
  return least;
}

/// Of a block of people after the other: who is near enough to an anchor, and who wants to be
/// elsewhere, no processor can predict, so that each question is put to a list of those concerned.
ARCHIPELAGO_VECTORISED void Anchors::draw() {
  auto const *const xs = world_.bodies.x.data(), *const zs = world_.bodies.z.data();
  auto const cores = world_.grid.core_count();
  std::array<Draw, kBlock> drawn;
  std::array<Index, kBlock> concerned;
  Leaving leaving;
  for (Index first = 0; first < cores; first += kBlock) {
    auto const count = drawn_before(first, std::min(cores, first + kBlock), drawn.data());
    Index asked = 0, left = 0;
    for (Index i = 0; i < count; ++i) {
      concerned[asked] = i;
      asked += drawn[i].far ? 1 : 0;
    }
    for (auto const i : std::span(concerned).first(asked))
      drawn[i].cost = cheapest(drawn[i].to, xs[drawn[i].body], zs[drawn[i].body]);
    for (Index i = 0; i < count; ++i) {
      concerned[left] = i;
      left += follow(drawn[i]) ? 1 : 0;
    }
    leaving.count = 0;
    for (auto const i : std::span(concerned).first(left)) feel(drawn[i], leaving);
    weigh(leaving);
  }
}

/// Those of crowds whom a wish does not hold, and which of two anchors is cheaper: that of their
/// island, or the one that drew them in the flush before.
ARCHIPELAGO_INLINE Index Anchors::drawn_before(Index first, Index last, Draw* drawn) const {
  auto const* const all = world_.bodies.body.data();
  auto const *const xs = world_.bodies.x.data(), *const zs = world_.bodies.z.data();
  auto const* const spots = spots_.data();
  Index count = 0;
  for (auto i = first; i < last; ++i) {
    auto const& body = all[i];
    if (body.island == kNone || spots[body.island].place == kNone || body.is(kHeld)) continue;
    auto const &own = spots[body.island], &hint = spots[body.drawn_to];
    float const own_x = xs[i] - own.x, own_z = zs[i] - own.z;
    float const hint_x = xs[i] - hint.x, hint_z = zs[i] - hint.z;
    float const mine = own_x * own_x + own_z * own_z;
    float const theirs = hint_x * hint_x + hint_z * hint_z;
    bool const away = hint.place != kNone && theirs + hint.price < mine + own.price;
    auto const to = away ? body.drawn_to : body.island;
    float const square = away ? theirs : mine;
    drawn[count++] = {i, to, square + spots[to].price, square > spots[to].safe};
  }
  return count;
}

/// Notes where somebody is drawn. Returns whether that is elsewhere.
ARCHIPELAGO_INLINE bool Anchors::follow(Draw const& draw) {
  auto& body = world_.bodies.body.data()[draw.body];
  auto const& spot = spots_.data()[draw.to];
  // Without a branch: who turns elsewhere cannot be predicted.
  body.drawn = static_cast<std::uint8_t>(body.drawn * (body.drawn_to == draw.to ? 1 : 0));
  body.drawn_to = draw.to;
  auto& sum = sums_.data()[spot.place];
  float const dx = world_.bodies.x.data()[draw.body] - spot.x;
  float const dz = world_.bodies.z.data()[draw.body] - spot.z;
  sum.x += dx;
  sum.z += dz;
  sum.squares += dx * dx + dz * dz;
  ++sum.count;
  sum.home += draw.to == body.island ? 1 : 0;
  sum.walking += body.speed > kWalking ? 1 : 0;
  sum.moving |= body.speed;
  return draw.to != body.island;
}

/// Lists somebody who is drawn elsewhere, unless it may not go.
ARCHIPELAGO_INLINE void Anchors::feel(Draw const& draw, Leaving& leaving) {
  auto& body = world_.bodies.body.data()[draw.body];
  auto const &own = spots_.data()[body.island], &target = spots_.data()[draw.to];
  float const ox = world_.bodies.x.data()[draw.body] - own.x;
  float const oz = world_.bodies.z.data()[draw.body] - own.z;
  float const ax = own.x - target.x, az = own.z - target.z;
  auto const i = leaving.count;
  leaving.body[i] = draw.body;
  leaving.to[i] = draw.to;
  leaving.saved[i] = ox * ox + oz * oz + own.price - draw.cost;
  leaving.apart[i] = ax * ax + az * az;
  leaving.spread[i] = target.spread;
  leaving.speed[i] = static_cast<float>(body.speed) / 16;
  leaving.drawn[i] = static_cast<float>(world_.seconds * body.drawn);
  body.drawn = static_cast<std::uint8_t>(body.drawn + (body.drawn != 255 ? 1 : 0));
  leaving.count += body.may_be_moved() ? 1 : 0;
}

/// How far past the border, and for how long? Walking people cross an island within seconds: those
/// who have just come in are worth most.
ARCHIPELAGO_INLINE void Anchors::weigh(Leaving const& leaving) {
  std::array<float, kBlock> past, gain;
  for (Index i = 0; i < leaving.count; ++i) {
    auto const spread = leaving.spread[i], speed = leaving.speed[i];
    // Not std::sqrt: that sets errno, so that no loop over it is vectorised.
    auto const apart = std::max(__builtin_elementwise_sqrt(leaving.apart[i]), 0.5F * spread);
    past[i] = leaving.saved[i] / (2 * apart * spread);
    auto const walked = speed * leaving.drawn[i];
    auto const left = std::max(0.1F, 2 - walked / spread) * spread;
    gain[i] = std::min(past[i], kWellInside) * left / (left + kWorthwhile * speed);
  }
  auto count = urges_.size();
  urges_.resize(count + leaving.count);
  for (Index i = 0; i < leaving.count; ++i) {
    urges_.data()[count] = {gain[i], leaving.body[i], leaving.to[i]};
    count += past[i] < kMargin ? 0 : 1;
  }
  urges_.resize(count);
}

bool Anchors::is_superfluous(Island const& island, std::int64_t rest) const {
  auto const& tuning = world_.tuning;
  if (island.size <= tuning.small) return false;
  auto seats = rest;
  for (auto const row : neighbours(island)) {
    auto const& other = world_.islands[row];
    if (other.size <= tuning.small) {
      seats -= other.size;
      continue;
    }
    bool const smaller =
        other.size != island.size ? other.size < island.size : other.born > island.born;
    if (smaller) return false;
    seats += tuning.cap - other.size;
  }
  return seats >= island.size;
}

/// Steps go on for ever where seats are too few or people too coarse, so they end when all is calm.
void Anchors::update(Island& island, Sum const& sum) const {
  auto const& tuning = world_.tuning;
  island.calm = sum.moving != 0 ? 0 : std::min<std::uint8_t>(kCalm, island.calm + 1);
  island.restless = 4 * sum.walking > 3 * sum.count;
  island.scattered = island.restless && 2 * sum.home < island.size;
  if (island.calm == kCalm) return;
  if (sum.count < kFewest) {
    centre(island);
    island.price *= 0.8F;
    return;
  }
  auto const n = static_cast<float>(sum.count);
  float const x = sum.x / n, z = sum.z / n;
  auto const variance = std::max(0.0F, sum.squares / n - x * x - z * z);
  island.spread = std::max(kLeastSpread, std::sqrt(2 * variance));
  island.anchor_x += grained(kPull * x);
  island.anchor_z += grained(kPull * z);
  auto const area = island.spread * island.spread;
  if (sum.count > tuning.full) island.price += kPriceStep * area;
  // People who walk are soon past any border: fewer and fuller islands are better, with some seats
  // for newcomers.
  if (island.restless && is_superfluous(island, std::int64_t{tuning.full} - tuning.cap))
    island.price += kWayOut * area;
  else if (sum.count < tuning.loose)
    island.price -= 0.5F * kPriceStep * area;
  island.price *= kPriceDecay;
}

}  // namespace archipelago::engine
