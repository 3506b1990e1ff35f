// Synthetic worlds and the people in them (ENGINE.md 2), so that figures can be compared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/chance.hpp"

namespace archipelago::sim {

enum class Place : std::uint8_t {
  city,     ///< uniform in +-2400 m
  plazas,   ///< four of five at hotspots of 500 players, gaussian with sigma 60 m
  crowd,    ///< one disc, 100 m for 5000 players
  growing,  ///< a crowd that fills within 120 flushes and that nobody leaves
};
enum class Mobility : std::uint8_t {
  walk,   ///< everyone walks at 3 m/s without rest
  mixed,  ///< one of five walks, the others stand (a minute on average) and stroll
};
[[nodiscard]] std::optional<Place> place_of(std::string_view name);
[[nodiscard]] std::optional<Mobility> mobility_of(std::string_view name);

struct WorldOptions {
  Place place = Place::crowd;
  Mobility mobility = Mobility::mixed;
  std::size_t players = 1'000;  ///< [1, 10'000'000]
  std::uint64_t seed = 1;
  /// Share of the people who leave at each flush, and as many come: [0, 1]. None: 1 % where mixed,
  /// else nobody. Not in a growing world.
  std::optional<double> turnover = {};
};

inline constexpr double kSecondsPerFlush = 2;
inline constexpr std::size_t kFlushesToGrow = 120;

struct Point {
  double x = 0;  ///< m
  double z = 0;  ///< m
};

struct Person {
  std::uint64_t number = 0;  ///< never given twice
  Point at;
  Point target;
  double rest = 0;               ///< s until it walks on
  std::optional<Point> hotspot;  ///< plazas: where it belongs
  bool strolls = false;          ///< stands about, and strolls now and then
};

/// `p<number>`: the id that a person reports under.
[[nodiscard]] std::string name_of(Person const& person);

class World {
 public:
  /// With everybody in place; a growing world with its first few.
  explicit World(WorldOptions const& options);

  /// One flush later: people walk, some go, as many come. O(players). Who went: gone().
  void step();

  [[nodiscard]] std::span<Person const> people() const { return people_; }
  [[nodiscard]] std::span<std::uint64_t const> gone() const { return gone_; }
  [[nodiscard]] double half_side() const { return half_side_; }  ///< m, of city and plazas
  [[nodiscard]] double radius() const { return radius_; }        ///< m, of a crowd
  [[nodiscard]] std::span<Point const> hotspots() const { return hotspots_; }

 private:
  [[nodiscard]] bool is_crowd() const;
  [[nodiscard]] Person arrival();
  [[nodiscard]] Point spot(Person const& person);
  [[nodiscard]] Point spot_in_disc();
  void choose_target(Person& person);
  void advance(Person& person, double seconds);
  void grow();
  void replace_some();

  WorldOptions const options_;
  Chance chance_;
  double half_side_;
  double radius_;
  std::vector<Point> hotspots_;
  std::vector<Person> people_;
  std::vector<std::uint64_t> gone_;
  std::uint64_t next_number_ = 1;
  std::size_t flushes_ = 1;
  std::size_t leaving_;  ///< of a million people, at each flush
  std::size_t due_ = 0;  ///< to leave, in millionths of a person
};

}  // namespace archipelago::sim
