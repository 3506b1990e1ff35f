// Plays: the same for the same options, and as their scenes say.
#include "swarm/script.hpp"

#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "swarm/link.hpp"

namespace archipelago::swarm {
namespace {

using std::chrono::seconds;

ScriptOptions options(Scene scene, std::size_t players = 200) {
  ScriptOptions out;
  out.world = {.place = sim::Place::plazas, .mobility = sim::Mobility::mixed, .players = players};
  out.scene = scene;
  out.duration = seconds(100);
  return out;
}

double distance(client::Position const& a, client::Position const& b) {
  return std::hypot(a.x - b.x, a.z - b.z);
}

TEST(Script, ASceneHasANameAndComesBackFromIt) {
  for (auto const scene :
       {Scene::none, Scene::concert, Scene::teleport_storm, Scene::login_storm, Scene::flapping})
    EXPECT_EQ(scene_of(name_of(scene)), scene);
  EXPECT_FALSE(scene_of("opera"));
}

TEST(Script, HoweverTimeIsCutItIsTheSamePlay) {
  for (auto const scene : {Scene::none, Scene::concert, Scene::teleport_storm}) {
    Script fine(options(scene)), coarse(options(scene));
    for (Millis now{}; now <= seconds(61); now += Millis{50}) fine.advance(now);
    coarse.advance(seconds(61));
    for (std::size_t place = 0; place < fine.places(); ++place) {
      EXPECT_EQ(fine.at(place), coarse.at(place));
      EXPECT_EQ(fine.person(place), coarse.person(place));
    }
  }
}

TEST(Script, NobodyRunsFasterThanItWalks) {
  Script script(options(Scene::none));
  for (Millis now{}; now < seconds(20); now += Millis{250}) {
    script.advance(now);
    std::vector<std::pair<std::uint64_t, client::Position>> before;
    for (std::size_t i = 0; i < script.places(); ++i)
      before.emplace_back(script.person(i), script.at(i));
    script.advance(now + Millis{250});
    for (std::size_t i = 0; i < script.places(); ++i)
      if (script.person(i) == before[i].first)
        EXPECT_LE(distance(script.at(i), before[i].second), 0.76) << "3 m/s";
  }
}

TEST(Script, AtAConcertAllComeTogetherAndGoHomeAgain) {
  Script script(options(Scene::concert)), world(options(Scene::none));
  auto const furthest = [&] {
    double most = 0;
    for (std::size_t i = 0; i < script.places(); ++i)
      most = std::max(most, distance(script.at(i), {}));
    return most;
  };
  script.advance(seconds(1));
  EXPECT_GT(furthest(), 500);
  script.advance(seconds(50));
  EXPECT_LT(furthest(), 25);
  script.advance(seconds(90));
  world.advance(seconds(90));
  for (std::size_t i = 0; i < script.places(); ++i) EXPECT_EQ(script.at(i), world.at(i));
}

TEST(Script, ATeleportStormMovesOneOfFiveEveryFiveSeconds) {
  Script script(options(Scene::teleport_storm, 1'000));
  script.advance(Millis{4'999});
  std::vector<client::Position> before;
  for (std::size_t i = 0; i < script.places(); ++i) before.push_back(script.at(i));
  script.advance(Millis{5'000});
  int jumped = 0;
  for (std::size_t i = 0; i < script.places(); ++i) jumped += distance(script.at(i), before[i]) > 1;
  EXPECT_NEAR(jumped, 200, 50);
}

TEST(Script, OneOfTenIsCutEveryTwentySecondsAndNobodyNearTheEnd) {
  Script script(options(Scene::flapping));
  std::size_t cuts = 0;
  std::set<std::size_t> places;
  for (Millis now{}; now <= seconds(100); now += Millis{50}) {
    script.advance(now);
    cuts += script.cut().size();
    places.insert(script.cut().begin(), script.cut().end());
    if (now < seconds(20) || now > seconds(90)) EXPECT_TRUE(script.cut().empty());
  }
  EXPECT_EQ(places.size(), 20U);
  EXPECT_NEAR(static_cast<double>(cuts), 70, 10) << "20 players, 70 s";
}

TEST(Link, KnowsThisMachineByItsLooks) {
  for (auto const* here : {"http://127.0.0.1:8000", "ws://127.3.2.1/x", "https://localhost",
                           "ws://[::1]:9/rooms/I1", "http://a.localhost:1"})
    EXPECT_TRUE(is_loopback(here)) << here;
  for (auto const* elsewhere :
       {"http://128.0.0.1", "http://localhost.example.org", "ws://10.0.0.1", "wss://[::2]/", "",
        "ftp://127.0.0.1", "http://127.0.0.1@example.org/", "http://0.0.0.0"})
    EXPECT_FALSE(is_loopback(elsewhere)) << elsewhere;
}

}  // namespace
}  // namespace archipelago::swarm
