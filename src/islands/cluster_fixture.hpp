// Cores and gateways on one virtual clock, joined by a bus that loses, doubles and delays.
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

#include <archipelago/cluster.pb.h>

#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/virtual_loop.hpp"
#include "bus/in_process.hpp"
#include "bus/subjects.hpp"
#include "islands/core.hpp"
#include "islands/service_fixture.hpp"
#include "wire/connection_string.hpp"
#include "wire/packet.hpp"

namespace archipelago::islands::testing {

/// In percent of the messages to each participant.
struct Faults {
  unsigned lost = 0;
  unsigned doubled = 0;
  unsigned late = 0;  ///< by up to `lateness`, past what is said meanwhile
  Millis lateness{400};
};

class Line;

/// What all participants hang on.
struct Network {
  VirtualLoop& loop;
  SeededRandom random{11};
  Faults faults{};
  std::vector<Line*> lines{};

  bool happens(unsigned percent) { return percent != 0 && random.next() % 100 < percent; }
};

/// One participant's connection.
class Line final : public bus::Bus {
 public:
  Line(Network& network, Metrics& metrics) : network_(network), inner_(metrics) {
    network_.lines.push_back(this);
  }
  Line(Line const&) = delete;
  Line& operator=(Line const&) = delete;
  ~Line() override { std::erase(network_.lines, this); }

  using Bus::open;
  using Bus::publish;
  std::unique_ptr<bus::Mailbox> open(Loop& loop, bus::Capacity capacity, Millis rest) override {
    return inner_.open(loop, capacity, rest);
  }
  void publish(std::string_view subject, std::string_view payload, std::uint64_t epoch) override {
    if (!connected_since_) return;
    for (auto* const line : network_.lines) {
      if (line != this && network_.happens(network_.faults.lost)) continue;
      line->take(subject, payload, epoch);
      if (line != this && network_.happens(network_.faults.doubled))
        line->take(subject, payload, epoch);
    }
  }
  std::optional<Millis> connected_for() const override {
    if (!connected_since_) return std::nullopt;
    return network_.loop.now() - *connected_since_;
  }

  void cut() { connected_since_.reset(); }
  void mend() { connected_since_ = network_.loop.now(); }

 private:
  void take(std::string_view subject, std::string_view payload, std::uint64_t epoch) {
    if (!connected_since_) return;
    if (!network_.happens(network_.faults.late)) return inner_.publish(subject, payload, epoch);
    auto const delay = Millis{static_cast<std::int64_t>(
        network_.random.next() % static_cast<std::uint64_t>(network_.faults.lateness.count()))};
    network_.loop.start_timer(delay, [this, alive = std::weak_ptr(alive_), s = std::string(subject),
                                      p = std::string(payload), epoch] {
      if (!alive.expired() && connected_since_) inner_.publish(s, p, epoch);
    });
  }

  Network& network_;
  bus::InProcessBus inner_;
  std::optional<Instant> connected_since_ = network_.loop.now();
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// A lease that a test gives and takes.
class FakeLease final : public bus::Lease {
 public:
  void campaign(Loop& loop, std::function<void(std::uint64_t epoch)> won,
                std::function<void()> lost) override {
    loop_ = &loop;
    won_ = std::move(won);
    lost_ = std::move(lost);
  }
  std::uint64_t epoch() const override { return epoch_; }
  void resign() override { take(); }

  void give(std::uint64_t epoch) {
    epoch_ = epoch;
    if (loop_ != nullptr) loop_->post([this, epoch] { won_(epoch); });
  }
  /// True at once, told later.
  void take() {
    if (std::exchange(epoch_, 0) != 0 && loop_ != nullptr) loop_->post(lost_);
  }

 private:
  Loop* loop_ = nullptr;
  std::function<void(std::uint64_t)> won_;
  std::function<void()> lost_;
  std::uint64_t epoch_ = 0;
};

class KeepingBackend final : public adapters::Backend {
 public:
  Result<std::string> connection_string(std::string_view island, Address const& player,
                                        WallTime /*now*/) override {
    return host + ":" + std::string(island) + "?" + player.str();
  }
  std::vector<std::string> review(std::span<adapters::IslandFacts const> islands,
                                  Instant /*now*/) override {
    std::vector<std::string> moved;
    if (std::exchange(reviewed_, host) != host)
      for (auto const& island : islands) moved.emplace_back(island.id);
    return moved;
  }
  void adopt(std::string_view island, std::string_view connection) override {
    adopted[std::string(island)] = connection;
  }
  std::map<std::string, std::string> adopted;
  std::string host = "fake";  ///< of all islands; another one: they move there

 private:
  std::string reviewed_ = host;
};

/// A core as a process of its own.
struct Node {
  Node(Network& network, std::string id, Options options, Policy policy) : line(network, metrics) {
    Core::Parts parts{.loop = network.loop,
                      .bus = line,
                      .metrics = metrics,
                      .backend = backend,
                      .lease = lease,
                      .engine = [policy](std::uint64_t epoch) { return make(epoch, policy); },
                      .stopwatch = [] { return std::chrono::microseconds{0}; },
                      .id = std::move(id)};
    core = std::make_unique<Core>(std::move(parts), std::move(options));
  }

  static std::unique_ptr<engine::Engine> make(std::uint64_t epoch, Policy policy) {
    SeededRandom random(epoch);
    engine::Limits const limits{.join_distance = 64, .leave_distance = 80};
    engine::Hooks hooks{island_ids("I", WallTime{static_cast<std::int64_t>(epoch)}, random), {}};
    return policy == Policy::crowd ? engine::make_crowd_engine(limits, {}, std::move(hooks))
                                   : engine::make_reference_engine(limits, std::move(hooks));
  }

  /// By this core's newest snapshot; a player that is there twice is on "TWO".
  [[nodiscard]] std::map<std::string, std::string> islands() const {
    std::map<std::string, std::string> where;
    for (auto const& island : core->snapshot()->islands)
      for (auto const& peer : island.peers) {
        auto const [place, first] = where.emplace(peer.address.str(), island.id);
        if (!first) place->second = "TWO";
      }
    return where;
  }
  [[nodiscard]] std::string island_of(unsigned player) const {
    auto const all = islands();
    auto const found = all.find(address(player).str());
    return found == all.end() ? std::string() : found->second;
  }

  Metrics metrics;
  Line line;
  KeepingBackend backend;
  FakeLease lease;
  std::unique_ptr<Core> core;
};

/// A gateway of ours, as far as cores hear of it: a beat of each session and a status a second.
class Gate {
 public:
  struct Session {
    std::uint64_t login = 0;
    engine::Position at{};
    std::optional<std::string> wish{};
    std::string told{};
    std::string connection{};  ///< of that, up to its '?'
    int announcements = 0;     ///< that changed `told`
  };

  Gate(Network& network, std::string id)
      : network_(network), id_(std::move(id)), line_(network, metrics_), timer_(network.loop) {
    subscribe("engine.peer.*.island_changed", [this](bus::Message const& m) { hear_island(m); });
    subscribe("cluster.login.*", [this](bus::Message const& m) { hear_login(m); });
    timer_.start(Millis{1'000}, [this] { second(); });
  }

  void login(unsigned player, engine::Position at) {
    clock_ = std::max<std::uint64_t>(
        static_cast<std::uint64_t>(network_.loop.wall_now().ms_since_epoch), clock_ + 1);
    auto const who = address(player);
    sessions[who] = {.login = clock_, .at = at};
    line_.publish(bus::subjects::cluster_login(who), login_message(clock_, id_));
    line_.publish(bus::subjects::peer_connect(who), "");
    beat({who});
  }
  void logout(unsigned player) {
    auto const found = sessions.find(address(player));
    if (found == sessions.end()) return;
    gone_.push_back({found->first, found->second.login, network_.loop.now()});
    line_.publish(bus::subjects::peer_disconnect(found->first), "");
    sessions.erase(found);
  }
  void stand(unsigned player, engine::Position at) {
    auto const found = sessions.find(address(player));
    if (found != sessions.end()) found->second.at = at;
  }

  /// All of them, or those.
  void beat(std::set<Address> const& only = {}) {
    cluster::Heartbeats batch;
    batch.set_gateway(id_);
    for (auto const& [who, session] : sessions) {
      if (!only.empty() && !only.contains(who)) continue;
      auto& beat = *batch.add_beats();
      auto const bytes = who.bytes();
      beat.set_address(std::string(bytes.data(), bytes.size()));
      beat.set_x(session.at.x);
      beat.set_z(session.at.z);
      beat.set_login(session.login);
      if (session.wish) beat.set_desired_room(*session.wish);
      if (session.told.empty()) continue;
      batch.add_islands(session.told);
      batch.add_connections(session.connection);
      beat.set_told(static_cast<std::uint32_t>(batch.islands_size()));
    }
    line_.publish(bus::subjects::kClusterHeartbeats, wire::encode(batch));
  }

  [[nodiscard]] std::string told(unsigned player) const {
    auto const found = sessions.find(address(player));
    return found == sessions.end() ? std::string() : found->second.told;
  }
  [[nodiscard]] int announcements() const {
    int all = 0;
    for (auto const& [who, session] : sessions) all += session.announcements;
    return all;
  }
  void die() {
    timer_.cancel();
    ears_.clear();
  }
  Line& line() { return line_; }

  std::map<Address, Session> sessions;
  std::set<Address> deaf;  ///< the next announcement to these is lost
  int ended = 0;           ///< sessions that heard of a newer one

 private:
  struct Ended {
    Address who;
    std::uint64_t login;
    Instant at;
  };

  void subscribe(std::string_view pattern, bus::Handler handler) {
    ears_.push_back(mailbox_->subscribe(pattern, std::move(handler), bus::Weight::vital));
  }

  void second() {
    timer_.start(Millis{1'000}, [this] { second(); });
    cluster::GatewayStatus status;
    status.set_gateway(id_);
    status.set_sessions(static_cast<std::uint32_t>(sessions.size()));
    std::erase_if(gone_,
                  [&](Ended const& e) { return network_.loop.now() - e.at > Millis{5'000}; });
    for (auto const& over : gone_) {
      auto& gone = *status.add_gone();
      auto const bytes = over.who.bytes();
      gone.set_address(std::string(bytes.data(), bytes.size()));
      gone.set_login(over.login);
    }
    line_.publish(bus::subjects::cluster_gateway(id_), wire::encode(status));
    if (!sessions.empty()) beat();
  }

  void hear_island(bus::Message const& m) {
    auto const who = bus::subjects::peer_of(m.subject);
    auto const head = read_island_changed(m.payload);
    if (!who || !head || m.epoch < newest_) return;
    auto const found = sessions.find(*who);
    if (found == sessions.end()) return;
    if (deaf.erase(found->first) != 0) return;
    newest_ = m.epoch;
    if (found->second.told != head->island) ++found->second.announcements;
    found->second.told = head->island;
    found->second.connection = head->connection_string.substr(0, head->connection_string.find('?'));
  }

  void hear_login(bus::Message const& m) {
    auto const said = *wire::decode<cluster::Login>(m.payload, 1'000);
    clock_ = std::max<std::uint64_t>(clock_, said.login());
    auto const found = sessions.find(*bus::subjects::peer_of(m.subject));
    if (found == sessions.end()) return;
    if (std::pair(found->second.login, id_) >= std::pair(said.login(), said.gateway())) return;
    sessions.erase(found);
    ++ended;
  }

  Network& network_;
  std::string const id_;
  Metrics metrics_;
  Line line_;
  std::unique_ptr<bus::Mailbox> mailbox_ = line_.open(network_.loop, {}, Millis{0});
  std::vector<bus::Subscription> ears_;
  Timer timer_;
  std::uint64_t clock_ = 0;
  std::uint64_t newest_ = 0;
  std::vector<Ended> gone_;
};

/// Two cores and two gateways.
struct Cluster {
  explicit Cluster(Options const& options = {}, Policy policy = Policy::crowd) {
    for (auto const* const id : {"core-a", "core-b"})
      nodes.push_back(std::make_unique<Node>(network, id, options, policy));
    for (auto const* const id : {"gate-a", "gate-b"})
      gates.push_back(std::make_unique<Gate>(network, id));
  }

  /// That core leads, and no other.
  void lead(std::size_t which) {
    for (auto const& node : nodes) node->lease.take();
    epoch = std::max<std::uint64_t>(static_cast<std::uint64_t>(loop.wall_now().ms_since_epoch),
                                    epoch + 1);
    nodes.at(which)->lease.give(epoch);
    loop.run_posted();
  }
  void advance(Millis by) { loop.advance(by); }
  /// All that gateways told players.
  [[nodiscard]] std::map<std::string, std::string> told() const {
    std::map<std::string, std::string> all;
    for (auto const& gate : gates)
      for (auto const& [who, session] : gate->sessions) {
        auto const [place, first] = all.emplace(who.str(), session.told);
        if (!first) place->second = "TWO";
      }
    return all;
  }
  [[nodiscard]] int announcements() const {
    int all = 0;
    for (auto const& gate : gates) all += gate->announcements();
    return all;
  }
  Core& core(std::size_t which) { return *nodes.at(which)->core; }
  Gate& gate(std::size_t which) { return *gates.at(which); }

  VirtualLoop loop;
  Network network{.loop = loop};
  std::uint64_t epoch = 0;
  std::vector<std::unique_ptr<Node>> nodes;
  std::vector<std::unique_ptr<Gate>> gates;
};

}  // namespace archipelago::islands::testing
