// Positions between two flushes, and scenes.
#include "swarm/script.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace archipelago::swarm {
namespace {

constexpr Millis kFlush{static_cast<std::int64_t>(sim::kSecondsPerFlush * 1'000)};
constexpr Millis kBetweenJumps{5'000};
constexpr double kJumpers = 0.2;  // share of the players
constexpr Millis kBetweenCuts{20'000};
constexpr std::size_t kFlapping = 10;  // every tenth player
constexpr Millis kBeforeEnd{10'000};   // no cuts any more, so that everybody can be back
constexpr double kRadius = 1.5;        // m, times the root of the players: seven square metres each
constexpr double kGolden = 2.399963229728653;  // the golden angle, in radians

using Name = std::pair<Scene, std::string_view>;
constexpr std::array kNames{Name{Scene::none, "none"}, Name{Scene::concert, "concert"},
                            Name{Scene::teleport_storm, "teleport-storm"},
                            Name{Scene::login_storm, "login-storm"},
                            Name{Scene::flapping, "flapping"}};

double share(Millis part, Millis of) {
  return static_cast<double>(part.count()) / static_cast<double>(of.count());
}

double blend(double a, double b, double t) {
  return a + (b - a) * t;
}

/// A sunflower's seeds: evenly spread, nobody on nobody's toes.
sim::Point concert_spot(std::size_t place) {
  auto const n = static_cast<double>(place);
  auto const radius = kRadius * std::sqrt(n);
  return {radius * std::cos(n * kGolden), radius * std::sin(n * kGolden)};
}

}  // namespace

std::optional<Scene> scene_of(std::string_view name) {
  auto const found = std::ranges::find(kNames, name, &Name::second);
  return found == kNames.end() ? std::nullopt : std::optional(found->first);
}

std::string_view name_of(Scene scene) {
  return std::ranges::find(kNames, scene, &Name::first)->second;
}

Script::Script(ScriptOptions const& options)
    : options_(options), world_(options.world), chance_(options.world.seed), jump_(kBetweenJumps) {
  step_world();
}

void Script::step_world() {
  std::vector<std::uint64_t> numbers;
  from_.clear();
  for (auto const& person : world_.people()) {
    from_.push_back(person.at);
    numbers.push_back(person.number);
  }
  world_.step();
  auto const people = world_.people();
  for (auto i = from_.size(); i < people.size(); ++i) from_.push_back(people[i].at);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (people[i].number != numbers[i]) from_[i] = people[i].at;  // a newcomer walks from there
}

void Script::advance(Millis now) {
  cut_.clear();
  if (options_.scene == Scene::flapping) cut_links(now_, now);
  now_ = std::max(now_, now);
  for (; now_ >= flushed_ + kFlush; flushed_ += kFlush) step_world();
  if (options_.scene != Scene::teleport_storm) return;
  for (; now_ >= jump_; jump_ += kBetweenJumps) teleport();
}

void Script::teleport() {
  for (auto place = stand_ins_.size(); place < places(); ++place) stand_ins_.push_back(place);
  for (auto& spot : stand_ins_)
    if (chance_.happens(kJumpers)) spot = chance_.below(stand_ins_.size());
}

/// Each at its own time within the twenty seconds, so that no two storms come of it.
void Script::cut_links(Millis from, Millis to) {
  to = std::min(to, options_.duration - kBeforeEnd);
  for (std::size_t place = 0; place < places(); place += kFlapping) {
    auto const slot = static_cast<std::int64_t>(place / kFlapping % 97);
    auto const phase = kBetweenCuts * slot / 97;
    auto const rounds = [phase](Millis t) { return (t - phase).count() / kBetweenCuts.count(); };
    if (rounds(to) > std::max<std::int64_t>(0, rounds(from))) cut_.push_back(place);
  }
}

sim::Point Script::in_world(std::size_t place) const {
  auto const& to = world_.people()[place].at;
  auto const& from = from_[place];
  auto const t = std::clamp(share(now_ - flushed_, kFlush), 0.0, 1.0);
  return {blend(from.x, to.x, t), blend(from.z, to.z, t)};
}

/// 0: everybody where the world has it; 1: all at the stage.
double Script::at_concert() const {
  if (options_.scene != Scene::concert) return 0;
  auto const t = share(now_, options_.duration);
  return std::clamp(std::min((t - 0.2) / 0.25, (0.85 - t) / 0.25), 0.0, 1.0);
}

client::Position Script::at(std::size_t place) const {
  auto const spot = place < stand_ins_.size() ? stand_ins_[place] : place;
  auto at = in_world(spot);
  if (auto const t = at_concert(); t > 0) {
    auto const stage = concert_spot(place);
    at = {blend(at.x, stage.x, t), blend(at.z, stage.z, t)};
  }
  return {.x = static_cast<float>(at.x), .y = 0, .z = static_cast<float>(at.z)};
}

}  // namespace archipelago::swarm
