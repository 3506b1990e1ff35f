// The life of a websocket, seen from the protocol on it.
#include "client/speaker.hpp"

#include <utility>

#include "client/websocket_ending.hpp"

namespace archipelago::client {

void Speaker::open(net::Outgoing& outgoing, net::WebsocketDial dial,
                   std::shared_ptr<Speaker> self) {
  socket_ = outgoing.open(std::move(dial), std::move(self));
}

void Speaker::leave() {
  if (auto const socket = std::exchange(socket_, nullptr)) socket->close(Errc::peer_gone);
}

void Speaker::on_open() {
  if (active()) greet();
}

void Speaker::on_message(std::string_view bytes) {
  if (!active()) return;
  if (auto const taken = take(bytes); !taken) give_up(taken.error());
}

void Speaker::on_closed(Errc why) {
  auto const socket = std::exchange(socket_, nullptr);
  if (socket) ended(found_ ? *found_ : ending_of(*socket, why));
}

bool Speaker::send(std::string bytes, net::Delivery delivery) {
  return active() && socket_->send(share(std::move(bytes)), delivery);
}

void Speaker::give_up(Error const& error) {
  if (!active()) return;
  found_ = ending(error.code, error.detail);
  socket_->close(error.code);
}

}  // namespace archipelago::client
