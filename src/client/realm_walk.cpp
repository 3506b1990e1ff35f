// Two players and what they do, one step after the other.
#include "client/realm_walk.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

#include "client/bff_player.hpp"
#include "client/direct_player.hpp"
#include "client/room_talk.hpp"
#include "net/http_client.hpp"
#include "wire/connection_string.hpp"

namespace archipelago::client {
namespace {

constexpr Millis kIdentityLifetime{3'600'000};
constexpr Millis kHeartbeatInterval{1'000};
constexpr Millis kListen{250};
constexpr Millis kKickPatience{
    15'000};                     // a BFF closes a replaced socket ten seconds later (WIRE 3.4)
constexpr float kApart = 1'000;  // metres; further than any island reaches

WallTime wall_now() {
  using std::chrono::system_clock;
  return {std::chrono::duration_cast<Millis>(system_clock::now().time_since_epoch()).count()};
}

auth::Identity guest(Random& random) {
  return auth::make_identity(auth::Key::generate(random), random, wall_now() + kIdentityLifetime);
}

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

RealmWalk::RealmWalk(CheckOptions const& options, CheckReport& report, Random& random)
    : options_(options),
      report_(report),
      a_{.name = "A",
         .identity = guest(random),
         .protocol = {},
         .player = {},
         .at = far_away(random),
         .last = {}},
      b_{.name = "B",
         .identity = guest(random),
         .protocol = {},
         .player = {},
         .at = a_.at,
         .last = {}} {}

void RealmWalk::run() {
  if (!read_about() || !log_in()) return;
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
    report_.skip("login", "the realm offers neither a bff nor a direct entrance" +
                              (entrances_.fixed ? "; one fixed backend for all: " +
                                                      without_query(*entrances_.fixed)
                                                : std::string()));
    return false;
  }
  a_.protocol = entrances_.bff ? "bff" : "direct";
  b_.protocol = entrances_.direct ? "direct" : "bff";
  for (auto* const actor : {&a_, &b_}) {
    bool const in = report_.step(
        "login " + actor->name + " (" + actor->protocol + ")",
        "look for the reason in the server's log and in its archipelago_rejected_total metric",
        [&]() -> Result<std::string> {
          auto player = log_in(*actor);
          if (!player) return tl::unexpected(player.error());
          actor->player = std::move(*player);
          return actor->identity.owner.str();
        });
    if (!in) return false;
  }
  return true;
}

Result<std::unique_ptr<BlockingPlayer>> RealmWalk::log_in(Actor const& actor) {
  if (actor.protocol == "bff") return BffPlayer::login(*entrances_.bff, actor.identity, deadline());
  return DirectPlayer::login(*entrances_.direct, actor.identity, deadline());
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
    return RoomTalk(report_, {a_.identity, for_a->url}, {b_.identity, for_b->url}, options_.timeout)
        .run();
  if (!for_a || !for_b)
    return report_.step("room", "the islands' backend is configured wrongly", [&] {
      return Result<std::string>(tl::unexpected((for_a ? for_b : for_a).error()));
    });
  report_.skip("room",
               "the islands' backend is not ours to walk: " + without_query(a_.last->connection));
  return true;
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
    auto const seen = a_.player->wait_for_kick(Deadline(std::max(options_.timeout, kKickPatience)));
    a_.player = std::move(*second);
    if (!seen) return tl::unexpected(seen.error());
    return "the first session was ended: " + *seen;
  });
}

bool RealmWalk::leave() {
  return report_.step("leave", "", [this]() -> Result<std::string> {
    a_.player->leave();
    b_.player->leave();
    return "both closed their connections";
  });
}

Result<> RealmWalk::walk_until(std::function<bool()> const& arrived) {
  auto const end = deadline();
  Deadline next_beat(Millis{0});
  while (!end.passed()) {
    if (next_beat.passed()) {
      if (auto const sent = beat(); !sent) return sent;
      next_beat = end.within(kHeartbeatInterval);
    }
    for (auto* const actor : {&a_, &b_})
      if (auto const heard = listen(*actor); !heard) return heard;
    if (arrived()) return {};
  }
  auto const where = [](Actor const& actor) {
    return actor.name + (actor.last ? " is on " + actor.island() : " is on no island");
  };
  return fail(Errc::idle_timeout, where(a_) + ", " + where(b_));
}

Result<> RealmWalk::beat() {
  for (auto* const actor : {&a_, &b_})
    if (auto const sent = actor->player->heartbeat(actor->at, deadline()); !sent) return sent;
  return {};
}

Result<> RealmWalk::listen(Actor& actor) {
  auto change = actor.player->next_change(Deadline(kListen));
  if (!change) return fail(change.error().code, actor.name + ": " + change.error().detail);
  if (*change) actor.last = std::move(**change);
  return {};
}

}  // namespace archipelago::client
