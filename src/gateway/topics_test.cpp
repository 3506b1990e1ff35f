// Which topics become which subjects, and which of them nobody may name.
#include "gateway/topics.hpp"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "bus/subjects.hpp"

namespace archipelago::gateway {
namespace {

Address const kOwn = *Address::parse("0x" + std::string(40, 'a'));
std::string const kOther = "0x" + std::string(40, 'b');

TEST(Topics, APublishedTopicIsPutBelowTheOwnAddress) {
  EXPECT_EQ(publish_subject(kOwn, "a.b c").value(), "client-proto.peer." + kOwn.str() + ".a.b c");
}

TEST(Topics, APeerTopicIsHeardFromEverybody) {
  EXPECT_EQ(peer_pattern("abc").value(), "client-proto.peer.*.abc");
  EXPECT_EQ(peer_pattern("*.abc").value(), "client-proto.peer.*.*.abc");
  EXPECT_EQ(peer_pattern("scene.>").value(), "client-proto.peer.*.scene.>");
}

TEST(Topics, ASystemTopicIsPutBelowTheRoot) {
  EXPECT_EQ(system_subject(kOwn, "island.I1.peer_join").value(),
            "client-proto.island.I1.peer_join");
}

TEST(Topics, TheOwnAssignmentsAreFoundInAnyLetterCase) {
  auto const expected = "client-proto." + kOwn.str() + ".island_changed";
  EXPECT_EQ(system_subject(kOwn, kOwn.str() + ".island_changed").value(), expected);
  EXPECT_EQ(system_subject(kOwn, "0x" + std::string(40, 'A') + ".island_changed").value(),
            expected);
}

TEST(Topics, WithoutPartsOrWithEmptyOnesAreInvalid) {
  for (std::string const topic : {"", ".", "a.", ".a", "a..b"}) {
    EXPECT_EQ(publish_subject(kOwn, topic).error().code, Errc::invalid_topic) << topic;
    EXPECT_EQ(peer_pattern(topic).error().code, Errc::invalid_topic) << topic;
    EXPECT_EQ(system_subject(kOwn, topic).error().code, Errc::invalid_topic) << topic;
  }
}

TEST(Topics, AreBounded) {
  EXPECT_TRUE(peer_pattern(std::string(kMaxTopicBytes, 'a')));
  EXPECT_EQ(peer_pattern(std::string(kMaxTopicBytes + 1, 'a')).error().code, Errc::invalid_topic);
  EXPECT_TRUE(peer_pattern("1.2.3.4.5.6.7.8.9.10.11.12"));
  EXPECT_EQ(peer_pattern("1.2.3.4.5.6.7.8.9.10.11.12.13").error().code, Errc::invalid_topic);
}

TEST(Topics, ControlCharactersAreInvalid) {
  EXPECT_EQ(publish_subject(kOwn, "a\r\nPUB b").error().code, Errc::invalid_topic);
  EXPECT_EQ(peer_pattern(std::string("a\0b", 3)).error().code, Errc::invalid_topic);
}

TEST(Topics, NothingIsPublishedToAWildcard) {
  for (std::string const topic : {"*", ">", "a.*", "a*", "a.>"})
    EXPECT_EQ(publish_subject(kOwn, topic).error().code, Errc::forbidden_topic) << topic;
}

TEST(Topics, NobodyHearsTheHeartbeatsOfOthers) {
  for (std::string const topic : {"heartbeat", "*", ">"})
    EXPECT_EQ(peer_pattern(topic).error().code, Errc::forbidden_topic) << topic;
}

TEST(Topics, TheRestIsOnlyTheLastPart) {
  EXPECT_EQ(peer_pattern(">.a").error().code, Errc::invalid_topic);
  EXPECT_EQ(peer_pattern("a.>.b").error().code, Errc::invalid_topic);
}

TEST(Topics, SystemTopicsOfOthersAndWildcardsAreForbidden) {
  for (std::string const& topic :
       {std::string("*.island_changed"), std::string("*"), std::string(">"), std::string("peer"),
        std::string("peer.*.heartbeat"), "peer." + kOwn.str() + ".heartbeat",
        std::string("island.>"), std::string("island.a*"), kOther + ".island_changed", kOther,
        "0x" + std::string(40, 'B') + ".island_changed"})
    EXPECT_EQ(system_subject(kOwn, topic).error().code, Errc::forbidden_topic) << topic;
}

TEST(Topics, ARefusalNamesTheTopicUnlessItIsTooLong) {
  EXPECT_EQ(topic_refusal(Errc::invalid_topic, "a..b"), "Invalid topic a..b");
  EXPECT_EQ(topic_refusal(Errc::forbidden_topic, "peer.x"), "Forbidden topic peer.x");
  EXPECT_EQ(topic_refusal(Errc::invalid_topic, std::string(1'000, 'a')),
            "Invalid topic: it is too long");
}

std::string any_topic() {
  auto const parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "*", ">", "heartbeat", "peer", "a", "island_changed", "", "client-proto",
      "0x" + std::string(40, 'b'), "0x" + std::string(40, 'A')));
  std::string topic;
  for (auto const& part : parts) topic += (topic.empty() ? "" : ".") + part;
  return topic;
}

RC_GTEST_PROP(TopicsProperty, NoPatternReachesAnothersHeartbeatOrAssignment, ()) {
  auto const topic = any_topic();
  auto const other = *Address::parse(kOther);
  for (auto const& pattern : {peer_pattern(topic), system_subject(kOwn, topic)}) {
    if (!pattern) continue;
    for (auto const& secret :
         {bus::subjects::client_peer_topic(other, "heartbeat"),
          bus::subjects::peer_heartbeat(other), bus::subjects::client_island_changed(other),
          bus::subjects::island_changed(other)})
      RC_ASSERT(!bus::subjects::matches(*pattern, secret));
  }
}

RC_GTEST_PROP(TopicsProperty, WhatIsPublishedIsTheOwnAndPlain, ()) {
  auto const subject = publish_subject(kOwn, any_topic());
  if (!subject) return;
  RC_ASSERT(subject->starts_with("client-proto.peer." + kOwn.str() + "."));
  RC_ASSERT(subject->find_first_of("*>") == std::string::npos);
}

}  // namespace
}  // namespace archipelago::gateway
