// What happens to a player, counted and timed.
#include "swarm/participant.hpp"

#include <utility>

#include "archipelago/client/packets.hpp"

namespace archipelago::swarm {
namespace {

constexpr std::size_t kMostHosts = 8;

Link::Forbidden guard(Surroundings& all) {
  if (all.allow_remote) return nullptr;
  return [&all](std::string host) {
    if (all.meters.forbidden.size() < kMostHosts) all.meters.forbidden.insert(std::move(host));
  };
}

}  // namespace

Participant::Participant(client::Network const& network, client::Identity identity,
                         Surroundings& all)
    : all_(all),
      link_(network.outgoing, guard(all)),
      key_(key_of(identity.address())),
      player_({network.loop, network.random, link_}, std::move(identity), all.player, events()) {}

Participant::~Participant() {
  if (!settled_) hearing_.settle({}, all_.meters);
}

client::PlayerEvents Participant::events() {
  client::PlayerEvents events;
  events.status = [this](client::Status const& status) { on_status(status); };
  events.island = [this](client::IslandChange const& change) { on_island(change); };
  events.room = [this](client::RoomStatus const& status) { on_room(status); };
  events.joined = [this](std::string_view address) { hearing_.joined(key_of(address)); };
  events.left = [this](std::string_view address) { hearing_.left(key_of(address), all_.meters); };
  events.message = [this](client::Message const& message) { on_message(message); };
  return events;
}

void Participant::start(client::Position const& at, bool newcomer) {
  started_ = all_.clock();
  newcomer_ = newcomer;
  move_to(at);
  player_.start();
}

void Participant::move_to(client::Position const& at) {
  at_ = at;
  player_.move_to(at);
}

bool Participant::online() const {
  return player_.status().state == client::State::online;
}

void Participant::count(Reasons& normally, client::Ending const& why) {
  (recovering_ ? all_.meters.after_cuts : normally).add(why.code);
}

void Participant::on_status(client::Status const& status) {
  auto const now = all_.clock();
  auto& meters = all_.meters;
  if (status.state == client::State::connecting) {
    step_began_ = now;
  } else if (status.state == client::State::online) {
    ++meters.logins;
    meters.login.add(now - step_began_);
    if (std::exchange(newcomer_, false)) {
      ++meters.entered;
      meters.entered_last = now - all_.began;
    }
    step_began_ = now;
    on_island_ = false;
  } else if (status.why) {
    count(was_online_ ? meters.disconnects : meters.refusals, *status.why);
    on_island_ = false;
  }
  was_online_ = status.state == client::State::online;
}

void Participant::on_island(client::IslandChange const& /*change*/) {
  auto const now = all_.clock();
  if (std::exchange(on_island_, true)) {
    ++all_.meters.island_changes;
  } else {
    ++all_.meters.first_islands;
    all_.meters.first_island.add(now - step_began_);
  }
  room_wanted_ = now;
}

void Participant::on_room(client::RoomStatus const& status) {
  using client::RoomState;
  bool const has_room = status.state == RoomState::open || status.state == RoomState::moving;
  if (in_room_ && !has_room) ++epoch_;  // what was under way may be lost
  in_room_ = has_room;
  count_failure(status);
  if (status.state != RoomState::open) return;
  if (online()) recovering_ = false;
  if (!room_wanted_) return;
  ++all_.meters.room_joins;
  all_.meters.room_join.add(all_.clock() - *std::exchange(room_wanted_, std::nullopt));
}

/// A failure is told when it happens, and again when the next attempt begins.
void Participant::count_failure(client::RoomStatus const& status) {
  bool const attempt = failure_ && status.why && status.why->code == *failure_ &&
                       status.state != client::RoomState::failed;
  failure_.reset();
  if (!status.why || attempt) return;
  count(all_.meters.room_failures, *status.why);
  failure_ = status.why->code;
}

void Participant::on_message(client::Message const& message) {
  auto& meters = all_.meters;
  auto const stamp = read_stamp(message.body);
  if (!stamp || stamp->run != all_.run) {
    ++meters.strangers;
    return;
  }
  if (stamp->sender != key_of(message.from)) {
    ++meters.forged;
    return;
  }
  if (!hearing_.take(*stamp, message.delivery, meters)) return;
  bool const reliable = message.delivery == client::Delivery::reliable;
  (reliable ? meters.chat : meters.positions).latency.add(all_.clock() - stamp->sent);
}

/// A message that no room takes has no number: its successor gets it.
void Participant::talk(std::string packet, client::Delivery delivery, std::uint32_t& sequence) {
  bool const reliable = delivery == client::Delivery::reliable;
  auto& stream = reliable ? all_.meters.chat : all_.meters.positions;
  append_stamp(packet, {.run = all_.run,
                        .sender = key_,
                        .epoch = epoch_,
                        .sequence = sequence + 1,
                        .sent = all_.clock()});
  if (!in_room_ || !player_.send(packet, delivery)) {
    ++stream.unsent;
    return;
  }
  ++sequence;
  ++stream.sent;
  stream.addressed += hearing_.around();
}

void Participant::chat() {
  client::Chat words{"this is message " + std::to_string(chats_ + 1) + " of mine", 0};
  words.timestamp = static_cast<double>(link_.loop().wall_now().ms_since_epoch);
  talk(client::to_packet(words), client::Delivery::reliable, chats_);
}

void Participant::show_position() {
  talk(client::to_packet(client::Whereabouts{.index = positions_ + 1, .at = at_}),
       client::Delivery::unreliable, positions_);
}

void Participant::cut() {
  if (!in_room()) return;
  ++all_.meters.cuts;
  recovering_ = true;
  link_.cut();
}

void Participant::settle(Tails const& tails) {
  settled_ = true;
  hearing_.settle(tails, all_.meters);
}

}  // namespace archipelago::swarm
