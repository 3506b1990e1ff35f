// All that a realm does about bans: lists kept fresh, a check asked, players evicted.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "bans/doorman.hpp"
#include "bans/list_keeper.hpp"
#include "bans/sweep.hpp"
#include "base/worker_pool.hpp"
#include "realm/config.hpp"

namespace archipelago::realm {

/// Off, and without threads, unless configured. One thread reads lists; the ban check has one for
/// each of the sweep's questions and a few that logins never share with it.
class Bans {
 public:
  using Predicate = std::function<bool(Address const&)>;

  struct Parts {
    Loop& loop;                   ///< for timers and the sweep
    auth::LoginVerifier& proofs;  ///< who checks signatures
    Metrics& metrics;
    // Any thread; called between start() and end().
    std::function<std::vector<Address>()> sessions;      ///< who is logged in
    std::function<std::vector<Address>()> seats;         ///< who sits in a room
    std::function<std::size_t(Predicate const&)> evict;  ///< how many sessions and seats ended
  };

  /// The parts outlive this.
  Bans(Config::Bans const& config, Parts parts);
  Bans(Bans const&) = delete;
  Bans& operator=(Bans const&) = delete;

  /// Whom gateway and rooms ask about logins.
  [[nodiscard]] auth::LoginVerifier& verifier() { return doorman_; }

  /// Reads the file, in the caller's thread, then begins with the rest. Error: a file that cannot
  /// be used, with its name, line and fault.
  Result<> start();

  /// Reads all lists again, soon. Any thread.
  void reload();

  /// After the loop has stopped: whoever still waits for a server gives up.
  void end();

 private:
  [[nodiscard]] bans::ListKeeper::Parts keeping();
  [[nodiscard]] std::vector<Address> everybody() const;
  void evict(Predicate const& banned) const;

  Config::Bans const config_;
  Parts const parts_;
  std::stop_source ending_;
  bans::DenyList lists_;
  std::optional<bans::BanCheck> check_;
  bans::Doorman doorman_;
  std::optional<bans::Sweep> sweep_;
  std::optional<bans::ListKeeper> fetched_;
  bans::ListKeeper::Read read_file_;
  std::optional<bans::ListKeeper> file_;
  std::unique_ptr<WorkerPool> list_pool_;   // null: nothing to read, or ended
  std::unique_ptr<WorkerPool> check_pool_;  // null: nobody to ask, or ended
};

}  // namespace archipelago::realm
