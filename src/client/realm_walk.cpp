// Two players and what they do, one step after the other.
#include "client/realm_walk.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

#include "client/room_talk.hpp"
#include "net/http_client.hpp"
#include "wire/connection_string.hpp"

namespace archipelago::client {
namespace {

constexpr Millis kHeartbeat{500};
constexpr Millis kKickPatience{
    15'000};                     // a BFF closes a replaced socket ten seconds later (WIRE 3.4)
constexpr float kApart = 1'000;  // metres; further than any island reaches

// Tens of kilometres out, where nobody walks, and not where the last check was.
Position far_away(Random& random) {
  std::array<std::uint8_t, 4> bytes{};
  random.fill(bytes);
  auto const metres = [&](std::size_t i) {
    return 20'000.0F + static_cast<float>(bytes[i] * 256 + bytes[i + 1]) / 2;
  };
  return {metres(0), 0, metres(2)};
}

std::string without_query(std::string_view url) {
  return std::string(url.substr(0, url.find('?')));
}

}  // namespace

RealmWalk::RealmWalk(CheckOptions const& options, CheckReport& report)
    : options_(options), report_(report), a_(made_up("A")), b_(made_up("B")) {
  a_.at = b_.at = far_away(network_.network().random);
}

RealmWalk::Actor RealmWalk::made_up(std::string name) {
  auto const network = network_.network();
  return {.name = std::move(name),
          .identity = Identity::guest(network.random, network.loop.wall_now())};
}

void RealmWalk::run() {
  if (!read_about()) return;
  if (entrances_.fixed && !entrances_.bff && !entrances_.direct) return talk_at_fixed();
  if (!log_in()) return;
  if (entrances_.fixed)
    report_.skip("islands", "one fixed backend for all: " + without_query(*entrances_.fixed));
  else if (!meet() || !talk() || !part() || !meet_again())
    return;
  if (log_in_twice()) leave();
}

bool RealmWalk::read_about() {
  auto const advice =
      "open " + options_.realm +
      "/about in a browser: it must answer 200 with the realm's description; is the "
      "server running, and is the URL the realm's root?";
  return report_.step("about", advice, [this] { return fetch_about(); });
}

Result<std::string> RealmWalk::fetch_about() {
  auto url = realm_url(options_.realm);
  if (!url) return tl::unexpected(url.error());
  realm_ = std::move(*url);
  net::HttpFetch request;
  request.url = realm_ + "/about";
  request.timeout = options_.timeout;
  auto const answer = net::fetch(request);
  if (!answer) return tl::unexpected(answer.error());
  auto about = parse_about(answer->body);
  if (answer->status != 200)
    return fail(Errc::upstream_failed, "HTTP " + std::to_string(answer->status));
  if (!about) return tl::unexpected(about.error());
  about_ = std::move(*about);
  auto doors = entrances(about_, realm_);
  if (!doors) return tl::unexpected(doors.error());
  entrances_ = std::move(*doors);
  if (!about_.healthy) return fail(Errc::upstream_failed, "the realm says it is not healthy");
  if (about_.protocol != "v3") return fail(Errc::upstream_failed, "comms.protocol is not v3");
  return "realm \"" + about_.realm_name + "\"" +
         (about_.users ? ", " + std::to_string(*about_.users) + " players" : "") +
         (entrances_.bff ? ", bff " + *entrances_.bff : "") +
         (entrances_.direct ? ", direct " + *entrances_.direct : "") +
         (about_.accepting_users ? "" : ", accepts no users now");
}

bool RealmWalk::log_in() {
  if (!entrances_.bff && !entrances_.direct) {
    report_.skip("login", "the realm offers neither a bff nor a direct entrance");
    return false;
  }
  a_.entrance = entrances_.bff ? Entrance::bff : Entrance::direct;
  b_.entrance = entrances_.direct ? Entrance::direct : Entrance::bff;
  for (auto* const actor : {&a_, &b_}) {
    bool const in = report_.step(
        "login " + actor->name + (actor->entrance == Entrance::bff ? " (bff)" : " (direct)"),
        "look for the reason in the server's log and in its archipelago_rejected_total metric",
        [&]() -> Result<std::string> {
          auto client = log_in(*actor);
          if (!client) return tl::unexpected(client.error());
          actor->client = std::move(*client);
          return actor->identity.address();
        });
    if (!in) return false;
  }
  return true;
}

Result<std::unique_ptr<RealmClient>> RealmWalk::log_in(Actor& actor) {
  RealmOptions how;
  how.realm = realm_;
  how.entrance = actor.entrance;
  how.heartbeat = kHeartbeat;
  how.limit = options_.timeout;
  RealmEvents events;
  events.island = [&actor](IslandChange const& change) { actor.last = change; };
  auto client =
      std::make_unique<RealmClient>(network_.network(), actor.identity, how, std::move(events));
  client->start();
  auto const& status = client->status();
  network_.until([&] { return status.state == State::online || status.why; }, 2 * options_.timeout);
  if (status.state == State::online) return client;
  if (status.why) return tl::unexpected(to_error(*status.why));
  return fail(Errc::handshake_timeout, "no login in time");
}

bool RealmWalk::meet() {
  return report_.step(
      "same island", "do heartbeats reach the islands' clock? see /core-status and /comms/peers",
      [this]() -> Result<std::string> {
        auto const met = walk_until([this] { return a_.last && a_.island() == b_.island(); });
        if (!met) return tl::unexpected(met.error());
        return a_.island();
      });
}

bool RealmWalk::talk() {
  auto const for_a = wire::resolve_connection_string(a_.last->connection);
  auto const for_b = wire::resolve_connection_string(b_.last->connection);
  if (for_a && for_b && for_a->backend == wire::Backend::ws_room &&
      for_b->backend == wire::Backend::ws_room)
    return RoomTalk(network_, report_, {a_.identity, a_.last->connection},
                    {b_.identity, b_.last->connection}, options_.timeout)
        .run();
  if (!for_a || !for_b)
    return report_.step("room", "the islands' backend is configured wrongly", [&] {
      return Result<std::string>(tl::unexpected((for_a ? for_b : for_a).error()));
    });
  report_.skip("room",
               "the islands' backend is not ours to walk: " + without_query(a_.last->connection));
  return true;
}

/// A realm without islands.
void RealmWalk::talk_at_fixed() {
  auto const& connection = *entrances_.fixed;
  report_.skip("login",
               "the realm offers neither a bff nor a direct entrance; one fixed backend "
               "for all: " +
                   without_query(connection));
  auto const endpoint = wire::resolve_connection_string(connection);
  if (!endpoint || (endpoint->backend != wire::Backend::ws_room &&
                    endpoint->backend != wire::Backend::signed_login))
    return;
  RoomTalk(network_, report_, {a_.identity, connection}, {b_.identity, connection},
           options_.timeout)
      .run();
}

bool RealmWalk::part() {
  return report_.step(
      "B walks away", "is the leave distance above 1000 m?", [this]() -> Result<std::string> {
        auto const before = b_.island();
        b_.at.x += kApart;
        auto const parted = walk_until([this] { return a_.island() != b_.island(); });
        if (!parted) return tl::unexpected(parted.error());
        return "A on " + a_.island() + ", B on " + b_.island() + ", both came from " + before;
      });
}

bool RealmWalk::meet_again() {
  return report_.step("B comes back", "is the join distance above 0 m?",
                      [this]() -> Result<std::string> {
                        b_.at = a_.at;
                        auto const met = walk_until([this] { return a_.island() == b_.island(); });
                        if (!met) return tl::unexpected(met.error());
                        return a_.island();
                      });
}

bool RealmWalk::log_in_twice() {
  auto const advice =
      "a second login of an address must end its first session: is the gateway one process, or do "
      "its "
      "processes share a bus?";
  return report_.step("A logs in twice", advice, [this]() -> Result<std::string> {
    auto second = log_in(a_);
    if (!second) return tl::unexpected(second.error());
    auto const first = std::exchange(a_.client, std::move(*second));
    auto const& ended = first->status().why;
    network_.until([&] { return ended.has_value(); }, std::max(options_.timeout, kKickPatience));
    if (!ended) return fail(Errc::idle_timeout, "the first session goes on");
    return "the first session was ended: " + to_error(*ended).detail;
  });
}

bool RealmWalk::leave() {
  return report_.step("leave", "", [this]() -> Result<std::string> {
    int left = 0;
    for (auto* const actor : {&a_, &b_}) actor->client->stop();
    network_.network().loop.post([&left] { ++left; });  // after what the two do
    network_.until([&left] { return left > 0; }, options_.timeout);
    return "both closed their connections";
  });
}

Result<> RealmWalk::walk_until(std::function<bool()> const& arrived) {
  auto const lost = [this]() -> Actor const* {
    for (auto const* const actor : {&a_, &b_})
      if (actor->client->status().state != State::online) return actor;
    return nullptr;
  };
  for (auto const* const actor : {&a_, &b_}) actor->client->move_to(actor->at);
  if (network_.until([&] { return arrived() || lost() != nullptr; }, options_.timeout) && !lost())
    return {};
  if (auto const* const actor = lost()) {
    auto const why = to_error(actor->client->status().why.value_or(Ending{}));
    return fail(why.code, actor->name + ": " + why.detail);
  }
  auto const where = [](Actor const& actor) {
    return actor.name + (actor.last ? " is on " + actor.island() : " is on no island");
  };
  return fail(Errc::idle_timeout, where(a_) + ", " + where(b_));
}

}  // namespace archipelago::client
