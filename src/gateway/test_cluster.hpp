// Gateways of one realm on one bus, for tests; what one of them says can be lost, doubled or late.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "archipelago/cluster.pb.h"
#include "gateway/gateway.hpp"
#include "gateway/test_realm.hpp"

namespace archipelago::gateway::testing {

/// One process's way to a bus that others share.
class FaultyBus final : public bus::Bus {
 public:
  explicit FaultyBus(bus::Bus& real) : real_(real) {}

  using Bus::open;
  using Bus::publish;
  [[nodiscard]] std::unique_ptr<bus::Mailbox> open(Loop& loop, bus::Capacity capacity,
                                                   Millis rest) override {
    return real_.open(loop, capacity, rest);
  }
  void publish(std::string_view subject, std::string_view payload, std::uint64_t epoch) override {
    if (late && late(subject)) {
      held_.push_back({std::string(subject), std::string(payload), epoch});
      return;
    }
    for (int i = copies ? copies(subject) : 1; i > 0; --i) real_.publish(subject, payload, epoch);
  }
  [[nodiscard]] std::optional<Millis> connected_for() const override { return connected; }

  /// What was late comes now.
  void release() {
    for (auto const& m : std::exchange(held_, {})) real_.publish(m.subject, m.payload, m.epoch);
  }

  std::function<int(std::string_view)> copies;  ///< of a message; 0: it is lost
  std::function<bool(std::string_view)> late;
  std::optional<Millis> connected = Millis::max();

 private:
  bus::Bus& real_;
  std::vector<bus::Message> held_;
};

inline bool is_login(std::string_view subject) {
  return subject.starts_with("cluster.login.");
}

struct TestGateway {
  TestGateway(TestRealm& realm, std::string id, Options options = {})
      : bus(realm.bus), mailbox(bus.open(realm.loop, {.messages = 1'000})) {
    options.cluster.id = std::move(id);
    std::vector<bus::Mailbox*> const mailboxes{mailbox.get()};
    std::vector<Loop*> const loops{&realm.loop};
    gateway = std::make_unique<Gateway>(options, bus, mailboxes, realm.verifier, realm.random,
                                        metrics, loops);
    gateway->register_endpoints(router);
  }

  Metrics metrics;
  FaultyBus bus;
  std::unique_ptr<bus::Mailbox> mailbox;
  net::Router router;
  std::unique_ptr<Gateway> gateway;
};

inline constexpr std::uint64_t kEpoch = 1'700'000'000'000;  ///< as the virtual clock starts

inline std::string core_status(std::uint64_t epoch, std::uint32_t players = 0,
                               std::uint32_t islands = 0) {
  cluster::CoreStatus status;
  status.set_core("c0de");
  status.set_epoch(epoch);
  status.set_players(players);
  status.set_islands(islands);
  return wire::encode(status);
}

inline void core_tells(TestRealm& realm, std::uint64_t epoch = kEpoch, std::uint32_t players = 0,
                       std::uint32_t islands = 0) {
  realm.publish(bus::subjects::kClusterCore, core_status(epoch, players, islands));
}

/// On today's subject, or on that of the BFF era.
inline void core_assigns(TestRealm& realm, Address const& who, std::string const& island,
                         std::string const& conn_str, std::uint64_t epoch = kEpoch,
                         bool bff = false) {
  v3::IslandChangedMessage message;
  message.set_island_id(island);
  message.set_conn_str(conn_str);
  realm.bus.publish(
      bff ? bus::subjects::client_island_changed(who) : bus::subjects::island_changed(who),
      wire::encode(message), epoch);
  realm.settle();
}

inline std::string login_of(std::uint64_t number, std::string gateway) {
  return login_message({number, std::move(gateway)});
}

/// Those that were heard on `subject`, decoded.
template <class Message>
std::vector<Message> decoded(std::vector<bus::Message> const& heard, std::string_view subject) {
  std::vector<Message> found;
  for (auto const& message : heard)
    if (message.subject == subject)
      found.push_back(wire::decode<Message>(message.payload, std::size_t{1} << 20U).value());
  return found;
}

}  // namespace archipelago::gateway::testing
