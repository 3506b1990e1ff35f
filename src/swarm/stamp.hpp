// What a message of the swarm says about itself, so that whoever hears it can measure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "swarm/histogram.hpp"

namespace archipelago::swarm {

struct Stamp {
  std::uint64_t run = 0;       ///< which swarm: other people's messages are none of its business
  std::uint64_t sender = 0;    ///< key_of() its address
  std::uint32_t epoch = 0;     ///< counts the connections that the sender lost
  std::uint32_t sequence = 0;  ///< counts up by one, in each stream
  Micros sent{};               ///< on the swarm's clock

  friend bool operator==(Stamp const&, Stamp const&) = default;
};

/// The first 64 bits of an address (`0x…`); 0 of what is none.
[[nodiscard]] std::uint64_t key_of(std::string_view address);

/// Appends it to a protobuf packet as a field (2047) that no client of today knows and all skip, as
/// protobuf wants it: 35 bytes.
void append_stamp(std::string& packet, Stamp const& stamp);

/// The stamp at the end of any bytes; nothing when there is none.
[[nodiscard]] std::optional<Stamp> read_stamp(std::string_view packet);

}  // namespace archipelago::swarm
