// Joining, relaying, leaving: each packet made once and shared by all who get it.
#include "rooms/room.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "rooms/shard_rooms.hpp"
#include "wire/rfc5.hpp"

namespace archipelago::rooms {

using net::Delivery;
using net::Leave;

namespace {

constexpr std::size_t kMostCopied = 4UL * 1024;  // larger bodies go by reference
constexpr std::size_t kFullBatch = 24UL * 1024;  // does not wait for the end of its window

}  // namespace

Seat::~Seat() {
  if (room_ != nullptr) room_->leave(alias_);
}

void Seat::relay(std::string_view body, bool unreliable) {
  if (room_ != nullptr) room_->relay(alias_, body, unreliable);
}

Room::Room(Options const& options, Loop& loop, Metrics& metrics, Left left)
    : options_(options),
      loop_(loop),
      metrics_(metrics),
      opened_(loop.now()),
      left_(std::move(left)),
      unreliable_(options.unreliable, loop.now()),
      reliable_(options.reliable, loop.now()),
      pacer_(loop),
      window_(loop) {}

std::unique_ptr<Seat> Room::join(Alias alias, Address const& address, net::Connection& connection) {
  if (full()) return nullptr;
  flush(Leave::at_turn);
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
  flush(Leave::at_turn);
  log::info("rooms", "kicked", {{"player", member->address.text()}, {"reason", reason(why).label}});
  metrics_.add(Metric::room_kicks);
  member->connection->send(share(wire::ws_kicked_packet(text)), Delivery::reliable);
  expel(member, why);
}

void Room::expel(Members::iterator member, Errc why) {
  flush(Leave::at_turn);
  member->connection->close(why);
  member->seat->end_.cancel();
  member->seat->room_ = nullptr;
  remove(member);
}

void Room::end(Alias alias, Errc why, Millis delay) {
  if (delay.count() == 0) return end_now(alias, why);
  auto const member = find(alias);
  if (member == members_.end()) return;
  auto& seat = *member->seat;
  auto const at = loop_.now() + delay;
  if (seat.end_.running() && seat.ends_at_ <= at) return;
  seat.ends_at_ = at;
  seat.end_.start(delay, [this, alias, why] { end_now(alias, why); });
}

void Room::end_now(Alias alias, Errc why) {
  if (why == Errc::replaced) return kick(alias, why, kReplacedText);
  auto const member = find(alias);
  if (member == members_.end()) return;
  log::info("rooms", "seat ended",
            {{"player", member->address.text()}, {"reason", reason(why).label}});
  metrics_.add(Metric::room_seats_ended);
  expel(member, why);
}

Alias Room::alias_of(Address const& address) const {
  auto const member = std::ranges::find(members_, address, &Member::address);
  return member == members_.end() ? 0 : member->alias;
}

void Room::relay(Alias from, std::string_view body, bool unreliable) {
  if (members_.size() < 2) return;
  auto& sender = *find(from);
  auto const now = loop_.now();
  bool const within = unreliable
                          ? unreliable_.take(now, sender.unreliable, members_.size(), body.size())
                          : !waiting_.waits(from) &&
                                reliable_.take(now, sender.reliable, members_.size(), body.size());
  if (unreliable && !within) return drop_over_budget(1);
  if (!within) return wait(from, share(wire::splice_update(from, body, unreliable)));
  say(sender, body, unreliable);
}

void Room::say(Member& sender, std::string_view body, bool unreliable) {
  if (body.size() > kMostCopied)
    return send_to_others(sender.alias, share(wire::splice_update(sender.alias, body, unreliable)),
                          unreliable ? Delivery::unreliable : Delivery::reliable);
  auto const size = wire::update_size(sender.alias, body.size(), unreliable);
  wire::append_update(batch_.add(size, unreliable, sender.said), sender.alias, body, unreliable);
  auto const window = options_.window(members_.size());
  if (window == Millis{0})
    flush(Leave::at_turn);
  else if (batch_.bytes().size() > kFullBatch)
    flush(Leave::now);
  else if (!window_.running())
    window_.start(until_end_of(window), [this] { flush(Leave::now); });
}

/// Windows follow one another since the room was opened. Were each to begin with its first packet,
/// rooms of a shard would fall into step, because what they read late they all read at once, and
/// would then wait for one another in each window.
Millis Room::until_end_of(Millis window) const {
  auto const since = loop_.now() - opened_;
  return Millis{window.count() - since.count() % window.count()};
}

void Room::flush(Leave leave) {
  if (batch_.empty()) return;
  window_.cancel();
  net::BatchSent all;
  for (auto& member : members_) {
    auto const sent = member.connection->send_batch(batch_, std::exchange(member.said, {}), leave);
    all.frames += sent.frames;
    all.bytes += sent.bytes;
    all.dropped += sent.dropped;
  }
  batch_.clear();
  metrics_.add(Metric::room_packets_out, static_cast<std::int64_t>(all.frames));
  metrics_.add(Metric::room_bytes_out, static_cast<std::int64_t>(all.bytes));
  metrics_.add(Metric::room_packets_dropped_slow, static_cast<std::int64_t>(all.dropped));
}

void Room::wait(Alias from, SharedBytes packet) {
  waiting_.push(from, std::move(packet));
  metrics_.add(Metric::room_packets_waiting);
  if (!pacer_.running()) send_waiting();
  if (waiting_.bytes() <= options_.waiting_bytes) return;
  auto const loudest = find(waiting_.loudest());
  log::info("rooms", "too loud", {{"player", loudest->address.text()}});
  expel(loudest, Errc::rate_limited);
}

void Room::send_waiting() {
  while (!waiting_.empty()) {
    auto const [from, packet] = waiting_.next();
    auto const now = loop_.now();
    if (!reliable_.take(now, find(from)->reliable, members_.size(), packet->size()))
      return pacer_.start(reliable_.wait(now, packet->size()), [this] { send_waiting(); });
    waiting_.pop();
    metrics_.add(Metric::room_packets_waiting, -1);
    send_to_others(from, packet, Delivery::reliable);
  }
}

void Room::drop_over_budget(std::size_t packets) {
  for (std::size_t i = 0; i < packets; ++i) metrics_.reject(Errc::rate_limited);
  metrics_.add(Metric::room_packets_dropped_rate, static_cast<std::int64_t>(packets));
}

void Room::leave(Alias alias) {
  auto const member = find(alias);
  if (member != members_.end()) remove(member);
}

void Room::remove(Members::iterator member) {
  flush(Leave::at_turn);
  auto const gone = *member;
  members_.erase(member);
  auto const unsent = waiting_.forget(gone.alias);
  metrics_.add(Metric::room_packets_waiting, -static_cast<std::int64_t>(unsent));
  drop_over_budget(unsent);
  send_to_others(gone.alias, share(wire::ws_leave_packet(gone.alias)), Delivery::reliable);
  auto const left = left_;  // the call may destroy the room, and with it left_
  left(gone.address, gone.alias);
}

Room::Members::iterator Room::find(Alias alias) {
  auto const found = std::ranges::lower_bound(members_, alias, {}, &Member::alias);
  return found != members_.end() && found->alias == alias ? found : members_.end();
}

SharedBytes Room::welcome(Alias newcomer) const {
  std::vector<std::pair<Alias, std::string>> others;
  others.reserve(members_.size());
  for (auto const& member : members_)
    if (member.alias != newcomer) others.emplace_back(member.alias, member.address.str());
  return share(wire::ws_welcome_packet(newcomer, others));
}

void Room::send_to_others(Alias except, SharedBytes const& packet, Delivery delivery) {
  flush(Leave::at_turn);
  std::int64_t sent = 0;
  std::int64_t dropped = 0;
  for (auto const& member : members_)
    if (member.alias != except) ++(member.connection->send(packet, delivery) ? sent : dropped);
  metrics_.add(Metric::room_packets_out, sent);
  metrics_.add(Metric::room_bytes_out, sent * std::ssize(*packet));
  if (delivery == Delivery::unreliable) metrics_.add(Metric::room_packets_dropped_slow, dropped);
}

}  // namespace archipelago::rooms
