// Updates are decoded again: what a viewer then knows is what there is.
#include "station/encoder.hpp"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "islands/privacy.hpp"
#include "station/testing.hpp"

namespace archipelago::station {
namespace {

using testing::address;
using testing::Places;
using testing::snapshot;
using testing::Watcher;

/// An encoder and a viewer who has seen everything from the beginning.
struct Station {
  Station() { watcher.take(encoder.whole()); }
  Update turn(Places const& places) { return turn(snapshot(places)); }
  Update turn(islands::Snapshot const& next) {
    auto news = encoder.advance(next);
    watcher.take(news);
    return news;
  }
  [[nodiscard]] Watcher newcomer() const {
    Watcher fresh;
    fresh.take(encoder.whole());
    return fresh;
  }

  Encoder encoder;
  Watcher watcher;
};

TEST(Encoder, TellsPlayersInDecimetresAndNamesThemOnce) {
  Station station;
  auto const news = station.turn({{"I1", {{7, {1.26F, 9, -3.5F}}}}});
  ASSERT_EQ(station.watcher.players.size(), 1U);
  auto const& [name, x, z, island] = station.watcher.players.begin()->second;
  EXPECT_EQ(name, std::string(19, '\0') + '\x07');
  EXPECT_EQ(x, 13);
  EXPECT_EQ(z, -35);
  EXPECT_EQ(island, news.islands(0).number());
  auto const moved = station.turn({{"I1", {{7, {2, 9, -3.5F}}}}});
  EXPECT_EQ(moved.players().number_size(), 1);
  EXPECT_EQ(moved.players().named_size(), 0);
}

TEST(Encoder, TellsIslandsWhole) {
  islands::Snapshot made = snapshot({{"I1", {{1, {}}}}});
  made.islands[0].centre_x = -2.5;
  made.islands[0].centre_z = 7;
  made.islands[0].radius = 1.01;
  Station station;
  auto const island = station.turn(made).islands(0);
  EXPECT_EQ(island.id(), "I1");
  EXPECT_EQ(island.players(), 1U);
  EXPECT_EQ(island.max_players(), 100U);
  EXPECT_EQ(island.x_dm(), -25);
  EXPECT_EQ(island.z_dm(), 70);
  EXPECT_EQ(island.radius_dm(), 11U) << "everybody is within";
  EXPECT_EQ(island.since_ms(), 500U);
  EXPECT_EQ(island.backend(), "ws-room");
  EXPECT_EQ(island.recall(), -1);
}

TEST(Encoder, WhatStaysAsItIsIsNotToldAgain) {
  Station station;
  Places const places{{"I1", {{1, {1, 0, 1}}, {2, {2, 0, 2}}}}};
  station.turn(places);
  EXPECT_EQ(station.turn(places).ByteSizeLong(), 0U);
  EXPECT_EQ(station.turn({{"I1", {{1, {1.01F, 0, 1}}, {2, {2, 0, 2}}}}}).ByteSizeLong(), 0U)
      << "less than a decimetre";
}

TEST(Encoder, NumbersAreNotUsedAgain) {
  Station station;
  std::set<std::uint32_t> islands;
  std::set<std::uint32_t> players;
  for (int round = 0; round < 4; ++round) {
    auto const news = station.turn({{"I1", {{1, {}}}}});
    islands.insert(news.islands(0).number());
    players.insert(news.players().number(0));
    if (round % 2 == 0) {
      station.turn(Places{});
    } else {
      station.encoder.forget();
      station.watcher.take(station.encoder.whole());
    }
  }
  EXPECT_EQ(islands.size(), 4U);
  EXPECT_EQ(players.size(), 4U);
  EXPECT_FALSE(islands.contains(0) || players.contains(0));
}

TEST(Encoder, WithoutPositionsOnlyCountsAreTold) {
  Station station;
  auto const exact = snapshot({{"I1", {{1, {5, 0, 5}}, {2, {90, 0, 5}}}}});
  auto const news = station.turn(with_privacy(exact, islands::Privacy::none));
  EXPECT_FALSE(news.has_players());
  EXPECT_EQ(news.islands(0).players(), 2U);
  EXPECT_EQ(news.islands(0).x_dm(), 0);
  EXPECT_EQ(news.islands(0).radius_dm(), 0U);
  EXPECT_FALSE(station.encoder.whole().has_players());
}

TEST(Encoder, TenThousandWhoWalkCostTenBytesEach) {
  constexpr unsigned kPeople = 10'000;
  Places places;
  for (unsigned i = 0; i < kPeople; ++i)
    places["I" + std::to_string(i / 100)][i] = {static_cast<float>(i % 2'400), 0, 1'000};
  Station station;
  station.turn(places);
  for (auto& [id, people] : places)
    for (auto& [number, at] : people) at.z += 1.4F;
  EXPECT_LE(station.turn(places).ByteSizeLong(), 11UL * kPeople);
  EXPECT_LE(station.encoder.whole().ByteSizeLong(), 36UL * kPeople);
}

/// Everybody anywhere, in any number, on any island.
rc::Gen<Places> any_places() {
  auto const anywhere = rc::gen::map(
      rc::gen::pair(rc::gen::inRange(-30, 30), rc::gen::inRange(-30, 30)), [](auto const& drawn) {
        return engine::Position{static_cast<float>(drawn.first) / 4, 0,
                                static_cast<float>(drawn.second) / 4};
      });
  using Person = std::pair<unsigned, engine::Position>;
  auto const who =
      rc::gen::container<std::vector<Person>>(rc::gen::pair(rc::gen::inRange(0U, 12U), anywhere));
  return rc::gen::map(rc::gen::pair(who, rc::gen::inRange(1U, 5U)), [](auto const& drawn) {
    Places places;
    for (auto const& [number, at] : std::map(drawn.first.begin(), drawn.first.end()))
      places["I" + std::to_string((number * 7 + static_cast<unsigned>(at.x + 100)) % drawn.second)]
            [number] = at;
    return places;
  });
}

RC_GTEST_PROP(EncoderProperty, DeltasComeToTheWhole, ()) {
  Station station;
  auto const turns = *rc::gen::container<std::vector<Places>>(any_places());
  for (auto const& places : turns) {
    station.turn(places);
    RC_ASSERT(station.watcher == station.newcomer());
    std::size_t people = 0;
    for (auto const& [id, members] : places) people += members.size();
    RC_ASSERT(station.watcher.players.size() == people);
    RC_ASSERT(station.watcher.islands.size() == places.size());
  }
}

}  // namespace
}  // namespace archipelago::station
