// A service on a virtual clock with everything around it: what players say goes in, what the bus
// says comes out.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <decentraland/kernel/comms/v3/archipelago.pb.h>

#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/virtual_loop.hpp"
#include "bus/in_process.hpp"
#include "bus/subjects.hpp"
#include "islands/id_maker.hpp"
#include "islands/service.hpp"
#include "wire/packet.hpp"

namespace archipelago::islands::testing {

namespace v3 = decentraland::kernel::comms::v3;

inline Address address(unsigned number) {
  auto const digits = std::to_string(number);
  return *Address::parse("0x" + std::string(40 - digits.size(), '0') + digits);
}

inline std::string heartbeat(engine::Position at, std::optional<std::string> wish = {}) {
  v3::Heartbeat message;
  message.mutable_position()->set_x(at.x);
  message.mutable_position()->set_y(at.y);
  message.mutable_position()->set_z(at.z);
  if (wish) message.set_desired_room(*wish);
  return wire::encode(message);
}

class FakeBackend final : public adapters::Backend {
 public:
  Result<std::string> connection_string(std::string_view island, Address const& player,
                                        WallTime /*now*/) override {
    ++asked;
    if (failing.contains(player)) return fail(Errc::upstream_failed, "no token");
    return "fake:" + std::string(island) + "/" + player.str();
  }
  std::vector<std::string> review(std::span<adapters::IslandFacts const> islands,
                                  Instant /*now*/) override {
    seen.assign(islands.begin(), islands.end());
    std::vector<std::string> moved;
    for (auto const& island : islands)
      if (moving.erase(std::string(island.id)) != 0) moved.emplace_back(island.id);
    return moved;
  }
  std::string carrier(std::string_view island) const override {
    return "carrier of " + std::string(island);
  }
  std::vector<adapters::IslandFacts> seen;  ///< at the last review; ids live during it only
  std::set<std::string> moving;             ///< to be moved at the next one
  std::set<Address> failing;
  int asked = 0;
};

/// One IslandChanged as it was heard.
struct Told {
  Address player;
  Millis at;  ///< since the fixture began
  v3::IslandChangedMessage message;
};

enum class Policy : std::uint8_t { reference, crowd };

struct World {
  explicit World(Options options = {},
                 engine::Limits limits = {.join_distance = 64, .leave_distance = 80},
                 Policy policy = Policy::reference) {
    subscriptions.push_back(ears->subscribe(">", [this](bus::Message const& m) { hear(m); }));
    Parts parts{.loop = loop,
                .bus = bus,
                .metrics = metrics,
                .backend = backend,
                .engine = make_engine(limits, policy),
                .stopwatch = [this] { return stopwatch += lap; }};
    service = std::make_unique<Service>(std::move(parts), std::move(options));
  }

  std::unique_ptr<engine::Engine> make_engine(engine::Limits const& limits, Policy policy) {
    engine::Hooks hooks{island_ids("I", loop.wall_now(), random), {}};
    return policy == Policy::crowd ? engine::make_crowd_engine(limits, {}, std::move(hooks))
                                   : engine::make_reference_engine(limits, std::move(hooks));
  }

  void hear(bus::Message const& m) {
    heard[m.subject].push_back(m.payload);
    if (!m.subject.starts_with("engine.peer.")) return;
    auto message = wire::decode<v3::IslandChangedMessage>(m.payload, 1U << 20U);
    told.push_back({*bus::subjects::peer_of(m.subject), loop.now().since_origin, *message});
  }

  void beat(unsigned player, engine::Position at, std::optional<std::string> wish = {}) {
    bus.publish(bus::subjects::peer_heartbeat(address(player)), heartbeat(at, std::move(wish)));
  }
  void connect(unsigned player) { bus.publish(bus::subjects::peer_connect(address(player)), ""); }
  void disconnect(unsigned player) {
    bus.publish(bus::subjects::peer_disconnect(address(player)), "");
  }
  void advance(Millis by) { loop.advance(by); }
  void settle() { advance(Millis{2'000}); }

  /// What was told since the last call.
  std::vector<Told> news() { return std::exchange(told, {}); }
  std::string island_of(unsigned player) const {
    for (auto const& island : service->snapshot()->islands)
      for (auto const& peer : island.peers)
        if (peer.address == address(player)) return island.id;
    return {};
  }

  VirtualLoop loop;
  Metrics metrics;
  SeededRandom random{7};
  bus::InProcessBus bus{metrics};
  FakeBackend backend;
  std::chrono::microseconds stopwatch{0};
  std::chrono::microseconds lap{0};  ///< how far each look moves the stopwatch
  std::unique_ptr<bus::Mailbox> ears = bus.open(loop, {.messages = 1U << 20U});
  std::vector<bus::Subscription> subscriptions;
  std::map<std::string, std::vector<std::string>> heard;
  std::vector<Told> told;
  std::unique_ptr<Service> service;
};

}  // namespace archipelago::islands::testing
