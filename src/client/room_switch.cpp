// Seats: one that opens, one that is open, one that is left.
#include "client/room_switch.hpp"

#include <algorithm>
#include <utility>

namespace archipelago::client {
namespace {

constexpr unsigned kMostFailures = 3;

}  // namespace

/// One transport and who is there. Whoever calls in holds it.
class RoomSwitch::Seat final : public TransportListener, public std::enable_shared_from_this<Seat> {
 public:
  Seat(RoomSwitch& owner, std::uint32_t number, std::string connection)
      : connection_(std::move(connection)), owner_(&owner), number_(number) {}

  void sit_down(std::unique_ptr<Transport> transport) {
    transport_ = std::move(transport);
    transport_->connect(*this);
  }
  void stand_up() {
    owner_ = nullptr;
    transport_->leave();
  }
  bool send(std::string_view body, Delivery delivery) { return transport_->send(body, delivery); }

  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] std::string const& connection() const { return connection_; }
  [[nodiscard]] std::vector<std::string> const& members() const { return members_; }
  [[nodiscard]] bool has(std::string_view address) const {
    return std::ranges::binary_search(members_, address, std::less<>());
  }

  void on_open() override {
    auto const [self, owner] = held();
    if (owner) owner->opened(*this);
  }
  void on_peer_joined(std::string_view address) override {
    auto const [self, owner] = held();
    if (!owner || has(address)) return;
    members_.insert(std::ranges::lower_bound(members_, address, std::less<>()),
                    std::string(address));
    owner->joined(*this, address);
  }
  void on_peer_left(std::string_view address) override {
    auto const [self, owner] = held();
    if (!owner || !has(address)) return;
    std::string const gone(address);
    members_.erase(std::ranges::lower_bound(members_, gone));
    owner->left(*this, gone);
  }
  void on_message(Message const& message) override {
    auto const [self, owner] = held();
    if (owner) owner->heard(*this, message);
  }
  void on_closed(Ending const& why) override {
    auto const [self, owner] = held();
    if (owner) owner->closed(*this, why);
  }

 private:
  // Both stay until the call is over, whatever the player does in it.
  std::pair<SeatPtr, std::shared_ptr<RoomSwitch>> held() {
    return {shared_from_this(), owner_ ? owner_->shared_from_this() : nullptr};
  }

  std::string const connection_;
  RoomSwitch* owner_;  // null once left
  std::uint32_t const number_;
  std::unique_ptr<Transport> transport_;
  std::vector<std::string> members_;  // in order
};

RoomSwitch::RoomSwitch(Network const& network, RoomSwitchOptions const& options,
                       RoomSwitchEvents events)
    : network_(network),
      options_(options),
      events_(std::move(events)),
      twins_(network.random),
      backoff_(network.random, options.first_pause, options.longest_pause),
      retry_timer_(network.loop),
      linger_timer_(network.loop) {}

void RoomSwitch::go_to(IslandChange const& change, Identity const& identity) {
  if (gone_) return;
  identity_ = identity;
  connection_ = change.connection;
  status_.island = change.island;
  status_.why.reset();
  failures_ = 0;
  backoff_.reset();
  retry_timer_.cancel();
  if (now_ && now_->connection() == connection_) {
    drop(std::exchange(next_, nullptr));
    return tell(RoomState::open, std::nullopt);
  }
  connect();
}

void RoomSwitch::connect() {
  drop(std::exchange(next_, nullptr));
  auto made = options_.transports.make(network_, connection_, *identity_, options_.room_limit);
  if (!made) return give_up(ending(made.error().code, made.error().detail));
  next_ = std::make_shared<Seat>(*this, ++last_seat_, connection_);
  next_->sit_down(std::move(*made));
  tell(now_ ? RoomState::moving : RoomState::connecting, status_.why);
}

void RoomSwitch::opened(Seat& seat) {
  if (next_.get() != &seat) return;
  drop(std::exchange(old_, nullptr));
  if (gone_) return;
  old_ = std::exchange(now_, std::exchange(next_, nullptr));
  failures_ = 0;
  backoff_.reset();
  linger();
  tell(RoomState::open, std::nullopt);
}

// Leaves the old room after a while; not while a move is under way, which may lead back to it.
void RoomSwitch::linger() {
  if (!old_) return;
  linger_timer_.start(options_.linger, [this] {
    auto const self = shared_from_this();
    if (next_ || retry_timer_.running()) return linger();
    drop(std::exchange(old_, nullptr));
  });
}

void RoomSwitch::closed(Seat& seat, Ending const& why) {
  bool const was_next = next_.get() == &seat;
  bool const was_now = now_.get() == &seat;
  auto const held = std::exchange(was_next ? next_ : was_now ? now_ : old_, nullptr);
  drop(held);
  if (gone_ || (!was_next && !was_now)) return;
  if (was_now && (next_ || retry_timer_.running()))
    return tell(RoomState::connecting, why);  // the next one is on its way
  retry(why);
}

void RoomSwitch::retry(Ending const& why) {
  bool const stale = why.code == Errc::not_assigned || ++failures_ >= kMostFailures;
  if (!why.retryable && !stale) return give_up(why);
  tell(now_ ? RoomState::moving : RoomState::connecting, why);
  if (gone_) return;
  if (stale) return events_.fresh(why);
  retry_timer_.start(backoff_.pause(), [this] {
    auto const self = shared_from_this();
    connect();
  });
}

// Nobody of the new island is in the old room; it is left like any other.
void RoomSwitch::give_up(Ending why) {
  if (now_ && !old_) {
    old_ = std::exchange(now_, nullptr);
    linger();
  }
  tell(RoomState::failed, std::move(why));
}

void RoomSwitch::drop(SeatPtr const& seat) {
  if (!seat) return;
  seat->stand_up();
  for (auto const& address : seat->members()) {
    if (gone_) return;
    if (!somebody_else_has(*seat, address)) events_.left(address);
  }
}

void RoomSwitch::leave() {
  gone_ = true;
  retry_timer_.cancel();
  linger_timer_.cancel();
  for (auto* const seat : {&next_, &now_, &old_}) drop(std::exchange(*seat, nullptr));
}

bool RoomSwitch::somebody_else_has(Seat const& seat, std::string_view address) const {
  return std::ranges::any_of(std::array{old_.get(), now_.get()}, [&](Seat const* other) {
    return other != nullptr && other != &seat && other->has(address);
  });
}

void RoomSwitch::joined(Seat const& seat, std::string_view address) {
  if (!somebody_else_has(seat, address)) events_.joined(address);
}

void RoomSwitch::left(Seat const& seat, std::string_view address) {
  if (!somebody_else_has(seat, address)) events_.left(address);
}

void RoomSwitch::heard(Seat const& seat, Message const& message) {
  auto const now = network_.loop.now();
  twins_.forget(now);
  bool const moving = next_ != nullptr || old_ != nullptr;
  bool const compare = moving || twins_.remembered() > 0;
  if (compare && !twins_.is_new(now, seat.number(), message.from, message.body, moving)) return;
  events_.message(message);
}

bool RoomSwitch::send(std::string_view body, Delivery delivery) {
  bool const somebody_stayed =
      old_ && (!now_ || std::ranges::any_of(old_->members(), [this](std::string const& address) {
        return !now_->has(address);
      }));
  bool sent = now_ && now_->send(body, delivery);
  if (somebody_stayed) sent = old_->send(body, delivery) || sent;
  return sent;
}

std::vector<std::string> RoomSwitch::peers() const {
  std::vector<std::string> all;
  for (auto const* const seat : {old_.get(), now_.get()})
    if (seat) all.insert(all.end(), seat->members().begin(), seat->members().end());
  std::ranges::sort(all);
  auto const twice = std::ranges::unique(all);
  all.erase(twice.begin(), twice.end());
  return all;
}

void RoomSwitch::tell(RoomState state, std::optional<Ending> why) {
  status_.state = state;
  status_.why = std::move(why);
  events_.room(RoomStatus(status_));
}

}  // namespace archipelago::client
