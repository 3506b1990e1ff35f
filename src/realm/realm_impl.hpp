// What a realm is made of. Members are declared so that whatever is referred to outlives who refers
// to it.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/room_token.hpp"
#include "base/loop_lag.hpp"
#include "bus/bus.hpp"
#include "gateway/gateway.hpp"
#include "net/server.hpp"
#include "realm/core.hpp"
#include "realm/facts.hpp"
#include "realm/logins.hpp"
#include "realm/prometheus.hpp"
#include "realm/realm.hpp"
#include "realm/role.hpp"
#include "realm/room_host.hpp"
#include "realm/signed_login.hpp"
#include "realm/views.hpp"

namespace archipelago::realm {

class Realm::Impl {
 public:
  Impl(Config const& config, std::unique_ptr<TraceFile> recording);
  ~Impl() { end(); }

  Result<> start();
  void stop();
  void reload();
  [[nodiscard]] std::string url() const { return server_->url(); }
  [[nodiscard]] net::Router const& routes() const { return router_; }

 private:
  void make_logins();
  void make_core(std::unique_ptr<TraceFile> recording);
  void make_rooms();
  void make_gateway();
  void make_views();
  void register_endpoints();
  [[nodiscard]] Facts facts() const;
  [[nodiscard]] std::string listening() const;
  [[nodiscard]] std::vector<NamedLag> lags() const;
  [[nodiscard]] Scrape scrape();
  void tell_where(std::string const& base) const;
  void end();

  Config const config_;
  Role const role_;
  Metrics metrics_;
  SystemRandom random_;
  auth::RoomKey const key_;

  // Loops, and what their tasks use.
  net::ShardPool shards_;
  net::Shard core_loop_;  // the islands' own
  std::shared_ptr<LoopLag const> const core_lag_;
  std::unique_ptr<bus::Bus> const bus_;
  std::vector<std::unique_ptr<bus::Mailbox>> mailboxes_;

  // The parts of the realm that are this process'.
  std::optional<Logins> logins_;
  std::optional<Core> core_;
  std::optional<SignedLogin> signed_login_;
  std::optional<RoomHost> rooms_;
  std::optional<gateway::Gateway> gateway_;
  std::optional<Views> views_;
  std::atomic<bool> ready_{false};  // server_ is set and the islands' loop runs
  std::atomic<bool> ending_{false};

  net::Router router_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace archipelago::realm
