#include "bus/subjects.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "bus/subject_tree.hpp"

namespace archipelago::bus {
namespace {

constexpr std::string_view kText = "0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a";

TEST(Subjects, AreSpelledAsTheKnownServicesSpellThem) {
  auto const peer = *Address::parse(kText);
  EXPECT_EQ(subjects::peer_heartbeat(peer), "peer." + std::string(kText) + ".heartbeat");
  EXPECT_EQ(subjects::island_changed(peer),
            "engine.peer." + std::string(kText) + ".island_changed");
  EXPECT_EQ(subjects::client_island_changed(peer),
            "client-proto." + std::string(kText) + ".island_changed");
  EXPECT_EQ(subjects::client_peer_topic(peer, "a.b"),
            "client-proto.peer." + std::string(kText) + ".a.b");
  EXPECT_EQ(subjects::cluster_seat(peer), "cluster.seat." + std::string(kText));
  EXPECT_EQ(subjects::client_island_peer_join("I1"), "client-proto.island.I1.peer_join");
}

TEST(Subjects, NameTheirPeer) {
  auto const peer = Address::parse(kText);
  EXPECT_EQ(subjects::peer_of(subjects::peer_connect(*peer)), peer);
  EXPECT_EQ(subjects::peer_of(subjects::island_changed(*peer)), peer);
  EXPECT_EQ(subjects::peer_of(subjects::client_peer_topic(*peer, "heartbeat")), peer);
  EXPECT_EQ(subjects::peer_of(subjects::cluster_login(*peer)), peer);
  EXPECT_EQ(subjects::peer_of(subjects::cluster_seat(*peer)), peer);
  EXPECT_EQ(subjects::peer_of("peer.nobody.heartbeat"), std::nullopt);
  EXPECT_EQ(subjects::peer_of("engine.islands"), std::nullopt);
  EXPECT_EQ(subjects::peer_of(""), std::nullopt);
}

TEST(Subjects, WildcardsFollowTheRulesOfNats) {
  EXPECT_TRUE(subjects::matches("a.*.c", "a.b.c"));
  EXPECT_FALSE(subjects::matches("a.*", "a.b.c"));
  EXPECT_FALSE(subjects::matches("a.*", "a"));
  EXPECT_TRUE(subjects::matches("a.>", "a.b.c"));
  EXPECT_FALSE(subjects::matches("a.>", "a"));
  EXPECT_FALSE(subjects::matches("a.b", "a.b.c"));
}

TEST(Subjects, HaveNoEmptyPartsNoWildcardsAndNothingInvisible) {
  for (auto const* const good : {"a", "peer.a.heartbeat", "a.b*", "client-proto.\xc3\xa9"})
    EXPECT_TRUE(subjects::is_subject(good)) << good;
  for (auto const* const bad :
       {"", ".", "a.", ".a", "a..b", "a.*", "*", "a.>", "a b", "a\r\nPUB b", "a\tb", "a\x7f"})
    EXPECT_FALSE(subjects::is_subject(bad)) << bad;
  EXPECT_FALSE(subjects::is_subject(std::string(subjects::kMaxLength + 1, 'a')));
}

TEST(Subjects, MayHaveWildcardsInAPatternAndTheWideOneAtItsEnd) {
  for (auto const* const good : {"a", "a.*", "*.a", "a.>", ">", "*"})
    EXPECT_TRUE(subjects::is_pattern(good)) << good;
  for (auto const* const bad : {"", "a.", "a..b", ">.a", "a.>.b", "a *"})
    EXPECT_FALSE(subjects::is_pattern(bad)) << bad;
}

/// Short words over few letters, so that patterns and subjects often meet.
std::string part(bool wild) {
  auto const letters =
      wild ? std::vector<std::string>{"a", "b", "*"} : std::vector<std::string>{"a", "b"};
  return *rc::gen::elementOf(letters);
}

std::string dotted(bool wild) {
  auto const count = *rc::gen::inRange(1, 5);
  auto text = part(wild);
  for (int i = 1; i < count; ++i) text += "." + part(wild);
  if (wild && *rc::gen::arbitrary<bool>()) text += ".>";
  return text;
}

RC_GTEST_PROP(SubjectTreeProperty, FindsExactlyThePatternsThatMatch, ()) {
  std::vector<std::string> patterns;
  SubjectTree<int> tree;
  for (int i = 0; i < 8; ++i) {
    patterns.push_back(dotted(true));
    tree.insert(patterns.back(), i);
  }
  auto const subject = dotted(false);
  std::vector<int> found;
  tree.match(subject, [&](int i) { found.push_back(i); });
  std::sort(found.begin(), found.end());
  std::vector<int> wanted;
  for (int i = 0; i < 8; ++i)
    if (subjects::matches(patterns[static_cast<std::size_t>(i)], subject)) wanted.push_back(i);
  RC_ASSERT(found == wanted);

  for (int i = 0; i < 8; ++i) tree.erase(patterns[static_cast<std::size_t>(i)], i);
  RC_ASSERT(tree.empty());
}

}  // namespace
}  // namespace archipelago::bus
