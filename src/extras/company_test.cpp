// The play, and what a hostile audience can do to it.
#include "extras/company.hpp"

#include <cmath>
#include <limits>
#include <set>

#include <gtest/gtest.h>

#include "decentraland/kernel/comms/rfc4/comms.pb.h"
#include "wire/packet.hpp"

namespace archipelago::extras {
namespace {

namespace rfc4 = decentraland::kernel::comms::rfc4;

constexpr WallTime kNow{1'700'000'000'000};

rfc4::Packet read(Line const& line) {
  return *wire::decode<rfc4::Packet>(line.body, line.body.size());
}

std::string at(float x, float z) {
  rfc4::Packet packet;
  packet.mutable_position()->set_position_x(x);
  packet.mutable_position()->set_position_z(z);
  return wire::encode(packet);
}

std::string says(std::string text) {
  rfc4::Packet packet;
  packet.mutable_chat()->set_message(std::move(text));
  return wire::encode(packet);
}

/// All chats of so many beats.
std::vector<std::string> chats(Company& company, int beats) {
  std::vector<std::string> all;
  for (int i = 0; i < beats; ++i)
    for (auto const& line : company.beat(kNow))
      if (auto const packet = read(line); packet.has_chat()) all.push_back(packet.chat().message());
  return all;
}

TEST(Company, TheSameSeedIsTheSamePlay) {
  Company one(7, 20);
  Company two(7, 20);
  Company other(8, 20);
  for (int i = 0; i < 100; ++i) {
    auto const a = one.beat(kNow);
    auto const b = two.beat(kNow);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t k = 0; k < a.size(); ++k) ASSERT_EQ(a[k].body, b[k].body);
  }
  EXPECT_EQ(one.address(3), two.address(3));
  EXPECT_NE(one.address(3), other.address(3));
}

TEST(Company, EverybodyTellsWhereTheyAreAtEveryBeatForBothGenerationsOfClients) {
  Company company(1, 5);
  static_cast<void>(company.beat(kNow));
  std::multiset<std::size_t> positions;
  std::multiset<std::size_t> movements;
  for (auto const& line : company.beat(kNow)) {
    EXPECT_TRUE(line.unreliable);
    auto const packet = read(line);
    if (packet.has_position()) positions.insert(line.who);
    if (packet.has_movement()) movements.insert(line.who);
  }
  EXPECT_EQ(positions, (std::multiset<std::size_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(movements, positions);
}

TEST(Company, NobodyIsFasterThanThreeMetresASecondNorFarFromTheOthers) {
  Company company(3, 30);
  std::map<std::size_t, std::pair<float, float>> before;
  for (int i = 0; i < 600; ++i)
    for (auto const& line : company.beat(kNow)) {
      auto const packet = read(line);
      if (!packet.has_position()) continue;
      auto const x = packet.position().position_x();
      auto const z = packet.position().position_z();
      EXPECT_LE(std::abs(x - 8), 12.1F);
      EXPECT_LE(std::abs(z - 8), 12.1F);
      if (auto const old = before.find(line.who); old != before.end())
        ASSERT_LE(std::hypot(x - old->second.first, z - old->second.second), 0.31F);
      before[line.who] = {x, z};
    }
}

TEST(Company, TheyComeToWhomTheyHear) {
  Company company(3, 10);
  company.hear(at(1'000, -500));
  static_cast<void>(company.beat(kNow));
  for (auto const& line : company.beat(kNow)) {
    auto const packet = read(line);
    if (!packet.has_position()) continue;
    EXPECT_LE(std::abs(packet.position().position_x() - 1'000), 24);
    EXPECT_LE(std::abs(packet.position().position_z() + 500), 24);
  }
}

TEST(Company, AChatIsAnsweredAfterASecondAndAPlaceNamedForAProfile) {
  Company company(3, 4);
  company.hear(says("hello"));
  EXPECT_TRUE(chats(company, 10).empty());
  EXPECT_EQ(chats(company, 1), std::vector<std::string>{"You said: hello"});
  rfc4::Packet request;
  request.mutable_profile_request()->set_address(company.address(2).str());
  company.hear(wire::encode(request));
  std::size_t answers = 0;
  for (auto const& line : company.beat(kNow))
    if (auto const packet = read(line); packet.has_profile_response()) {
      ++answers;
      EXPECT_EQ(line.who, 2U);
      EXPECT_NE(packet.profile_response().serialized_profile().find(company.address(2).str()),
                std::string::npos);
    }
  EXPECT_EQ(answers, 1U);
}

TEST(Company, OneLineOfChatEveryTenSeconds) {
  Company company(3, 4);
  EXPECT_EQ(chats(company, 600).size(), 6U);
}

TEST(Company, AFloodIsNotAnsweredAndNonsenseNotBelieved) {
  Company company(3, 4);
  for (int i = 0; i < 1'000; ++i) company.hear(says(std::string(5'000, 'x')));
  auto const answers = chats(company, 11);
  EXPECT_EQ(answers.size(), 16U);
  for (auto const& text : answers) EXPECT_LT(text.size(), 250U);
  company.hear("\xff\xff\xff");
  company.hear(at(std::numeric_limits<float>::quiet_NaN(), 0));
  company.hear(at(std::numeric_limits<float>::infinity(), 0));
  company.hear(at(1e9F, 0));
  for (auto const& line : company.beat(kNow))
    if (auto const packet = read(line); packet.has_position())
      EXPECT_LE(std::abs(packet.position().position_x() - 8), 12.1F);
}

}  // namespace
}  // namespace archipelago::extras
