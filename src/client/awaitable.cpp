// A queue between a player's callbacks and a coroutine.
#include "archipelago/client/awaitable.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace archipelago::client {

namespace asio = boost::asio;

namespace {
constexpr asio::as_tuple_t<asio::use_awaitable_t<>> kUse{asio::use_awaitable_t<>{}};
}  // namespace

struct AwaitablePlayer::Impl {
  Impl(asio::io_context& io, std::size_t bound) : most(std::max<std::size_t>(bound, 1)), news(io) {
    news.expires_at(asio::steady_timer::time_point::max());
  }

  static bool droppable(Event const& event) {
    auto const* const received = std::get_if<Received>(&event);
    return received != nullptr && received->delivery == Delivery::unreliable;
  }
  void push(Event event) {
    if (queue.size() >= most && !make_room(event)) return;
    queue.push_back(std::move(event));
    news.cancel();
  }
  // The end always finds room.
  bool make_room(Event const& event) {
    ++dropped;
    auto const victim = std::ranges::find_if(queue, droppable);
    if (victim != queue.end()) {
      queue.erase(victim);
      return true;
    }
    auto const* const status = std::get_if<Status>(&event);
    if (status == nullptr || status->state != State::ended) return false;
    queue.pop_back();
    return true;
  }
  void note(Status const& status) {
    last = status;
    push(status);
  }
  asio::awaitable<void> wait() {
    co_await news.async_wait(kUse);  // cancelled: there are some
  }

  std::size_t const most;
  asio::steady_timer news;  // cancelled when there are some
  std::deque<Event> queue;
  std::size_t dropped = 0;
  Status last;
  std::optional<Player> player;
};

AwaitablePlayer::AwaitablePlayer(asio::io_context& io, Network const& network, Identity identity,
                                 PlayerOptions options, std::size_t queue)
    : impl_(std::make_shared<Impl>(io, queue)) {
  auto* const impl = impl_.get();  // the player never outlives it
  PlayerEvents events;
  events.status = [impl](Status const& status) { impl->note(status); };
  events.island = [impl](IslandChange const& change) { impl->push(change); };
  events.room = [impl](RoomStatus const& room) { impl->push(room); };
  events.joined = [impl](std::string_view who) { impl->push(Joined{std::string(who)}); };
  events.left = [impl](std::string_view who) { impl->push(Left{std::string(who)}); };
  events.message = [impl](Message const& said) {
    impl->push(Received{std::string(said.from), std::string(said.body), said.delivery});
  };
  impl->player.emplace(network, std::move(identity), std::move(options), std::move(events));
}

AwaitablePlayer::~AwaitablePlayer() = default;

asio::awaitable<Result<>> AwaitablePlayer::login() {
  auto const impl = impl_;
  impl->player->start();
  while (impl->last.state != State::online && impl->last.state != State::ended)
    co_await impl->wait();
  if (impl->last.state == State::online) co_return Result<>();
  auto const& why = impl->last.why;
  co_return why ? fail(why->code, why->text) : fail(Errc::peer_gone);
}

asio::awaitable<std::optional<Event>> AwaitablePlayer::next() {
  auto const impl = impl_;
  while (impl->queue.empty()) {
    if (impl->last.state == State::ended) co_return std::nullopt;
    co_await impl->wait();
  }
  auto event = std::move(impl->queue.front());
  impl->queue.pop_front();
  co_return event;
}

Player& AwaitablePlayer::player() {
  return *impl_->player;
}

std::size_t AwaitablePlayer::dropped() const {
  return impl_->dropped;
}

}  // namespace archipelago::client
