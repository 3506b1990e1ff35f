// Who is in the realm, through which gateway and in which session: what a core knows whether it
// leads or follows, and hands on when that changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/address.hpp"
#include "base/metrics.hpp"
#include "base/time.hpp"
#include "islands/cluster_messages.hpp"
#include "islands/gateways.hpp"
#include "islands/players.hpp"

namespace archipelago::islands {

/// A gateway that was silent so long is dead, and its players are gone.
inline constexpr Millis kGatewayPatience{3'000};
/// How often a core of several looks around.
inline constexpr Millis kClusterTick{250};
/// A gateway that still says something else so long after an announcement has not heard it.
inline constexpr Millis kAnnouncementPatience{1'500};

/// What a session that speaks is to the one that is known.
enum class SessionAge : std::uint8_t { same, newer, older };

/// One thread; may be moved. Bounded by its owner.
class Registry {
 public:
  using Left = std::function<void(Address const&)>;

  /// `since`: from when on others could have been heard.
  explicit Registry(Instant since) : attentive_since_(since) {}

  Players players{};
  Gateways gateways{};

  /// Silence counts only while others could have been heard: called often, with
  /// bus::Bus::connected_for(). A process that did not look for longer than `longest` was not
  /// listening either.
  void look(Instant now, std::optional<Millis> connected_for, Millis longest = Millis::max());
  /// For how long others could have been heard.
  [[nodiscard]] Millis attentive_for(Instant now) const { return now - attentive_since_; }

  [[nodiscard]] SessionAge compare(Players::Record const& known, std::uint64_t login,
                                   Gateways::Number gateway) const;

  /// Sessions that ended leave; newer ones of the same players stay.
  void hear(GatewayStatus const& status, Instant now, Left const& left);

  /// Players of gateways that fell silent leave; counted and logged. O(players) for each of these.
  void lose_gateways(Instant now, Metrics& metrics, Left const& left);

  /// Players who were silent for `patience` leave. O(removed).
  void expire(Instant now, Millis patience, Left const& left);

 private:
  Instant attentive_since_;
  std::optional<Instant> looked_{};
};

}  // namespace archipelago::islands
