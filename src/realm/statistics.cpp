// Snapshots as the JSON that the known statistics service answers, keys in its order.
#include "realm/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <set>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "realm/explanations.hpp"
#include "realm/hot_scenes.hpp"

namespace archipelago::realm {
namespace {

namespace json = boost::json;
using islands::Privacy;
using islands::Snapshot;

constexpr double kParcelMetres = 16;

/// Whole numbers without an exponent, for people who read along.
json::value number(double value) {
  constexpr double kExact = 9e15;
  if (value == std::floor(value) && std::abs(value) < kExact)
    return static_cast<std::int64_t>(value);
  return value;
}

std::int64_t parcel_of(double metres) {
  return static_cast<std::int64_t>(std::floor(metres / kParcelMetres));
}

/// `memory` holds what is made; for one answer of thousands it is freed at once.
json::object peer(Snapshot::Peer const& one, Privacy privacy, json::storage_ptr memory = {}) {
  json::object body(5, std::move(memory));
  body["id"] = one.address.text();
  body["address"] = one.address.text();
  body["lastPing"] = one.last_heartbeat.ms_since_epoch;
  if (privacy == Privacy::none) return body;
  body["parcel"] = {parcel_of(one.at.x), parcel_of(one.at.z)};
  body["position"] = {number(one.at.x), number(one.at.y), number(one.at.z)};
  return body;
}

json::object island(Snapshot::Island const& one, Privacy privacy,
                    json::storage_ptr const& memory = {}) {
  json::array peers(memory);
  peers.reserve(one.peers.size());
  for (auto const& member : one.peers) peers.push_back(peer(member, privacy, memory));
  json::object body(5, memory);
  body["id"] = one.id;
  body["maxPeers"] = one.max_peers;
  if (privacy != Privacy::none) {
    body["center"] = {number(one.centre_x), 0, number(one.centre_z)};
    body["radius"] = number(one.radius);
  }
  body["peers"] = std::move(peers);
  return body;
}

/// `{"ok":true,"<name>":[…]}`
std::string listed(std::string_view name, json::array list) {
  json::object body(2, list.storage());
  body["ok"] = true;
  body[name] = std::move(list);
  return json::serialize(body);
}

net::HttpResponse with(int status, std::string body) {
  net::HttpResponse response;
  response.status = status;
  response.credentials = true;
  response.body = std::move(body);
  return response;
}

net::HttpResponse with(int status, SharedBytes body) {
  net::HttpResponse response;
  response.status = status;
  response.credentials = true;
  response.shared = std::move(body);
  return response;
}

/// The values of every `id=…`. Addresses need no percent-decoding, and nothing else is found.
std::vector<std::string> asked_ids(std::string_view query) {
  std::vector<std::string> ids;
  while (!query.empty()) {
    auto const part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(part.size() + 1, query.size()));
    if (part.starts_with("id=")) ids.emplace_back(part.substr(3));
  }
  return ids;
}

std::string last_segment(std::string const& path) {
  return path.substr(path.rfind('/') + 1);
}

/// One body per snapshot.
class Remembered {
 public:
  using Make = std::string (*)(Snapshot const&);
  Remembered(SnapshotSource snapshots, Make make) : snapshots_(std::move(snapshots)), make_(make) {}

  SharedBytes body() {
    auto snapshot = snapshots_();
    std::lock_guard const lock(mutex_);
    if (snapshot != of_) {
      body_ = share(make_(*snapshot));
      of_ = std::move(snapshot);
    }
    return body_;
  }

 private:
  SnapshotSource const snapshots_;
  Make const make_;
  std::mutex mutex_;
  SnapshotPointer of_;
  SharedBytes body_;
};

net::HttpHandler to_everybody(SnapshotSource const& snapshots, Remembered::Make make) {
  auto remembered = std::make_shared<Remembered>(snapshots, make);
  return [remembered](net::HttpRequest const&, net::HttpReply const& reply) {
    reply(with(200, remembered->body()));
  };
}

net::HttpHandler to_peers(SnapshotSource const& snapshots) {
  auto everybody =
      std::make_shared<Remembered>(snapshots, [](Snapshot const& s) { return peers_json(s, {}); });
  return [snapshots, everybody](net::HttpRequest const& request, net::HttpReply const& reply) {
    auto const ids = asked_ids(request.query);
    reply(ids.empty() ? with(200, everybody->body()) : with(200, peers_json(*snapshots(), ids)));
  };
}

net::HttpHandler to_peer(SnapshotSource const& snapshots) {
  return [snapshots](net::HttpRequest const& request, net::HttpReply const& reply) {
    reply(peer_response(*snapshots(), last_segment(request.path)));
  };
}

Snapshot::Island const* find_island(Snapshot const& snapshot, std::string_view id) {
  auto const found = std::ranges::find(snapshot.islands, id, &Snapshot::Island::id);
  return found == snapshot.islands.end() ? nullptr : &*found;
}

/// The known object and what the engine says about it, told later from the islands' loop.
islands::ExplainReply explained(SnapshotPointer snapshot, Snapshot::Island const& one,
                                net::HttpReply reply) {
  return [snapshot = std::move(snapshot), &one,
          reply = std::move(reply)](islands::Explained const& why) {
    if (!why.known)
      return reply(with(503, R"({"ok":false,"message":"ask the core that makes the islands"})"));
    auto body = island(one, snapshot->privacy);
    for (auto& [key, value] : explanations(why, snapshot->privacy)) body[key] = std::move(value);
    body["wishes"] = wishes(snapshot->wishes);
    reply(with(200, json::serialize(body)));
  };
}

net::HttpHandler to_island(SnapshotSource const& snapshots, islands::Explainer& explainer,
                           Metrics& metrics) {
  return [snapshots, &explainer, &metrics](net::HttpRequest const& request,
                                           net::HttpReply const& reply) {
    auto snapshot = snapshots();
    auto const id = last_segment(request.path);
    auto const question = request.parameter("explain");
    auto const* const known = find_island(*snapshot, id);
    if (known == nullptr || !question) return reply(island_response(*snapshot, id));
    auto const player = Address::parse(*question);
    if (!player && *question != "1")
      return reply(with(400, R"({"ok":false,"message":"explain is 1 or an address"})"));
    auto later = explained(std::move(snapshot), *known, reply);
    bool const taken = player ? explainer.ask_player(*player, std::move(later))
                              : explainer.ask_members(id, std::move(later));
    if (taken) return;
    metrics.reject(Errc::overloaded);
    reply(with(503, R"({"ok":false,"message":"overloaded"})"));
  };
}

}  // namespace

std::string peers_json(Snapshot const& snapshot, std::vector<std::string> const& ids) {
  std::set<std::string_view> const wanted(ids.begin(), ids.end());
  json::monotonic_resource memory;
  json::array peers(&memory);
  if (wanted.empty()) peers.reserve(snapshot.players);
  for (auto const& island : snapshot.islands)
    for (auto const& one : island.peers)
      if (wanted.empty() || wanted.contains(one.address.text()))
        peers.push_back(peer(one, snapshot.privacy, &memory));
  return listed("peers", std::move(peers));
}

std::string islands_json(Snapshot const& snapshot) {
  json::monotonic_resource memory;
  json::array all(&memory);
  all.reserve(snapshot.islands.size());
  for (auto const& one : snapshot.islands) all.push_back(island(one, snapshot.privacy, &memory));
  return listed("islands", std::move(all));
}

std::string parcels_json(Snapshot const& snapshot) {
  json::array parcels;
  for (auto const& [parcel, count] : occupied_parcels(snapshot)) {
    json::object place{{"x", parcel.first}, {"y", parcel.second}};
    parcels.push_back(json::object{{"peersCount", count}, {"parcel", std::move(place)}});
  }
  return json::serialize(json::object{{"parcels", std::move(parcels)}});
}

net::HttpResponse peer_response(Snapshot const& snapshot, std::string_view id) {
  for (auto const& island : snapshot.islands)
    for (auto const& one : island.peers)
      if (one.address.text() == id)
        return with(200, json::serialize(
                             json::object{{"ok", true}, {"peer", peer(one, snapshot.privacy)}}));
  return with(404, R"({"ok":false,"peer":null})");
}

net::HttpResponse island_response(Snapshot const& snapshot, std::string_view id) {
  auto const* const one = find_island(snapshot, id);
  return one == nullptr ? with(404, "")
                        : with(200, json::serialize(island(*one, snapshot.privacy)));
}

void register_statistics(net::Router& router, SnapshotSource const& snapshots,
                         islands::Explainer& explainer, Metrics& metrics) {
  for (std::string const prefix : {"", "/comms"}) {
    router.http("GET", prefix + "/peers", to_peers(snapshots));
    router.http("GET", prefix + "/peers/*", to_peer(snapshots));
    router.http("GET", prefix + "/islands", to_everybody(snapshots, islands_json));
    router.http("GET", prefix + "/islands/*", to_island(snapshots, explainer, metrics));
    router.http("GET", prefix + "/parcels", to_everybody(snapshots, parcels_json));
  }
}

void register_rooms_status(net::Router& router, rooms::Rooms const& rooms, Loop const& clock,
                           Config::Realm const& realm) {
  router.http("GET", "/rooms/status", [&](net::HttpRequest const&, net::HttpReply const& reply) {
    reply(with(200, rooms::status_json(rooms.status(), clock.wall_now(), realm.version,
                                       realm.commit_hash)));
  });
}

}  // namespace archipelago::realm
