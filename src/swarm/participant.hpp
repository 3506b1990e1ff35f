// One player of the swarm: a client::Player with a stopwatch in every event.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "archipelago/client/player.hpp"
#include "swarm/hearing.hpp"
#include "swarm/link.hpp"
#include "swarm/meters.hpp"

namespace archipelago::swarm {

using Clock = std::function<Micros()>;  ///< monotonic; one for all swarms of a run

/// What the players of a swarm have in common; outlives them.
struct Surroundings {
  client::PlayerOptions player{};
  std::uint64_t run = 0;
  bool allow_remote = false;
  Clock clock{};
  Micros began{};
  Meters meters{};
};

/// Belongs to the loop of its network. Cost beside the Player's: about 300 bytes, and 40 for each
/// player around.
class Participant {
 public:
  Participant(client::Network const& network, client::Identity identity, Surroundings& all);
  Participant(Participant const&) = delete;
  Participant& operator=(Participant const&) = delete;
  ~Participant();  ///< leaves; counts what it still missed of those around

  /// `newcomer`: the first of its place, whose login counts as `entered`.
  void start(client::Position const& at, bool newcomer);
  void move_to(client::Position const& at);
  /// One message of each kind to whoever is in the room.
  void chat();
  void show_position();
  /// Its link breaks; it comes back by itself. Nothing unless it is in a room.
  void cut();

  [[nodiscard]] bool online() const;
  [[nodiscard]] bool on_island() const { return online() && on_island_; }
  [[nodiscard]] bool in_room() const { return on_island() && in_room_; }
  [[nodiscard]] Micros started() const { return started_; }
  /// What the others should have heard.
  [[nodiscard]] std::uint64_t key() const { return key_; }
  [[nodiscard]] Tail tail() const { return {.epoch = epoch_, .sequence = chats_}; }
  /// As Hearing; call at most once, before it is destroyed.
  void settle(Tails const& tails);

 private:
  void on_status(client::Status const& status);
  void on_island(client::IslandChange const& change);
  void on_room(client::RoomStatus const& status);
  void count_failure(client::RoomStatus const& status);
  void on_message(client::Message const& message);
  void count(Reasons& normally, client::Ending const& why);
  void talk(std::string packet, client::Delivery delivery, std::uint32_t& sequence);
  client::PlayerEvents events();

  Surroundings& all_;
  Link link_;
  std::uint64_t key_;
  Hearing hearing_;
  Micros started_{};
  Micros step_began_{};  // the attempt, then the first heartbeat
  std::optional<Micros> room_wanted_;
  client::Position at_{};
  std::uint32_t epoch_ = 0;
  std::uint32_t chats_ = 0;
  std::uint32_t positions_ = 0;
  std::optional<Errc> failure_;  // of the room, that the next attempt may repeat
  bool was_online_ = false;      // until the attempt's end is told
  bool newcomer_ = false;        // that has not been logged in yet
  bool on_island_ = false;
  bool in_room_ = false;
  bool recovering_ = false;  // from a cut, until in a room again
  bool settled_ = false;
  client::Player player_;  // the last to be made: it may call in as soon as it is there
};

}  // namespace archipelago::swarm
