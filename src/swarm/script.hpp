// Who is in the world, where everybody stands at a moment, and whose link is cut: worlds and
// walkers of src/sim, bent by a scene.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "archipelago/client/realm.hpp"
#include "base/time.hpp"
#include "sim/world.hpp"

namespace archipelago::swarm {

enum class Scene : std::uint8_t {
  none,            ///< the world as it is
  concert,         ///< after a fifth of the time all walk to one spot, stay, and walk back
  teleport_storm,  ///< every 5 s one of five stands where somebody else stands
  login_storm,     ///< all log in at once
  flapping,        ///< one of ten loses its link every 20 s and comes back
};
[[nodiscard]] std::optional<Scene> scene_of(std::string_view name);
[[nodiscard]] std::string_view name_of(Scene scene);

struct ScriptOptions {
  sim::WorldOptions world{};
  Scene scene = Scene::none;
  Millis duration{60'000};  ///< of the whole play, > 0
};

/// The same options, the same play, however time is cut into steps. Places are numbered from 0;
/// one person after another may stand for a place.
class Script {
 public:
  explicit Script(ScriptOptions const& options);

  /// `now`: since the beginning, not before the last call's. O(players) every 2 s.
  void advance(Millis now);

  [[nodiscard]] std::size_t places() const { return world_.people().size(); }
  /// Another number than before: that person has left for good, this one comes.
  [[nodiscard]] std::uint64_t person(std::size_t place) const {
    return world_.people()[place].number;
  }
  [[nodiscard]] client::Position at(std::size_t place) const;
  /// Places whose link was cut by the last advance().
  [[nodiscard]] std::span<std::size_t const> cut() const { return cut_; }

 private:
  void step_world();
  void teleport();
  void cut_links(Millis from, Millis to);
  [[nodiscard]] sim::Point in_world(std::size_t place) const;
  [[nodiscard]] double at_concert() const;

  ScriptOptions const options_;
  sim::World world_;
  sim::Chance chance_;
  std::vector<sim::Point> from_;        // where people stood at the last flush
  std::vector<std::size_t> stand_ins_;  // teleport storm: whose spot a place has
  std::vector<std::size_t> cut_;
  Millis now_{};
  Millis flushed_{};  // the world stands at flushed_ + one flush
  Millis jump_{};     // of the next teleport
};

}  // namespace archipelago::swarm
