// One player's line to the world: it can be cut, and it leads only where the swarm may go.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/outgoing.hpp"

namespace archipelago::swarm {

/// Whether a URL's host is this machine by its looks: 127.0.0.0/8, ::1, localhost. No name is
/// looked up. False for what is no URL.
[[nodiscard]] bool is_loopback(std::string_view url);

class Link final : public net::Outgoing {
 public:
  /// Told of hosts that are not gone to.
  using Forbidden = std::function<void(std::string host)>;

  /// `forbidden` null: it may lead anywhere. `below` outlives this.
  Link(net::Outgoing& below, Forbidden forbidden)
      : below_(below), forbidden_(std::move(forbidden)) {}

  [[nodiscard]] Loop& loop() override { return below_.loop(); }
  /// Elsewhere than allowed: ends with upstream_failed.
  std::shared_ptr<net::OutgoingWebsocket> open(net::WebsocketDial dial,
                                               std::shared_ptr<net::Protocol> protocol) override;
  void fetch(net::HttpFetch request, std::function<void(Result<net::HttpResponse>)> done) override;

  /// Every websocket that is open here breaks off without a word to the server, as with a cable.
  void cut();

 private:
  bool may_lead_to(std::string const& url) const;

  net::Outgoing& below_;
  Forbidden const forbidden_;
  std::vector<std::weak_ptr<net::OutgoingWebsocket>> sockets_;  // a session and two rooms, mostly
};

}  // namespace archipelago::swarm
