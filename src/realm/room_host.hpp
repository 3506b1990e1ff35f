// What carries what is said on islands: the embedded rooms, and the made-up people in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/login_verifier.hpp"
#include "auth/room_token.hpp"
#include "base/random.hpp"
#include "bus/bus.hpp"
#include "net/shard.hpp"
#include "realm/config.hpp"
#include "rooms/extras.hpp"
#include "rooms/fence.hpp"
#include "rooms/host_status.hpp"
#include "rooms/rooms.hpp"

namespace archipelago::realm {

class RoomHost {
 public:
  /// What is referred to outlives this.
  struct Parts {
    net::ShardPool& shards;
    std::vector<bus::Mailbox*> mailboxes;  ///< of the shards
    Loop& loop;                            ///< for what is told of this host
    bus::Bus& bus;
    auth::LoginVerifier& verifier;
    auth::RoomKey const& key;
    Random& random;
    Metrics& metrics;
    std::string id;  ///< of this process among others; "": the realm is this process
  };

  /// Made and destroyed while the loops do not run.
  RoomHost(Config const& config, Parts const& parts);

  /// WS /rooms/{id} and GET /rooms/status. Before the shards run.
  void register_endpoints(net::Router& router);

  /// `url`: ws:// or wss:// base as players reach it. Before the loop runs.
  void start(std::string url);
  /// Lets the cores send players elsewhere; `empty` runs on the loop once nobody is left, and never
  /// where there is no elsewhere. Any thread.
  void drain(Task empty);

  [[nodiscard]] rooms::Rooms& rooms() { return rooms_; }
  void fill(std::string_view room) { extras_.come_to(room); }

 private:
  Config const& config_;
  Loop& loop_;
  std::vector<bus::Mailbox*> const mailboxes_;
  std::optional<rooms::Fence> fence_;
  rooms::Rooms rooms_;
  rooms::Extras extras_;
  std::optional<rooms::HostStatus> status_;
};

}  // namespace archipelago::realm
