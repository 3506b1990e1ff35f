// The steps of a check, in their order.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "archipelago/client/realm.hpp"
#include "base/result.hpp"
#include "client/about_info.hpp"
#include "client/check_report.hpp"
#include "client/hand_turned.hpp"
#include "client/realm_check.hpp"

namespace archipelago::client {

/// Each step prints its line; a step that fails ends the walk. One thread, blocks.
class RealmWalk {
 public:
  RealmWalk(CheckOptions const& options, CheckReport& report);

  void run();

 private:
  struct Actor {
    std::string name;
    Identity identity;
    Entrance entrance{};
    Position at{};
    std::optional<IslandChange> last{};  ///< the newest change it was told
    std::unique_ptr<RealmClient> client{};

    [[nodiscard]] std::string island() const { return last ? last->island : std::string(); }
  };

  Actor made_up(std::string name);
  bool read_about();
  bool log_in();
  bool meet();
  bool talk();
  void talk_at_fixed();
  bool part();
  bool meet_again();
  bool log_in_twice();
  bool leave();

  Result<std::string> fetch_about();
  Result<std::unique_ptr<RealmClient>> log_in(Actor& actor);

  /// Goes on until `arrived`, or fails: after the step's time, or when a session has ended.
  Result<> walk_until(std::function<bool()> const& arrived);

  CheckOptions const& options_;
  CheckReport& report_;
  HandTurned network_;  // before the actors
  std::string realm_;
  AboutInfo about_;
  Entrances entrances_;
  Actor a_;
  Actor b_;
};

}  // namespace archipelago::client
