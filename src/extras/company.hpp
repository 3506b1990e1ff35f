// Made-up people for client developers: they walk about, announce themselves, and chat. The same
// seed is the same play.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "base/random.hpp"
#include "base/time.hpp"

namespace archipelago::extras {

/// One packet (RFC-4) of one of them.
struct Line {
  std::size_t who = 0;
  std::string body;
  bool unreliable = false;
};

/// One thread. Pure: the room that they are in is the owner's matter.
class Company {
 public:
  static constexpr Millis kBeat{100};  ///< the owner calls beat() so often
  static constexpr std::size_t kMost = 200;

  /// `people` in [1, kMost]. Until somebody real is heard they stay around parcel 0,0.
  Company(std::uint64_t seed, std::size_t people);

  [[nodiscard]] std::size_t size() const { return people_.size(); }
  [[nodiscard]] Address const& address(std::size_t who) const { return people_[who].address; }

  /// What is said now: everybody's whereabouts (unreliable; `position` for clients of 2023 and
  /// `movement` for today's), twice a minute each its profile's version, a line of chat each ten
  /// seconds, and what they have to answer.
  std::vector<Line> beat(WallTime now);

  /// A packet of somebody real, any bytes: they walk to where it stands, answer its chat after a
  /// second, and its requests for their profiles at once. At most 16 answers wait.
  void hear(std::string_view body);

 private:
  struct Person {
    Address address;
    std::string name;
    float x = 0, z = 0;            ///< m
    float goal_x = 0, goal_z = 0;  ///< m
    float speed = 1.5F;            ///< m/s
  };
  struct Answer {
    std::uint64_t beat;
    Line line;
  };

  float chance(float least, float most);
  void walk(Person& person);
  void say_whereabouts(std::size_t who, WallTime now, std::vector<Line>& lines);
  void answer(std::uint64_t in_beats, Line line);
  [[nodiscard]] std::string profile(Person const& person) const;

  SeededRandom random_;
  std::vector<Person> people_;
  std::deque<Answer> answers_;  // by beat
  float centre_x_ = 8;
  float centre_z_ = 8;
  std::uint64_t beat_ = 0;
};

}  // namespace archipelago::extras
