// Every question is asked on the thread that it concerns, one thread after another.
#include "cli/swarm_crew.hpp"

#include <array>
#include <chrono>
#include <future>
#include <utility>

namespace archipelago::cli {
namespace {

swarm::Micros now() {
  auto const since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<swarm::Micros>(since);
}

/// 127.0.0.1, 127.0.0.2, …, 127.0.1.1, …
IpAddress loopback(std::size_t index) {
  constexpr std::size_t kPerBlock = 250;
  std::array<std::uint8_t, 16> bytes{};
  bytes[10] = bytes[11] = 0xff;
  bytes[12] = 127;
  bytes[14] = static_cast<std::uint8_t>(index / kPerBlock);
  bytes[15] = static_cast<std::uint8_t>(index % kPerBlock + 1);
  return IpAddress(bytes);
}

}  // namespace

/// A thread. The swarm lives and dies on it.
struct Crew::Hand {
  Hand() { shard.start(); }
  Hand(Hand const&) = delete;
  Hand& operator=(Hand const&) = delete;
  ~Hand() {
    run([this] { players.reset(); });
    shard.stop();
    shard.join();
  }

  void run(Task const& task) {
    std::promise<void> done;
    shard.post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }

  void connect_from(net::OutgoingOptions const& options) {
    run([&] { outgoing.push_back(net::make_outgoing(shard, options)); });
  }
  [[nodiscard]] std::vector<client::Network> networks() {
    std::vector<client::Network> all;
    all.reserve(outgoing.size());
    for (auto const& each : outgoing) all.push_back({each->loop(), random, *each});
    return all;
  }

  net::Shard shard;
  SystemRandom random;
  std::vector<std::unique_ptr<net::Outgoing>> outgoing;
  std::unique_ptr<swarm::Swarm> players;
};

Crew::Crew(CrewOptions const& options) {
  for (std::size_t i = 0; i < options.threads; ++i) {
    auto& hand = *hands_.emplace_back(std::make_unique<Hand>());
    auto outgoing = options.outgoing;
    if (options.sources == 0) hand.connect_from(outgoing);
    for (std::size_t source = 0; source < options.sources; ++source) {
      outgoing.source = loopback(source);
      hand.connect_from(outgoing);
    }
  }
}

Crew::~Crew() = default;

void Crew::start(swarm::SwarmOptions const& options, std::vector<client::Identity> const& ready) {
  std::vector<std::vector<client::Identity>> shares(hands_.size());
  for (std::size_t i = 0; i < ready.size(); ++i) shares[i % shares.size()].push_back(ready[i]);
  auto mine = options;
  mine.parts = hands_.size();
  for (std::size_t i = 0; i < hands_.size(); ++i) {
    mine.part = i;
    auto& hand = *hands_[i];
    hand.run([&] {
      hand.players =
          std::make_unique<swarm::Swarm>(hand.networks(), mine, std::move(shares[i]), now);
      hand.players->start();
    });
  }
}

void Crew::quiet() {
  for (auto const& hand : hands_) hand->run([&] { hand->players->quiet(); });
}

void Crew::look(swarm::Meters& meters, swarm::Population& population) {
  for (auto const& hand : hands_)
    hand->run([&] {
      meters.merge(hand->players->meters());
      population.merge(hand->players->population());
    });
}

swarm::Meters Crew::leave() {
  swarm::Tails tails;
  for (auto const& hand : hands_) hand->run([&] { hand->players->add_tails(tails); });
  swarm::Meters meters;
  for (auto const& hand : hands_)
    hand->run([&] {
      hand->players->leave(tails);
      meters.merge(hand->players->meters());
    });
  return meters;
}

}  // namespace archipelago::cli
