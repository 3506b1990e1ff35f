// Reliable packets that wait until their room may send them: each sender's in their order, the
// senders in turn.
#pragma once

#include <cstddef>
#include <deque>
#include <map>

#include "base/bytes.hpp"
#include "rooms/alias.hpp"

namespace archipelago::rooms {

/// Only who has something waiting costs memory. Bounded by its room. One thread.
class WaitingLine {
 public:
  struct Next {
    Alias from;
    SharedBytes packet;
  };

  void push(Alias from, SharedBytes packet);
  /// Forgets what waits of a sender; how many packets that were.
  std::size_t forget(Alias from);

  /// The packet whose turn it is. Not when empty().
  [[nodiscard]] Next next() const;
  /// Takes it out: the turn is the next sender's.
  void pop();

  [[nodiscard]] bool empty() const { return lines_.empty(); }
  [[nodiscard]] bool waits(Alias sender) const { return lines_.contains(sender); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  /// Who has the most bytes waiting. Not when empty(); O(senders).
  [[nodiscard]] Alias loudest() const;

 private:
  struct Line {
    std::deque<SharedBytes> packets;
    std::size_t bytes = 0;
  };
  using Lines = std::map<Alias, Line>;

  [[nodiscard]] Lines::const_iterator turn() const;

  Lines lines_;     // none is empty
  Alias last_ = 0;  // who had the last turn
  std::size_t bytes_ = 0;
};

}  // namespace archipelago::rooms
