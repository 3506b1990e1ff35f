// A session with the realm, and the room that it leads to.
#include "archipelago/client/player.hpp"

#include <utility>

#include "client/room_switch.hpp"

namespace archipelago::client {

/// Held by its Player, and by whatever calls in until the call returns.
class Player::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(Network const& network, Identity identity, PlayerOptions options, PlayerEvents events)
      : network_(network),
        identity_(std::move(identity)),
        options_(std::move(options)),
        events_(std::move(events)) {}

  /// Once, when shared.
  void assemble() {
    realm_.emplace(network_, identity_, options_.realm, realm_events());
    auto const& table = options_.transports ? *options_.transports : TransportTable::standard();
    RoomSwitchOptions const how{.transports = table,
                                .room_limit = options_.room_limit,
                                .linger = options_.linger,
                                .first_pause = options_.realm.first_pause,
                                .longest_pause = options_.realm.longest_pause};
    rooms_ = std::make_shared<RoomSwitch>(network_, how, room_events());
  }
  void abandon() {
    gone_ = true;
    rooms_->leave();
    realm_.reset();
  }
  void stop() {
    realm_->stop();
    rooms_->leave();
  }

  [[nodiscard]] RealmClient& realm() { return *realm_; }
  [[nodiscard]] RoomSwitch& rooms() { return *rooms_; }

 private:
  /// A callback that does nothing once the player has gone.
  template <class What>
  auto alive(What what) {
    return [weak = weak_from_this(), what](auto const& value) {
      auto const self = weak.lock();
      if (self && !self->gone_) what(*self, value);
    };
  }

  RealmEvents realm_events() {
    return {.status = alive([](Impl& self, Status const& status) {
              if (status.state == State::ended) self.rooms_->leave();
              if (self.events_.status) self.events_.status(status);
            }),
            .island = alive([](Impl& self, IslandChange const& change) { self.move(change); }),
            .identity = alive([](Impl& self, Identity const& identity) {
              if (self.events_.identity) self.events_.identity(identity);
            })};
  }

  RoomSwitchEvents room_events() {
    return {.room = alive([](Impl& self, RoomStatus const& status) {
              if (self.events_.room) self.events_.room(status);
            }),
            .joined = alive([](Impl& self, std::string_view address) {
              if (self.events_.joined) self.events_.joined(address);
            }),
            .left = alive([](Impl& self, std::string_view address) {
              if (self.events_.left) self.events_.left(address);
            }),
            .message = alive([](Impl& self, Message const& message) {
              if (self.events_.message) self.events_.message(message);
            }),
            .fresh = alive([](Impl& self, Ending const& why) { self.realm_->reconnect(why); })};
  }

  void move(IslandChange const& change) {
    if (events_.island) events_.island(change);
    if (!gone_) rooms_->go_to(change, realm_->identity());
  }

  Network const network_;
  Identity const identity_;
  PlayerOptions const options_;
  PlayerEvents const events_;
  std::optional<RealmClient> realm_;
  std::shared_ptr<RoomSwitch> rooms_;
  bool gone_ = false;
};

Player::Player(Network const& network, Identity identity, PlayerOptions options,
               PlayerEvents events)
    : impl_(std::make_shared<Impl>(network, std::move(identity), std::move(options),
                                   std::move(events))) {
  impl_->assemble();
}

Player::~Player() {
  if (impl_) impl_->abandon();
}

Player::Player(Player&&) noexcept = default;

Player& Player::operator=(Player&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}

void Player::start() {
  impl_->realm().start();
}

void Player::stop() {
  impl_->stop();
}

void Player::move_to(Position const& position) {
  impl_->realm().move_to(position);
}

void Player::wish(std::string island) {
  impl_->realm().wish(std::move(island));
}

Status const& Player::status() const {
  return impl_->realm().status();
}

Identity const& Player::identity() const {
  return impl_->realm().identity();
}

bool Player::send(std::string_view body, Delivery delivery) {
  return impl_->rooms().send(body, delivery);
}

RoomStatus const& Player::room() const {
  return impl_->rooms().status();
}

std::vector<std::string> Player::peers() const {
  return impl_->rooms().peers();
}

}  // namespace archipelago::client
