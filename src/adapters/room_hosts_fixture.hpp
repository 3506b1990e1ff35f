// For tests: hosts of rooms that speak once a second, and one or more who place islands on them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/room_hosts.hpp"
#include "archipelago/cluster.pb.h"
#include "base/log.hpp"
#include "base/virtual_loop.hpp"
#include "bus/in_process.hpp"
#include "bus/subjects.hpp"
#include "wire/packet.hpp"

namespace archipelago::adapters::testing {

/// One that can be cut off.
class CuttableBus final : public bus::Bus {
 public:
  explicit CuttableBus(VirtualLoop& loop, Metrics& metrics) : loop_(loop), inner_(metrics) {}

  using Bus::open;
  using Bus::publish;
  [[nodiscard]] std::unique_ptr<bus::Mailbox> open(Loop& loop, bus::Capacity capacity,
                                                   Millis rest) override {
    return inner_.open(loop, capacity, rest);
  }
  void publish(std::string_view subject, std::string_view payload, std::uint64_t epoch) override {
    if (since_) inner_.publish(subject, payload, epoch);
  }
  [[nodiscard]] std::optional<Millis> connected_for() const override {
    if (!since_) return std::nullopt;
    return loop_.now() - *since_;
  }

  void cut() { since_.reset(); }
  void mend() { since_ = loop_.now(); }

 private:
  VirtualLoop& loop_;
  bus::InProcessBus inner_;
  std::optional<Instant> since_ = Instant{};
};

/// A process that places islands.
struct Placer {
  Placer(VirtualLoop& loop, bus::Bus& bus, auth::RoomKey const& key)
      : hosts({.loop = loop, .bus = bus, .metrics = metrics, .key = key, .epoch = [this] {
                 return epoch;
               }}) {}

  std::vector<std::string> review() {
    std::vector<IslandFacts> facts;
    for (auto const& [id, players] : islands) facts.push_back({.id = id, .players = players});
    auto moved = hosts.review(facts, {});
    std::ranges::sort(moved);
    return moved;
  }
  /// The id of the island's host, which is its name in its url; "": it has none.
  [[nodiscard]] std::string where(std::string_view island) const {
    auto const carrier = hosts.carrier(island);
    return carrier.empty() ? std::string()
                           : carrier.substr(std::string_view("ws-room ws://").size());
  }
  [[nodiscard]] std::map<std::string, std::string> everywhere() const {
    std::map<std::string, std::string> all;
    for (auto const& [id, players] : islands) all[id] = where(id);
    return all;
  }
  /// Players by host.
  [[nodiscard]] std::map<std::string, std::size_t> loads() const {
    std::map<std::string, std::size_t> all;
    for (auto const& [id, players] : islands) all[where(id)] += players;
    return all;
  }

  Metrics metrics;
  std::uint64_t epoch = 0;
  RoomHosts hosts;
  std::map<std::string, std::size_t> islands;  ///< players
};

class Fleet {
 public:
  struct Host {
    std::uint32_t capacity = 0;
    bool draining = false;
  };

  Fleet() { log::set_level(log::Level::error); }

  [[nodiscard]] std::unique_ptr<Placer> placer() {
    return std::make_unique<Placer>(loop, bus, key);
  }
  void say(std::string const& id, Host const& host) { say(id, host, id, "ws://" + id); }
  void say(std::string const& id, Host const& host, std::string const& part,
           std::string const& url) {
    cluster::RoomHostStatus status;
    status.set_host(id);
    status.set_url(url);
    status.set_capacity(host.capacity);
    status.set_draining(host.draining);
    bus.publish(bus::subjects::cluster_rooms(part), wire::encode(status));
  }
  /// All hosts speak, now and then every second.
  void pass(Millis time) {
    while (true) {
      for (auto const& [id, host] : hosts) say(id, host);
      loop.run_posted();
      if (time <= Millis{0}) return;
      auto const step = std::min(time, Millis{1'000});
      loop.advance(step);
      time -= step;
    }
  }
  /// Falls silent, for long enough.
  void kill(std::string const& id) {
    hosts.erase(id);
    pass(Millis{4'000});
  }

  VirtualLoop loop;
  Metrics metrics;
  CuttableBus bus{loop, metrics};
  auth::RoomKey key{"0123456789abcdef0123456789abcdef"};
  std::map<std::string, Host> hosts;
};

}  // namespace archipelago::adapters::testing
