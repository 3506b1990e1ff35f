// What one login holds on a BFF connection: the session, its topics, and the calls that wait for
// news.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/session.hpp"
#include "gateway/subscriptions.hpp"
#include "rpc/server.hpp"

namespace archipelago::gateway {

/// One loop. Its destruction is the logout: streams end, waiting calls fail.
class BffPlayer final : private SessionClient {
 public:
  using OnKicked = std::function<void(Errc why)>;

  /// As Session::begin(). `on_kicked` is called once, after the player was told and its streams
  /// were ended, so that an old client does not follow the assignments of the new one; the caller
  /// closes the connection in the end.
  [[nodiscard]] static Result<std::unique_ptr<BffPlayer>> begin(Shard const& shard,
                                                                net::Connection& connection,
                                                                Address const& who,
                                                                OnKicked on_kicked);
  BffPlayer(BffPlayer const&) = delete;
  BffPlayer& operator=(BffPlayer const&) = delete;
  ~BffPlayer() override;

  [[nodiscard]] Session& session() { return *session_; }
  [[nodiscard]] Subscriptions& subscriptions() { return *subscriptions_; }

  /// Answers `call` when the session is replaced or banned (DR_KICKED); at once when it is already.
  void await_kick(rpc::Call call);

  /// Streams the connection string of each new island, the current one first. A client that lets
  /// too many wait gets an error and asks again; one that asks too often at once is refused
  /// (`too_many_subscriptions`).
  void stream_commands(rpc::Call call);

 private:
  BffPlayer(Shard const& shard, Address const& who, OnKicked on_kicked);
  void on_island_changed(std::string_view message) override;
  void on_kicked(Errc why) override;

  Shard const& shard_;
  /// Where the realm is many processes, who listens to its own `island_changed` hears what the
  /// session does: not a core that leads no more, and also one that knows only today's subject.
  std::shared_ptr<Subscriptions> subscriptions_;
  OnKicked on_kicked_;
  std::vector<rpc::Call> awaiting_kick_;
  std::vector<rpc::OutStream> commands_;
  std::string island_changed_;  // the latest, as it came
  std::unique_ptr<Session> session_;
};

}  // namespace archipelago::gateway
