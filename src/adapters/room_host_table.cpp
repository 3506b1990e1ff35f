// Statuses heard, and silence counted.
#include "adapters/room_host_table.hpp"

#include <algorithm>
#include <utility>

#include "adapters/ws_room.hpp"
#include "archipelago/cluster.pb.h"
#include "base/log.hpp"
#include "bus/subjects.hpp"
#include "wire/connection_string.hpp"
#include "wire/packet.hpp"

namespace archipelago::adapters {
namespace {

constexpr std::size_t kMostBytes = 1'024;
constexpr std::size_t kLongestId = 64;
constexpr std::size_t kLongestUrl = 256;
constexpr bus::Capacity kMailbox{.messages = 4'096, .bytes = std::size_t{4} << 20U};

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kLongestId && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

/// What the setting of a realm may be, and what clients can read, too.
bool is_base(std::string const& url) {
  return url.size() <= kLongestUrl && !WsRoom::problem_with_base(url) &&
         wire::resolve_connection_string("ws-room:" + url + "/rooms/I").has_value();
}

std::string_view last_part(std::string_view subject) {
  return subject.substr(subject.rfind('.') + 1);
}

}  // namespace

RoomHostTable::RoomHostTable(Loop& loop, bus::Bus& bus, Metrics& metrics, Open open)
    : loop_(loop),
      bus_(bus),
      metrics_(metrics),
      open_(std::move(open)),
      swept_(loop.now()),
      timer_(loop),
      mailbox_(bus.open(loop, kMailbox)) {
  subscription_ = mailbox_->subscribe(bus::subjects::kAnyClusterRooms,
                                      [this](bus::Message const& m) { on_status(m); });
  timer_.start(kSweep, [this] { sweep(); });
}

void RoomHostTable::on_status(bus::Message const& message) {
  auto status = wire::decode<cluster::RoomHostStatus>(message.payload, kMostBytes);
  if (!status) return metrics_.reject(status.error().code);
  auto& url = *status->mutable_url();
  while (url.ends_with('/')) url.pop_back();
  auto const id = last_part(message.subject);
  if (!is_id(id) || status->host() != id || !is_base(url))
    return metrics_.reject(Errc::bad_request);
  note(id, std::move(url), status->capacity(), status->draining());
}

void RoomHostTable::note(std::string_view id, std::string url, std::size_t capacity,
                         bool draining) {
  auto known = hosts_.find(id);
  if (known == hosts_.end() || known->second->url != url) {
    auto const has_it = [&](auto const& entry) { return entry.second->url == url; };
    if (std::ranges::any_of(hosts_, has_it)) return metrics_.reject(Errc::bad_request);
    if (known != hosts_.end()) lose(known);
    if (hosts_.size() >= kMostHosts) return metrics_.reject(Errc::overloaded);
    log::info("adapters", "room host came", {{"host", id}, {"url", url}, {"capacity", capacity}});
    auto rooms = open_(url);
    known = hosts_.emplace(id, std::make_shared<RoomHost>()).first;
    known->second->id = id;
    known->second->url = std::move(url);
    known->second->rooms = std::move(rooms);
    metrics_.set(Metric::cluster_room_hosts, std::ssize(hosts_));
  }
  auto& host = *known->second;
  if (draining && !host.draining) log::info("adapters", "room host drains", {{"host", id}});
  host.capacity = capacity;
  host.draining = draining;
  host.heard = listened();
}

/// Counts no more than two sweeps at once: when this process did not run, nobody was heard.
Millis RoomHostTable::listened() const {
  return listened_ + std::min(loop_.now() - swept_, 2 * kSweep);
}

Millis RoomHostTable::silence(Millis since) const {
  return std::min(listened() - since, bus_.connected_for().value_or(Millis{0}));
}

bool RoomHostTable::learning() const {
  return silence(Millis{0}) < kSilence;
}

void RoomHostTable::sweep() {
  listened_ = listened();
  swept_ = loop_.now();
  for (auto host = hosts_.begin(); host != hosts_.end();)
    if (auto const here = host++; silence(here->second->heard) >= kSilence) lose(here);
  timer_.start(kSweep, [this] { sweep(); });
}

/// Who drained leaves in order, and is not counted.
void RoomHostTable::lose(Hosts::iterator host) {
  auto& gone = *host->second;
  gone.gone = true;
  if (!gone.draining) metrics_.add(Metric::cluster_room_hosts_lost);
  log::write(gone.draining ? log::Level::info : log::Level::warn, "adapters", "room host is gone",
             {{"host", gone.id}, {"url", gone.url}, {"players", gone.players}});
  hosts_.erase(host);
  metrics_.set(Metric::cluster_room_hosts, std::ssize(hosts_));
}

std::shared_ptr<RoomHost> RoomHostTable::of(std::string_view connection) const {
  for (auto const& [id, host] : hosts_)
    if (host->rooms->carries(connection)) return host;
  return nullptr;
}

}  // namespace archipelago::adapters
