// A player's connection to its realm, over either protocol.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "archipelago/client/realm.hpp"
#include "client/speaker.hpp"

namespace archipelago::client {

class SessionListener {
 public:
  virtual ~SessionListener() = default;
  virtual void on_login() = 0;
  virtual void on_island(IslandChange const& change) = 0;
  virtual void on_ended(Ending const& why) = 0;  ///< the last call; not after leave()
};

/// As Speaker. Hostile servers: what is out of order, too large or for somebody else ends it.
class Session : public Speaker {
 public:
  Session(Identity identity, SessionListener& listener)
      : identity_(std::move(identity)), listener_(listener) {}

  /// Nothing unless logged in. `wish`: desired_room, told as it is.
  virtual void heartbeat(Position const& at, std::optional<std::string> const& wish) = 0;

 protected:
  void ended(Ending const& why) override { listener_.on_ended(why); }

  Identity const identity_;
  SessionListener& listener_;
};

/// Opens it. `url`: ws:// or wss:// of /ws or of /bff/rpc.
std::shared_ptr<Session> open_direct_session(Network const& network, std::string url,
                                             Identity identity, Millis limit,
                                             SessionListener& listener);
std::shared_ptr<Session> open_bff_session(Network const& network, std::string url,
                                          Identity identity, Millis limit,
                                          SessionListener& listener);

/// The bytes of an IslandChangedMessage. Errors: malformed_packet, invalid_utf8, message_too_big;
/// malformed_packet too when it names no island.
Result<IslandChange> parse_island_change(std::string_view bytes);

/// Both protocols' Heartbeat.
std::string encode_heartbeat(Position const& at, std::optional<std::string> const& wish);

}  // namespace archipelago::client
