// Opening, entering and closing rooms; the hand-over of players who move from one to the next.
#include "rooms/shard_rooms.hpp"

#include <optional>

#include "base/log.hpp"
#include "bus/subjects.hpp"
#include "rooms/other_hosts.hpp"

namespace archipelago::rooms {

void ShardRooms::follow_logins(bus::Mailbox& mailbox) {
  if (shared_.options.seat_grace == Millis{0}) return;
  auto const on = [this, &mailbox](std::string_view pattern, bool login) {
    auto const hear = [this, login](bus::Message const& message) {
      auto const player = bus::subjects::peer_of(message.subject);
      if (!player) return;
      if (login)
        logged_out_.erase(*player);
      else
        logged_out_.touch(*player, loop_.now(), {}) = loop_.wall_now();
      end_seats_of(*player);
    };
    subscriptions_.push_back(mailbox.subscribe(pattern, hear, bus::Weight::vital));
  };
  on(bus::subjects::kAnyPeerConnect, true);
  on(bus::subjects::kAnyPeerDisconnect, false);
}

/// The seats that there are belonged to an earlier login. Whoever is on its way back takes a new
/// one.
void ShardRooms::end_seats_of(Address const& address) {
  for (auto const& seat : shared_.presence.seats_of(address))
    if (seat.shard == index_ && !shared_.options.is_open(seat.room))
      end(seat.room, seat.alias, Errc::session_ended, shared_.options.seat_grace);
}

/// Neither the order of a logout and the next login nor that a login is heard of at all is sure
/// where they come from different gateways; a token that was issued since tells of a login, too.
Result<> ShardRooms::check_login(std::string const& room, Address const& address, WallTime issued) {
  if (shared_.options.is_open(room)) return {};
  auto const* const since = logged_out_.find(address, loop_.now());
  if (since != nullptr && issued + shared_.options.logout_delay <= *since)
    return fail(Errc::session_ended, "logged out");
  return {};
}

Result<> ShardRooms::check_space(std::string const& room, Address const& address) {
  auto const found = rooms_.find(room);
  if (found == rooms_.end()) {
    if (shared_.room_count.load(std::memory_order_relaxed) >= shared_.options.max_rooms)
      return fail(Errc::realm_full, "no more rooms");
    return {};
  }
  if (found->second->full() && found->second->alias_of(address) == 0)
    return fail(Errc::room_full, room);
  return {};
}

Result<std::unique_ptr<Seat>> ShardRooms::enter(std::string const& room, Address const& address,
                                                net::Connection& connection) {
  if (auto const space = check_space(room, address); !space) return tl::unexpected(space.error());
  replace(room, address);
  auto const opened = find_or_open(room);
  if (!opened) return tl::unexpected(opened.error());
  if ((*opened)->full()) return fail(Errc::room_full, room);
  auto const alias = shared_.aliases.next();
  if (!alias) {
    vanish_if_empty(rooms_.find(room));
    return fail(Errc::overloaded, "all aliases are used up");
  }
  auto seat = (*opened)->join(*alias, address, connection);
  shared_.metrics.add(Metric::room_members);
  log::debug("rooms", "joined", {{"room", room}, {"player", address.text()}, {"alias", *alias}});
  take_place(room, address, *alias);
  return seat;
}

void ShardRooms::take_place(std::string const& room, Address const& address, Alias alias) {
  auto const now = shared_.others != nullptr ? loop_.wall_now() : WallTime{};
  auto const entered = shared_.presence.enter(address, {room, index_, alias}, now);
  end_soon(shared_, entered.older);
  if (shared_.others != nullptr && !shared_.options.is_open(room))
    shared_.others->tell(address, entered.number);
}

void ShardRooms::replace(std::string const& room, Address const& address) {
  auto const found = rooms_.find(room);
  if (found == rooms_.end()) return;
  auto const alias = found->second->alias_of(address);
  if (alias != 0) found->second->kick(alias, Errc::replaced, kReplacedText);  // may end the room
}

Result<Room*> ShardRooms::find_or_open(std::string const& room) {
  auto const found = rooms_.find(room);
  if (found != rooms_.end()) return found->second.get();
  if (shared_.room_count.fetch_add(1) >= shared_.options.max_rooms) {
    shared_.room_count.fetch_sub(1);
    return fail(Errc::realm_full, "no more rooms");
  }
  auto opened = std::make_unique<Room>(
      shared_.options, loop_, shared_.metrics,
      [this, room](Address const& address, Alias alias) { left(room, address, alias); });
  auto* const raw = opened.get();
  rooms_.emplace(room, std::move(opened));
  shared_.metrics.add(Metric::rooms);
  return raw;
}

void ShardRooms::left(std::string const& room, Address const& address, Alias alias) {
  shared_.presence.leave(address, alias);
  shared_.metrics.add(Metric::room_members, -1);
  log::debug("rooms", "left", {{"room", room}, {"player", address.text()}, {"alias", alias}});
  vanish_if_empty(rooms_.find(room));
}

void ShardRooms::vanish_if_empty(Table::iterator room) {
  if (room == rooms_.end() || room->second->size() != 0) return;
  rooms_.erase(room);
  shared_.room_count.fetch_sub(1);
  shared_.metrics.add(Metric::rooms, -1);
}

void ShardRooms::end_soon(Shared const& shared, std::vector<Outdated> const& seats) {
  for (auto const& [seat, at_once] : seats) {
    auto const delay = at_once ? Millis{0} : shared.options.hand_over;
    auto const& there = shared.shards[seat.shard];
    there->loop_.post([weak = std::weak_ptr(there), room = seat.room, alias = seat.alias, delay] {
      if (auto const shard = weak.lock()) shard->end(room, alias, Errc::replaced, delay);
    });
  }
}

void ShardRooms::kick_soon(Membership const& seat, Errc why, std::string_view text) {
  loop_.post([weak = weak_from_this(), seat, why, text = std::string(text)] {
    auto const shard = weak.lock();
    if (!shard) return;
    auto const found = shard->rooms_.find(seat.room);
    if (found != shard->rooms_.end()) found->second->kick(seat.alias, why, text);
  });
}

void ShardRooms::end(std::string const& room, Alias alias, Errc why, Millis delay) {
  auto const found = rooms_.find(room);
  if (found != rooms_.end()) found->second->end(alias, why, delay);
}

}  // namespace archipelago::rooms
