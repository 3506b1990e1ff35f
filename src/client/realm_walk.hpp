// The steps of a check, in their order.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "auth/identity.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "client/about_info.hpp"
#include "client/check_report.hpp"
#include "client/deadline.hpp"
#include "client/player.hpp"
#include "client/realm_check.hpp"

namespace archipelago::client {

/// Each step prints its line; a step that fails ends the walk. One thread, blocks.
class RealmWalk {
 public:
  RealmWalk(CheckOptions const& options, CheckReport& report, Random& random);

  void run();

 private:
  struct Actor {
    std::string name;
    auth::Identity identity;
    std::string protocol;  ///< how it logs in: "bff" or "direct"
    std::unique_ptr<BlockingPlayer> player;
    Position at;
    std::optional<IslandChange> last;  ///< the newest change it was told

    [[nodiscard]] std::string island() const { return last ? last->island : std::string(); }
  };
  using Step = std::function<Result<std::string>()>;

  bool read_about();
  bool log_in();
  bool meet();
  bool talk();
  bool part();
  bool meet_again();
  bool log_in_twice();
  bool leave();

  Result<std::string> fetch_about();
  Result<std::unique_ptr<BlockingPlayer>> log_in(Actor const& actor);

  /// Sends heartbeats for both and takes island changes until `arrived`, or fails after the step's
  /// time.
  Result<> walk_until(std::function<bool()> const& arrived);
  Result<> beat();
  Result<> listen(Actor& actor);
  [[nodiscard]] Deadline deadline() const { return Deadline(options_.timeout); }

  CheckOptions const& options_;
  CheckReport& report_;
  std::string realm_;
  AboutInfo about_;
  Entrances entrances_;
  Actor a_;
  Actor b_;
};

}  // namespace archipelago::client
