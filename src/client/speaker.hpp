// What all protocols on websockets of ours share: one opening, one ending.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "archipelago/client/ending.hpp"
#include "net/outgoing.hpp"

namespace archipelago::client {

/// Kept alive by its websocket until that has closed. Its owner lets go with leave(): after that no
/// virtual is called any more. Anything may happen within one, leave() too.
class Speaker : public net::Protocol {
 public:
  /// Once. `self` owns *this.
  void open(net::Outgoing& outgoing, net::WebsocketDial dial, std::shared_ptr<Speaker> self);
  /// Sends what waits, then closes.
  void leave();

  void on_open() final;
  void on_message(std::string_view bytes) final;
  void on_closed(Errc why) final;

 protected:
  virtual void greet() = 0;
  /// An error closes the websocket, and becomes the ending.
  virtual Result<> take(std::string_view bytes) = 0;
  virtual void ended(Ending const& why) = 0;  ///< the last call

  /// False when it will not be sent: as net::Connection::send().
  bool send(std::string bytes, net::Delivery delivery = net::Delivery::reliable);
  void logged_in() { socket_->logged_in(); }
  void give_up(Error const& error);
  [[nodiscard]] bool active() const { return socket_ != nullptr && !found_; }

 private:
  std::shared_ptr<net::OutgoingWebsocket> socket_;  // null once left or closed
  std::optional<Ending> found_;                     // what we closed it for
};

}  // namespace archipelago::client
