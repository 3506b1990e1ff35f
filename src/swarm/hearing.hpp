// Whom one player has around it, and what it heard of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "archipelago/client/transport.hpp"
#include "swarm/meters.hpp"
#include "swarm/stamp.hpp"
#include "swarm/window.hpp"

namespace archipelago::swarm {

/// What a player last sent reliably, for those who should have heard it.
struct Tail {
  std::uint32_t epoch = 0;
  std::uint32_t sequence = 0;
};
using Tails = std::unordered_map<std::uint64_t, Tail>;  ///< by key_of() the sender

/// 40 bytes for each player around. Losses are counted only while sender and receiver are together
/// without a break, as the receiver's room says.
class Hearing {
 public:
  void joined(std::uint64_t who);
  void left(std::uint64_t who, Meters& meters);
  /// A message of somebody who is around; from anybody else it is ignored. True: a new one.
  bool take(Stamp const& stamp, client::Delivery delivery, Meters& meters);
  /// Counts what never came, for everyone who is still around.
  void settle(Tails const& tails, Meters& meters) const;

  [[nodiscard]] std::size_t around() const { return voices_.size(); }

 private:
  struct Voice {
    std::uint64_t who = 0;
    Window chat{};
    Window positions{};
  };
  std::vector<Voice>::iterator find(std::uint64_t who);

  std::vector<Voice> voices_;  // by who
};

}  // namespace archipelago::swarm
