// The inside of RealmClient: /about, a session, heartbeats, pauses.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "archipelago/client/realm.hpp"
#include "client/about_info.hpp"
#include "client/backoff.hpp"
#include "client/session.hpp"

namespace archipelago::client {

/// Held by its RealmClient; whatever calls in keeps it until the call returns, so that a callback
/// may destroy the RealmClient.
class RealmClient::Impl final : public SessionListener, public std::enable_shared_from_this<Impl> {
 public:
  Impl(Network const& network, Identity identity, RealmOptions options, RealmEvents events);

  void start();
  void stop();
  void reconnect(Ending why);
  void abandon();  ///< nothing is told any more
  void move_to(Position const& position);
  void wish(std::string island);
  [[nodiscard]] Status const& status() const { return status_; }
  [[nodiscard]] Identity const& identity() const { return identity_; }

  void on_login() override;
  void on_island(IslandChange const& change) override;
  void on_ended(Ending const& why) override;

 private:
  [[nodiscard]] std::optional<Error> wrong_option() const;
  void later(std::function<void(Impl&)> what);
  void attempt();
  void on_about(Result<net::HttpResponse> const& answer);
  Result<> enter(net::HttpResponse const& answer);
  Result<> choose(Entrances const& doors);
  Result<> renew();
  void fail_attempt(Ending why);
  void leave_session();
  void tell(Status status);        ///< in a turn of the loop's
  void tell_later(Status status);  ///< in a call of the owner's
  void beat();

  Network const network_;
  Identity identity_;
  RealmOptions const options_;
  RealmEvents const events_;
  std::string realm_;  // without a slash at its end
  Status status_;
  bool gone_ = false;

  std::shared_ptr<Session> session_;
  std::optional<std::string> fixed_;  // the one room of a realm without islands
  unsigned attempt_ = 0;              // answers to earlier ones come too late
  Instant online_since_{};
  Backoff backoff_;
  Timer pause_timer_;
  Timer beat_timer_;
  std::optional<Position> position_;
  std::optional<std::string> wish_;
};

}  // namespace archipelago::client
