// Joining, relaying, leaving: each packet made once and shared by all who get it.
#include "rooms/room.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "rooms/shard_rooms.hpp"
#include "wire/rfc5.hpp"

namespace archipelago::rooms {

using net::Delivery;

Seat::~Seat() {
  if (room_ != nullptr) room_->leave(alias_);
}

void Seat::relay(std::string_view body, bool unreliable) {
  if (room_ != nullptr) room_->relay(alias_, body, unreliable);
}

Room::Room(std::size_t capacity, Metrics& metrics, Left left)
    : capacity_(capacity), metrics_(metrics), left_(std::move(left)) {}

std::unique_ptr<Seat> Room::join(Alias alias, Address const& address, net::Connection& connection) {
  if (full()) return nullptr;
  auto seat = std::make_unique<Seat>(*this, alias, connection.loop());
  members_.push_back({alias, address, &connection, seat.get()});
  auto const greeting = welcome(alias);
  metrics_.add(Metric::room_packets_out);
  metrics_.add(Metric::room_bytes_out, std::ssize(*greeting));
  connection.send(greeting, Delivery::reliable);
  send_to_others(alias, share(wire::ws_join_packet(alias, address.text())), Delivery::reliable);
  return seat;
}

void Room::kick(Alias alias, Errc why, std::string_view text) {
  auto const member = find(alias);
  if (member == members_.end()) return;
  log::info("rooms", "kicked", {{"player", member->address.text()}, {"reason", reason(why).label}});
  metrics_.add(Metric::room_kicks);
  member->connection->send(share(wire::ws_kicked_packet(text)), Delivery::reliable);
  member->connection->close(why);
  member->seat->hand_over_.cancel();
  member->seat->room_ = nullptr;
  remove(member);
}

void Room::hand_over(Alias alias, Millis delay) {
  if (delay.count() == 0) return kick(alias, Errc::replaced, kReplacedText);
  auto const member = find(alias);
  if (member == members_.end() || member->seat->hand_over_.running()) return;
  member->seat->hand_over_.start(delay,
                                 [this, alias] { kick(alias, Errc::replaced, kReplacedText); });
}

Alias Room::alias_of(Address const& address) const {
  auto const member = std::ranges::find(members_, address, &Member::address);
  return member == members_.end() ? 0 : member->alias;
}

void Room::relay(Alias from, std::string_view body, bool unreliable) {
  if (members_.size() < 2) return;
  auto const packet = share(wire::splice_update(from, body, unreliable));
  send_to_others(from, packet, unreliable ? Delivery::unreliable : Delivery::reliable);
}

void Room::leave(Alias alias) {
  auto const member = find(alias);
  if (member != members_.end()) remove(member);
}

void Room::remove(Members::iterator member) {
  auto const gone = *member;
  members_.erase(member);
  send_to_others(gone.alias, share(wire::ws_leave_packet(gone.alias)), Delivery::reliable);
  auto const left = left_;  // the call may destroy the room, and with it left_
  left(gone.address, gone.alias);
}

Room::Members::iterator Room::find(Alias alias) {
  return std::ranges::find(members_, alias, &Member::alias);
}

SharedBytes Room::welcome(Alias newcomer) const {
  std::vector<std::pair<Alias, std::string>> others;
  others.reserve(members_.size());
  for (auto const& member : members_)
    if (member.alias != newcomer) others.emplace_back(member.alias, member.address.str());
  return share(wire::ws_welcome_packet(newcomer, others));
}

void Room::send_to_others(Alias except, SharedBytes const& packet, Delivery delivery) {
  std::int64_t receivers = 0;
  for (auto const& member : members_) {
    if (member.alias == except) continue;
    member.connection->send(packet, delivery);
    ++receivers;
  }
  metrics_.add(Metric::room_packets_out, receivers);
  metrics_.add(Metric::room_bytes_out, receivers * std::ssize(*packet));
}

}  // namespace archipelago::rooms
