// The players as the flush works on them: arrays in the order of the grid's cells, guests last.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace archipelago::engine {

using Index = std::uint32_t;
inline constexpr Index kNone = 0xFFFF'FFFF;

/// What a body is at the moment.
enum BodyFlag : std::uint8_t {
  kGuest = 1,   ///< on its island by wish: counted, but without influence on geometry
  kMoved = 2,   ///< its move of this flush is noted
  kGone = 4,    ///< has left; swept out by the next flush
  kHeld = 8,    ///< its wish stands: not moved for crowd reasons
  kMoves = 48,  ///< two bits: moves for a better place since it last walked
};
inline constexpr std::uint8_t kOneMove = 16;
inline constexpr std::uint8_t kWalking = 8;  ///< 1/16 m/s: faster than a stroll on the spot

struct Body {
  Index slot = kNone;  ///< its row of the directory
  Index island = kNone;
  Index drawn_to = kNone;     ///< the island whose anchor is cheapest for it
  std::uint8_t speed = 0;     ///< moving average, 1/16 m/s
  std::uint8_t drawn = 0;     ///< flushes for which it has been drawn there
  std::uint8_t cooldown = 0;  ///< flushes until it may move again
  std::uint8_t flags = 0;

  /// By the engine's choice: it was not a moment ago, nor too often at rest, and no wish holds it.
  [[nodiscard]] bool may_be_moved() const {
    return cooldown == 0 && !is(kHeld) && !is(kMoved) && (flags & kMoves) != kMoves;
  }
  void note_choice(std::uint8_t pause) {
    cooldown = pause;
    flags = static_cast<std::uint8_t>(flags + kOneMove);
  }
  [[nodiscard]] bool may_be_moved_from(Index row) const { return island == row && may_be_moved(); }
  [[nodiscard]] bool is(BodyFlag flag) const { return (flags & flag) != 0; }
  void set(BodyFlag flag) { flags = static_cast<std::uint8_t>(flags | flag); }
  void clear(BodyFlag flag) { flags = static_cast<std::uint8_t>(flags & ~flag); }
};

/// Leaves what a list grows by as it is.
template <class T>
struct Unfilled : std::allocator<T> {
  template <class U>
  void construct(U* /*place*/) noexcept {}
  template <class U, class Arg>
  void construct(U* place, Arg&& arg) {
    std::construct_at(place, std::forward<Arg>(arg));
  }
};
/// For what is written before it is read.
template <class T>
using Raw = std::vector<T, Unfilled<T>>;

/// Resizes without the half of room to spare that a vector takes when it grows, and gives back
/// what is far too much: a first flush needs more than any after it.
template <class List>
void resize_closely(List& list, std::size_t n) {
  constexpr std::size_t kSmall = 1024;
  if (n > list.capacity()) list.reserve(n + n / 32);
  list.resize(n);
  if (list.capacity() > n + n / 2 + kSmall) list.shrink_to_fit();
}

/// As assign().
template <class T>
void assign_closely(std::vector<T>& list, std::size_t n, T value) {
  list.clear();
  resize_closely(list, n);
  std::ranges::fill(list, value);
}

/// Empties a list and gives its memory back.
template <class List>
void release(List& list) {
  List().swap(list);
}

/// Empties a list; gives memory back that a flood of newcomers needed once.
template <class T>
void drain(std::vector<T>& list, std::size_t players) {
  constexpr std::size_t kSmall = 4096;
  bool const flooded = list.capacity() > kSmall && list.capacity() > players / 8;
  if (flooded) return release(list);
  list.clear();
}

/// For one more: grows by an eighth, not by as much again.
template <class List>
void make_room(List& list) {
  if (list.size() == list.capacity()) list.reserve(list.size() + list.size() / 8 + 16);
}

struct Bodies {
  Raw<float> x, z;            ///< m, the newest reported
  Raw<float> seen_x, seen_z;  ///< m, of the last flush
  Raw<Body> body;

  [[nodiscard]] Index size() const { return static_cast<Index>(body.size()); }
  void resize(std::size_t n) {
    for (auto* const list : {&x, &z, &seen_x, &seen_z}) resize_closely(*list, n);
    resize_closely(body, n);
  }
  void add(float at_x, float at_z, Body const& one) {
    for (auto* const list : {&x, &z, &seen_x, &seen_z}) make_room(*list);
    make_room(body);
    x.push_back(at_x);
    z.push_back(at_z);
    seen_x.push_back(at_x);
    seen_z.push_back(at_z);
    body.push_back(one);
  }
};

}  // namespace archipelago::engine
