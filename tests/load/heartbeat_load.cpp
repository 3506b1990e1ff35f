// heartbeat_load: the heartbeats of made-up players straight onto NATS, as a gateway would send
// them; progress on stderr, one JSON object on stdout. What of it the core took over is asked of
// the core (tools/bench_cluster.py).
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include <CLI/CLI.hpp>
#include <archipelago/cluster.pb.h>
#include <boost/json.hpp>
#include <unistd.h>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "bus/nats_bus.hpp"
#include "bus/subjects.hpp"
#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "net/asio_loop.hpp"
#include "wire/packet.hpp"

namespace archipelago::load {
namespace {

namespace subjects = bus::subjects;
namespace v3 = decentraland::kernel::comms::v3;
using Steady = std::chrono::steady_clock;

/// The field `number` that stands at the beginning of `rest`, and is taken off it: an
/// IslandChangedMessage begins with its island and its connection string, and a gateway does not
/// read the rest either. Nothing if it is not there.
std::string_view take_text(std::string_view& rest, unsigned number) {
  if (rest.empty() || static_cast<unsigned char>(rest[0]) != (number << 3 | 2)) return {};
  std::size_t size = 0;
  std::size_t at = 1;
  for (unsigned shift = 0; at < rest.size() && shift < 28; shift += 7) {
    auto const byte = static_cast<unsigned char>(rest[at++]);
    size |= std::size_t{byte & 0x7fU} << shift;
    if (byte < 0x80) break;
  }
  if (rest.size() - at < size) return {};
  auto const text = rest.substr(at, size);
  rest.remove_prefix(at + size);
  return text;
}

constexpr double kWalk = 1.4;                  // m/s
constexpr std::chrono::milliseconds kTick{5};  // as a gateway gathers heartbeats

struct Order {
  std::string nats;
  std::string gateway = "load";
  std::size_t players = 2'000;
  double rate = 10'000;  ///< heartbeats a second, of all together
  double seconds = 10;
  std::size_t batch = 400;   ///< beats in one message at most; 0: each on its own subject
  double half_side = 2'400;  ///< m; of the square that they stand in
  double ramp = 0;           ///< s in which they come, one after another
};

struct Made {
  Address address;
  double x = 0;
  double z = 0;
  double dx = 0;  ///< from one heartbeat to the next
  double dz = 0;
  std::string told{};   ///< island
  std::string place{};  ///< of its island: the connection string up to its "?"
};

std::string address_bytes(std::size_t number) {
  std::string bytes(Address::kBytes, '\x5a');
  for (std::size_t i = 0; i < sizeof number; ++i)
    bytes[i] = static_cast<char>(number >> (8 * i) & 0xffU);
  return bytes;
}

/// Players of one gateway. Belongs to the loop that it hears NATS on.
class Players {
 public:
  Players(Order const& order, bus::Bus& bus, Loop& loop)
      : order_(order), bus_(bus), mailbox_(bus.open(loop, {.messages = 0, .bytes = 0})) {
    SeededRandom dice(1);
    for (std::size_t n = 0; n < order.players; ++n) {
      auto const address = Address::from_bytes(address_bytes(n)).value();
      all_.push_back({.address = address, .x = place(dice), .z = place(dice)});
      auto const stride = kWalk * static_cast<double>(order.players) / order.rate;
      (n % 2 == 0 ? all_.back().dx : all_.back().dz) = n % 4 < 2 ? stride : -stride;
      by_address_.emplace(address, n);
    }
    changes_ = mailbox_->subscribe(subjects::kAnyIslandChanged,
                                   [this](bus::Message const& message) { told(message); });
    login_ = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                            std::chrono::system_clock::now().time_since_epoch())
                                            .count());
  }

  void connect() {
    for (auto const& player : all_) bus_.publish(subjects::peer_connect(player.address), {});
  }
  void disconnect() {
    for (auto const& player : all_) bus_.publish(subjects::peer_disconnect(player.address), {});
  }

  void say_that_we_live() {
    cluster::GatewayStatus status;
    status.set_gateway(order_.gateway);
    status.set_sessions(static_cast<std::uint32_t>(all_.size()));
    bus_.publish(subjects::cluster_gateway(order_.gateway), wire::encode(status));
  }

  /// So many of them are here.
  void come(double share) {
    here_ = std::max<std::size_t>(
        1, static_cast<std::size_t>(share * static_cast<double>(all_.size())));
  }

  /// The next `count` players, one after another and round again, say where they are.
  void beat(std::size_t count) {
    if (order_.batch == 0) {
      for (; count > 0; --count) alone(all_[next()]);
      return;
    }
    while (count > 0) {
      auto const some = std::min({count, order_.batch, here_});
      together(some);
      count -= some;
    }
  }

  std::size_t announcements = 0;
  std::size_t changes = 0;  ///< of these, to another island than before
  std::size_t messages = 0;
  std::size_t bytes = 0;  ///< of messages with heartbeats

 private:
  [[nodiscard]] double place(SeededRandom& dice) const {
    auto const share = static_cast<double>(dice.next() >> 11U) / 9007199254740992.0;
    return (2 * share - 1) * order_.half_side;
  }

  /// And back at the edge.
  void walk(double& at, double& by) const {
    at += by;
    if (std::abs(at) > order_.half_side) by = at > 0 ? -std::abs(by) : std::abs(by);
  }

  std::size_t next() {
    auto const now = next_++;
    if (next_ >= here_) next_ = 0;
    walk(all_[now].x, all_[now].dx);
    walk(all_[now].z, all_[now].dz);
    return now;
  }

  void alone(Made const& player) {
    v3::Heartbeat heartbeat;
    heartbeat.mutable_position()->set_x(static_cast<float>(player.x));
    heartbeat.mutable_position()->set_z(static_cast<float>(player.z));
    send(subjects::peer_heartbeat(player.address), wire::encode(heartbeat));
  }

  void together(std::size_t count) {
    cluster::Heartbeats batch;
    batch.set_gateway(order_.gateway);
    std::unordered_map<std::string_view, std::uint32_t> numbers;
    for (; count > 0; --count) {
      auto const& player = all_[next()];
      auto& beat = *batch.add_beats();
      auto const address = player.address.bytes();
      beat.set_address(address.data(), address.size());
      beat.set_x(static_cast<float>(player.x));
      beat.set_z(static_cast<float>(player.z));
      beat.set_login(login_);
      if (player.told.empty()) continue;
      auto const [known, fresh] =
          numbers.try_emplace(player.told, static_cast<std::uint32_t>(numbers.size() + 1));
      if (fresh) {
        batch.add_islands(player.told);
        batch.add_connections(player.place);
      }
      beat.set_told(known->second);
    }
    send(subjects::kClusterHeartbeats, wire::encode(batch));
  }

  void send(std::string_view subject, std::string const& payload) {
    bus_.publish(subject, payload);
    ++messages;
    bytes += payload.size();
  }

  void told(bus::Message const& message) {
    auto const address = subjects::peer_of(message.subject);
    auto const known = address ? by_address_.find(*address) : by_address_.end();
    if (known == by_address_.end()) return;
    std::string_view rest = message.payload;
    auto const island = take_text(rest, 1);
    if (island.empty()) return;
    ++announcements;
    auto& player = all_[known->second];
    if (!player.told.empty() && player.told != island) ++changes;
    player.told = island;
    auto const connection = take_text(rest, 2);
    player.place = connection.substr(0, connection.find('?'));
  }

  Order const& order_;
  bus::Bus& bus_;
  std::unique_ptr<bus::Mailbox> mailbox_;
  std::vector<Made> all_;
  std::unordered_map<Address, std::size_t> by_address_;  // never iterated
  bus::Subscription changes_;
  std::uint64_t login_ = 0;
  std::size_t here_ = 1;
  std::size_t next_ = 0;
};

double seconds_since(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

/// Sends what is due every few milliseconds; what NATS is too slow for is counted by the bus.
boost::json::object play(Order const& order) {
  Metrics metrics;
  auto connected = bus::NatsBus::connect({.servers = {order.nats}, .name = "load"}, metrics);
  if (!connected) throw std::runtime_error(connected.error().detail);
  auto& bus = **connected;
  net::asio::io_context io;
  auto const loop = std::make_shared<net::AsioLoop>(io);
  Players players(order, bus, *loop);
  if (order.batch == 0) players.connect();

  double status_due = 0;
  double due = 0;
  double before = 0;
  std::size_t sent = 0;
  auto const start = Steady::now();
  for (auto next = start; seconds_since(start) < order.seconds; next += kTick) {
    std::this_thread::sleep_until(next);
    auto const now = seconds_since(start);
    if (now >= status_due) {
      players.say_that_we_live();
      status_due += 1;
    }
    auto const here = order.ramp > 0 ? std::min(1.0, now / order.ramp) : 1.0;
    players.come(here);
    due += (std::min(now, order.seconds) - before) * order.rate * here;
    before = now;
    auto const count = static_cast<std::size_t>(std::max(0.0, due - static_cast<double>(sent)));
    players.beat(count);
    sent += count;
    io.restart();
    io.poll();
  }
  auto const wall = seconds_since(start);
  if (order.batch == 0) players.disconnect();
  bool const flushed = bus.flush(Millis{5'000});
  return {{"players", order.players},
          {"beats_in_a_message", order.batch},
          {"sent", sent},
          {"messages", players.messages},
          {"bytes", players.bytes},
          {"wall_seconds", wall},
          {"flushed", flushed},
          {"announcements", players.announcements},
          {"changes", players.changes},
          {"publish_failures", metrics.value(Metric::nats_publish_failures)}};
}

int run(int argc, char const* const* argv) {
  CLI::App app("Sends heartbeats of made-up players onto NATS.", "heartbeat_load");
  Order order;
  app.add_option("--nats", order.nats, "URL of the server")->required();
  app.add_option("--gateway", order.gateway, "id of the gateway that they pretend to come by");
  app.add_option("--players", order.players)
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}));
  app.add_option("--rate", order.rate, "heartbeats a second, of all together");
  app.add_option("--seconds", order.seconds);
  app.add_option("--batch", order.batch, "in one message at most; 0: each on its own subject");
  app.add_option("--half-side", order.half_side, "m, of the square that they stand in");
  app.add_option("--ramp", order.ramp, "s in which they come, one after another");
  CLI11_PARSE(app, argc, argv);
  log::set_level(log::Level::warn);
  ::alarm(static_cast<unsigned>(order.seconds) + 60);  // whatever happens
  std::cout << boost::json::serialize(play(order)) << '\n';
  return 0;
}

}  // namespace
}  // namespace archipelago::load

int main(int argc, char** argv) {
  try {
    return archipelago::load::run(argc, argv);
  } catch (std::exception const& e) {
    std::cerr << "heartbeat_load: " << e.what() << '\n';
    return 1;
  }
}
