// Many players of the direct protocol on one thread: raw sockets, one epoll, real signatures.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/identity.hpp"

namespace archipelago::load {

using Clock = std::chrono::steady_clock;

/// What a player has reached on its present connection, in this order.
enum class Stage : std::uint8_t { away, connecting, connected, upgraded, challenged, logged_in };

struct Player {
  std::uint32_t id = 0;
  int socket = -1;
  Stage stage = Stage::away;
  Stage goal = Stage::logged_in;  ///< goes no further
  bool waits_to_write = false;
  auth::Identity const* identity = nullptr;
  std::string in;   // an unfinished frame
  std::string out;  // what the socket has not taken
  Clock::time_point began;
  Clock::time_point beat;     ///< the last heartbeat that a scene wants an answer to
  std::uint32_t islands = 0;  ///< announcements
  std::string island;         ///< of the last one
};

/// What happens to players; `gone` is the server's doing.
struct Events {
  std::function<void(Player&)> reached = [](Player&) {};
  std::function<void(Player&)> island = [](Player&) {};
  std::function<void(Player&)> gone = [](Player&) {};
};

/// Identities with delegations signed in advance: only the challenge is signed while measuring.
/// Others for each `seed`.
std::deque<auth::Identity> make_identities(std::size_t count, std::uint64_t seed = 1);

std::string heartbeat(float x, float z, std::uint32_t mask);

/// One thread. Players stay where they are until the crowd goes, which closes their sockets.
class Crowd {
 public:
  explicit Crowd(std::uint16_t port);
  Crowd(Crowd const&) = delete;
  Crowd& operator=(Crowd const&) = delete;
  ~Crowd();

  Events events;

  Player& add(auth::Identity const* identity);
  [[nodiscard]] std::deque<Player>& players() { return players_; }

  /// From 127.0.0.`host`. False when the system has no socket left.
  bool connect(Player& player, std::uint8_t host);
  void send(Player& player, std::string_view bytes);
  /// With a close frame, if `politely`; the socket is closed either way.
  void leave(Player& player, bool politely = false);

  /// Handles what has happened, or happens within `wait`.
  void poll(std::chrono::milliseconds wait);
  /// Polls until `done` or `limit` has passed; false then.
  bool poll_until(std::function<bool()> const& done, std::chrono::seconds limit);

 private:
  void watch(Player& player, bool new_socket);
  void on_ready(Player& player, std::uint32_t what);
  void on_connected(Player& player);
  void read(Player& player);
  void take(Player& player, std::string_view bytes);
  std::size_t take_one(Player& player, std::string_view bytes);
  void on_packet(Player& player, std::string_view payload);
  void reach(Player& player, Stage stage);
  void lose(Player& player);

  std::uint16_t const port_;
  int const poll_;
  std::deque<Player> players_;
};

}  // namespace archipelago::load
