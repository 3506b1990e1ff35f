// Islands in our own rooms, when several hosts have them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/backend.hpp"
#include "adapters/room_host_table.hpp"
#include "adapters/ws_room.hpp"
#include "auth/room_token.hpp"

namespace archipelago::adapters {

/// A new island goes to the host that a hash of island and host prefers, weighted by capacity, so
/// that every process with the same view agrees; but to none whose players would be more than its
/// capacity, or than 1.25 times its share of all, while another has room. It stays there until that
/// host is gone or drains; from the next review() on it is elsewhere, if there is where. A host
/// that comes moves nobody. While none is known, and for islands whose host is gone until then,
/// connection strings fail (`upstream_failed`).
class RoomHosts final : public Backend {
 public:
  struct Parts {
    Loop& loop;  ///< the islands'
    bus::Bus& bus;
    Metrics& metrics;
    auth::RoomKey const& key;  ///< of all hosts
    Millis token_lifetime = WsRoom::kDefaultTokenLifetime;
    WsRoom::Epoch epoch{};  ///< of the core that assigns players
  };

  /// Listens until destroyed. The references outlive this; all else is the loop's, or of a time
  /// when it does not run. Throws std::invalid_argument for a lifetime that is not positive.
  explicit RoomHosts(Parts parts);

  /// A room that no review() has seen, which is no island, goes by the hash alone, every time anew.
  [[nodiscard]] Result<std::string> connection_string(std::string_view island,
                                                      Address const& player, WallTime now) override;
  /// Cost, beside O(islands): O(hosts) for each that is new or moves.
  [[nodiscard]] std::vector<std::string> review(std::span<IslandFacts const> islands,
                                                Instant now) override;
  /// A host that was not heard of yet is waited for, as long as there may be such.
  void adopt(std::string_view island, std::string_view connection) override;

  /// A room of any of our hosts, those to be heard of included.
  [[nodiscard]] bool carries(std::string_view connection) const override;
  [[nodiscard]] bool alive() const override;
  [[nodiscard]] std::optional<std::size_t> capacity() const override;
  /// `ws-room <url>`.
  [[nodiscard]] std::string carrier(std::string_view island) const override;

 private:
  struct Place {
    std::shared_ptr<RoomHost> host;  ///< null: none yet
    std::string connection;          ///< adopted, and its host not heard of yet
    std::uint64_t review = 0;        ///< the last one that saw it
  };
  struct Homeless {
    IslandFacts const* island;
    Place* place;
  };
  struct Candidate {
    std::shared_ptr<RoomHost> host;
    double weight;
  };
  /// Those that take islands, and what a fair share is reckoned by.
  struct Choice {
    std::vector<Candidate> candidates;
    double weights = 0;
    double players = 0;  ///< of all islands
  };

  [[nodiscard]] Choice choice(std::size_t players) const;
  [[nodiscard]] static std::shared_ptr<RoomHost> choose(Choice const& choice,
                                                        IslandFacts const& island);
  [[nodiscard]] std::shared_ptr<RoomHost> by_hash(std::string_view island) const;
  std::vector<Homeless> look_at(std::span<IslandFacts const> islands);
  bool settle(Homeless const& homeless, Choice const& choice);

  RoomHostTable table_;
  std::map<std::string, Place, std::less<>> places_;
  Metrics& metrics_;
  std::uint64_t review_ = 0;
};

}  // namespace archipelago::adapters
