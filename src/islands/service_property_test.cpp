// Whatever players do and backends fail, what each player was told is the truth, once.
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "islands/service_fixture.hpp"

namespace archipelago::islands {
namespace {

using testing::address;
using testing::World;

constexpr unsigned kPlayers = 12;

enum class Kind : std::uint8_t {
  beat,
  connect,
  disconnect,
  pass_time,
  break_backend,
  mend_backend
};

struct Event {
  Kind kind;
  unsigned player;
  engine::Position at;
};

// Found by rapidcheck when it prints a counterexample.
[[maybe_unused]] void showValue(Event const& e, std::ostream& out) {
  out << static_cast<int>(e.kind) << " of " << e.player << " at " << e.at.x << "," << e.at.z;
}

rc::Gen<Event> events() {
  auto const coordinate =
      rc::gen::map(rc::gen::inRange(-20, 20), [](int n) { return 16.0F * static_cast<float>(n); });
  auto const kind = rc::gen::weightedElement<Kind>({{12, Kind::beat},
                                                    {1, Kind::connect},
                                                    {1, Kind::disconnect},
                                                    {4, Kind::pass_time},
                                                    {1, Kind::break_backend},
                                                    {1, Kind::mend_backend}});
  return rc::gen::apply(
      [](Kind k, unsigned player, float x, float z) { return Event{k, player, {x, 0, z}}; }, kind,
      rc::gen::inRange(0U, kPlayers), coordinate, coordinate);
}

/// What the players themselves can know.
class Clients {
 public:
  void forget(unsigned player) { island_.erase(address(player)); }

  void hear(std::vector<testing::Told> const& news, std::uint32_t cap) {
    for (auto const& told : news) {
      auto const& message = told.message;
      auto& island = island_[told.player];
      RC_ASSERT(message.from_island_id() == island);
      RC_ASSERT(message.has_from_island_id() == !island.empty());
      RC_ASSERT(message.island_id() != island);
      RC_ASSERT(message.peers().contains(told.player.str()));
      RC_ASSERT(static_cast<std::uint32_t>(message.peers_size()) <= cap);
      island = message.island_id();
    }
  }

  [[nodiscard]] std::map<Address, std::string> const& islands() const { return island_; }

 private:
  std::map<Address, std::string> island_;
};

void apply(World& world, Clients& clients, Event const& e) {
  switch (e.kind) {
    case Kind::beat:
      return world.beat(e.player, e.at);
    case Kind::connect:
    case Kind::disconnect:
      world.loop.run_posted();
      clients.forget(e.player);
      return e.kind == Kind::connect ? world.connect(e.player) : world.disconnect(e.player);
    case Kind::pass_time:
      return world.advance(Millis{1 + 97 * e.player});
    case Kind::break_backend:
      world.backend.failing.insert(address(e.player));
      return;
    case Kind::mend_backend:
      world.backend.failing.erase(address(e.player));
      return;
  }
}

RC_GTEST_PROP(IslandsProperty, EveryPlayerKnowsTheIslandItIsOn, ()) {
  auto const cap = *rc::gen::element<std::uint32_t>(1, 2, 4, 100);
  auto const history = *rc::gen::container<std::vector<Event>>(events());
  World world({}, {.join_distance = 64, .leave_distance = 80, .max_peers = cap});
  Clients clients;
  for (auto const& e : history) {
    clients.hear(world.news(), cap);
    apply(world, clients, e);
  }
  world.loop.run_posted();
  world.backend.failing.clear();
  world.settle();
  clients.hear(world.news(), cap);
  std::map<Address, std::string> truth;
  for (auto const& island : world.service->snapshot()->islands)
    for (auto const& peer : island.peers) truth[peer.address] = island.id;
  RC_ASSERT(truth == clients.islands());
}

RC_GTEST_PROP(IslandsProperty, AReplayPublishesTheSameBytes, ()) {
  auto const history = *rc::gen::container<std::vector<Event>>(events());
  World first, second;
  for (auto* const world : {&first, &second}) {
    Clients clients;
    for (auto const& e : history) apply(*world, clients, e);
    world->settle();
  }
  RC_ASSERT(first.heard == second.heard);
}

}  // namespace
}  // namespace archipelago::islands
