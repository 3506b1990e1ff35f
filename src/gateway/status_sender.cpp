#include "gateway/status_sender.hpp"

#include <cstddef>
#include <utility>

#include "archipelago/cluster.pb.h"
#include "bus/subjects.hpp"
#include "gateway/cluster.hpp"
#include "wire/packet.hpp"

namespace archipelago::gateway {
namespace {

constexpr std::size_t kTold = 3;  // times

}  // namespace

StatusSender::StatusSender(std::string id, Loop& loop, bus::Bus& bus, Directory& directory)
    : id_(std::move(id)), bus_(bus), directory_(directory), timer_(loop) {
  timer_.start(Millis{0}, [this] { send(); });
}

void StatusSender::drain() {
  if (!draining_.exchange(true)) publish({});
}

void StatusSender::send() {
  gone_.push_front(directory_.take_departures());
  if (gone_.size() > kTold) gone_.pop_back();
  publish(gone_);
  timer_.start(kStatusInterval, [this] { send(); });
}

void StatusSender::publish(std::deque<std::vector<Departure>> const& gone) {
  cluster::GatewayStatus status;
  status.set_gateway(id_);
  status.set_sessions(static_cast<std::uint32_t>(directory_.size()));
  status.set_draining(draining_);
  for (auto const& departures : gone)
    for (auto const& departure : departures) {
      if (static_cast<std::size_t>(status.gone_size()) >= kMostGone) break;
      auto& entry = *status.add_gone();
      auto const address = departure.who.bytes();
      entry.set_address(address.data(), address.size());
      entry.set_login(departure.login);
    }
  bus_.publish(bus::subjects::cluster_gateway(id_), wire::encode(status));
}

}  // namespace archipelago::gateway
