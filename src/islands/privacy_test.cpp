// What is left of positions.
#include "islands/privacy.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::islands {
namespace {

Address address(char digit) {
  return Address::parse("0x" + std::string(40, digit)).value();
}

Snapshot standing(std::vector<engine::Position> const& places) {
  Snapshot snapshot{.taken = {1}, .made = {}};
  auto& island = snapshot.islands.emplace_back(
      Snapshot::Island{.id = "I1", .centre_x = 1.25, .centre_z = 2.5, .radius = 3.75});
  for (auto const& at : places) island.peers.push_back({address('a'), at, {7}});
  snapshot.players = places.size();
  return snapshot;
}

TEST(Privacy, IsExactUnlessToldOtherwise) {
  auto const told = with_privacy(standing({{1.5F, 2.5F, -3.5F}}), Privacy::exact);
  EXPECT_EQ(told.islands[0].peers[0].at.x, 1.5F);
  EXPECT_EQ(told.islands[0].centre_x, 1.25);
  EXPECT_EQ(told.privacy, Privacy::exact);
}

TEST(Privacy, ParcelsHideWhereOneStandsAlsoInTheIslandsCentreAndHeight) {
  auto const told = with_privacy(standing({{1.5F, 2.5F, -3.5F}}), Privacy::parcel);
  auto const& island = told.islands[0];
  EXPECT_EQ(island.peers[0].at.x, 8);
  EXPECT_EQ(island.peers[0].at.y, 0);
  EXPECT_EQ(island.peers[0].at.z, -8);
  EXPECT_EQ(island.centre_x, 8);
  EXPECT_EQ(island.centre_z, -8);
  EXPECT_EQ(island.radius, 0);
}

TEST(Privacy, WithoutPositionsNothingTellsAPlace) {
  auto const told = with_privacy(standing({{1, 2, 3}, {40, 5, 6}}), Privacy::none);
  auto const& island = told.islands[0];
  for (auto const& peer : island.peers) EXPECT_EQ(std::hypot(peer.at.x, peer.at.y, peer.at.z), 0);
  EXPECT_EQ(std::hypot(island.centre_x, island.centre_z, island.radius), 0);
  EXPECT_EQ(island.peers.size(), 2U) << "how many there are is told";
}

RC_GTEST_PROP(PrivacyProperty, WhoStandsInOneParcelLooksAlike, (int parcel_x, int parcel_z)) {
  auto const inside = [](int parcel) {
    auto const offset = static_cast<float>(*rc::gen::inRange(0, 1600)) / 100;
    return static_cast<float>(parcel % 1000 * 16) + offset;
  };
  auto const one = standing({{inside(parcel_x), 1, inside(parcel_z)}});
  auto const other = standing({{inside(parcel_x), 2, inside(parcel_z)}});
  auto const a = with_privacy(one, Privacy::parcel).islands[0];
  auto const b = with_privacy(other, Privacy::parcel).islands[0];
  RC_ASSERT(a.peers[0].at.x == b.peers[0].at.x);
  RC_ASSERT(a.peers[0].at.z == b.peers[0].at.z);
  RC_ASSERT(a.centre_x == b.centre_x);
}

TEST(Privacy, ExplanationsTellDistancesInParcelsOrNobody) {
  engine::Explanation why{.player = "a", .island = "I1"};
  why.nearest.push_back({"b", "I1", 23.4, engine::Apart::together});
  EXPECT_EQ(with_privacy(why, Privacy::exact).nearest[0].distance, 23.4);
  EXPECT_EQ(with_privacy(why, Privacy::parcel).nearest[0].distance, 16);
  EXPECT_TRUE(with_privacy(why, Privacy::none).nearest.empty());
}

TEST(Privacy, ASnapshotIsMadeCoarseOnce) {
  auto exact = std::make_shared<Snapshot const>(standing({{1, 2, 3}}));
  ToldSnapshots told([&exact] { return exact; }, Privacy::parcel);
  auto const first = told.newest();
  EXPECT_EQ(told.newest(), first);
  EXPECT_EQ(first->islands[0].peers[0].at.x, 8);
  exact = std::make_shared<Snapshot const>(standing({{20, 2, 3}}));
  EXPECT_EQ(told.newest()->islands[0].peers[0].at.x, 24);
}

TEST(Privacy, IsReadFromItsName) {
  EXPECT_EQ(parse_privacy("parcel"), Privacy::parcel);
  EXPECT_EQ(parse_privacy("none"), Privacy::none);
  EXPECT_EQ(parse_privacy("exact"), Privacy::exact);
  EXPECT_FALSE(parse_privacy("Exact"));
}

}  // namespace
}  // namespace archipelago::islands
