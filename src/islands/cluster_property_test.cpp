// Whatever the network does for a while: when it stops, all agree.
#include <ostream>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "islands/cluster_fixture.hpp"

namespace archipelago::islands {
namespace {

using testing::address;
using testing::Cluster;

constexpr unsigned kPlayers = 12;

enum class Kind : std::uint8_t { login, logout, walk, pass_time, lead, nobody_leads, cut, mend };

struct Event {
  Kind kind;
  unsigned player;  ///< also: which gateway, core or line
  engine::Position at;
};

// Found by rapidcheck when it prints a counterexample.
[[maybe_unused]] void showValue(Event const& e, std::ostream& out) {
  out << static_cast<int>(e.kind) << " of " << e.player << " at " << e.at.x << "," << e.at.z;
}

rc::Gen<Event> events() {
  auto const coordinate =
      rc::gen::map(rc::gen::inRange(-5, 5), [](int n) { return 50.0F * static_cast<float>(n); });
  auto const kind = rc::gen::weightedElement<Kind>({{6, Kind::login},
                                                    {2, Kind::logout},
                                                    {6, Kind::walk},
                                                    {8, Kind::pass_time},
                                                    {2, Kind::lead},
                                                    {1, Kind::nobody_leads},
                                                    {1, Kind::cut},
                                                    {1, Kind::mend}});
  return rc::gen::apply(
      [](Kind k, unsigned player, float x, float z) { return Event{k, player, {x, 0, z}}; }, kind,
      rc::gen::inRange(0U, kPlayers), coordinate, coordinate);
}

void apply(Cluster& cluster, Event const& e) {
  auto& gate = cluster.gate(e.player % 2);
  switch (e.kind) {
    case Kind::login:
      return gate.login(e.player / 2, e.at);
    case Kind::logout:
      return gate.logout(e.player / 2);
    case Kind::walk:
      return gate.stand(e.player / 2, e.at);
    case Kind::pass_time:
      return cluster.advance(Millis{1 + 397 * e.player});
    case Kind::lead:
      return cluster.lead(e.player % 2);
    case Kind::nobody_leads:
      for (auto const& node : cluster.nodes) node->lease.take();
      return;
    case Kind::cut:
      return cluster.network.lines.at(e.player % 4)->cut();
    case Kind::mend:
      return cluster.network.lines.at(e.player % 4)->mend();
  }
}

void end_faults(Cluster& cluster) {
  cluster.network.faults = {};
  for (auto* const line : cluster.network.lines)
    if (!line->connected_for()) line->mend();
}

RC_GTEST_PROP(ClusterProperty, WhenFaultsEndOneLeadsNobodyIsLostAndAllAgree, ()) {
  auto const history = *rc::gen::container<std::vector<Event>>(events());
  auto const leader = *rc::gen::inRange<std::size_t>(0, 2);
  // Who left while a core heard nothing for longer than gateways repeat it stays until it expires.
  Cluster cluster({.heartbeat_expiry = Millis{10'000}},
                  *rc::gen::element(testing::Policy::crowd, testing::Policy::reference));
  cluster.network.faults = {.lost = *rc::gen::inRange(0U, 60U),
                            .doubled = *rc::gen::inRange(0U, 40U),
                            .late = *rc::gen::inRange(0U, 60U),
                            .lateness = Millis{*rc::gen::inRange(1, 3'000)}};
  for (auto const& e : history) apply(cluster, e);
  end_faults(cluster);
  cluster.lead(leader);
  cluster.advance(Millis{15'000});
  RC_ASSERT(cluster.core(leader).leading());
  RC_ASSERT(!cluster.core(1 - leader).leading());
  auto const told = cluster.told();
  for (auto const& [who, island] : told) {
    RC_ASSERT(island != "");
    RC_ASSERT(island != "TWO");
  }
  RC_ASSERT(cluster.nodes[leader]->islands() == told);
  RC_ASSERT(cluster.nodes[1 - leader]->islands() == told);
  auto const flushes = cluster.nodes[1 - leader]->metrics.value(Metric::flushes);
  auto const announced = cluster.announcements();
  cluster.lead(1 - leader);  // and from there on a change of the leader is noticed by nobody
  cluster.advance(Millis{6'000});
  RC_ASSERT(cluster.told() == told);
  RC_ASSERT(cluster.announcements() == announced);
  RC_ASSERT(cluster.nodes[1 - leader]->metrics.value(Metric::flushes) > flushes);
}

}  // namespace
}  // namespace archipelago::islands
