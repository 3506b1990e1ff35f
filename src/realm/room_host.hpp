// What carries what is said on islands: the embedded rooms, and the made-up people in them.
#pragma once

#include <string_view>
#include <vector>

#include "auth/login_verifier.hpp"
#include "auth/room_token.hpp"
#include "base/random.hpp"
#include "bus/bus.hpp"
#include "net/shard.hpp"
#include "realm/config.hpp"
#include "rooms/extras.hpp"
#include "rooms/rooms.hpp"

namespace archipelago::realm {

class RoomHost {
 public:
  /// What is referred to outlives this.
  struct Parts {
    net::ShardPool& shards;
    std::vector<bus::Mailbox*> mailboxes;  ///< of the shards
    auth::LoginVerifier& verifier;
    auth::RoomKey const& key;
    Random& random;
    Metrics& metrics;
  };

  RoomHost(Config const& config, Parts const& parts);

  /// WS /rooms/{id} and GET /rooms/status. Before the shards run.
  void register_endpoints(net::Router& router, Loop const& clock);

  [[nodiscard]] rooms::Rooms& rooms() { return rooms_; }
  void fill(std::string_view room) { extras_.come_to(room); }

 private:
  Config const& config_;
  std::vector<bus::Mailbox*> const mailboxes_;
  rooms::Rooms rooms_;
  rooms::Extras extras_;
};

}  // namespace archipelago::realm
