// Where they walk and what they say.
#include "extras/company.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "base/hex.hpp"
#include "decentraland/kernel/comms/rfc4/comms.pb.h"
#include "wire/packet.hpp"

namespace archipelago::extras {
namespace {

namespace rfc4 = decentraland::kernel::comms::rfc4;

constexpr std::uint32_t kProtocolVersion = 100;  // what today's clients send
constexpr float kRoam = 12;                      // m around the centre, each way
constexpr float kBeatSeconds = 0.1F;
constexpr std::uint64_t kProfileBeats = 300;
constexpr std::uint64_t kChatBeats = 100;
constexpr std::uint64_t kThinkBeats = 10;
constexpr std::size_t kMostAnswers = 16;
constexpr std::size_t kMostHeard = 128UL * 1024;
constexpr std::size_t kMostQuoted = 200;
constexpr float kWorld = 100'000;  // m
constexpr float kDegrees = 57.29578F;

constexpr std::array<std::string_view, 8> kNames{"Ada",  "Grace", "Alan",  "Edith",
                                                 "Kurt", "Emmy",  "Niels", "Mary"};
constexpr std::array<std::string_view, 6> kLines{
    "Nice weather on this island.",  "Has anybody seen the plaza?",
    "I am not real, but I mean it.", "Follow me!",
    "Where is everybody?",           "What a view."};

rfc4::Packet packet() {
  rfc4::Packet out;
  out.set_protocol_version(kProtocolVersion);
  return out;
}

Line chat(std::size_t who, std::string text, WallTime now) {
  auto out = packet();
  out.mutable_chat()->set_message(std::move(text));
  out.mutable_chat()->set_timestamp(static_cast<double>(now.ms_since_epoch));
  return {.who = who, .body = wire::encode(out)};
}

Address made_up(SeededRandom& random) {
  std::array<std::uint8_t, 20> bytes{};
  random.fill(bytes);
  return Address::parse("0x" + to_hex({reinterpret_cast<char const*>(bytes.data()), bytes.size()}))
      .value();
}

struct Spot {
  float x = 0;
  float z = 0;
};

/// Where a packet says that its sender stands.
std::optional<Spot> spot_of(rfc4::Packet const& packet) {
  Spot spot;
  if (packet.has_position())
    spot = {packet.position().position_x(), packet.position().position_z()};
  else if (packet.has_movement())
    spot = {packet.movement().position_x(), packet.movement().position_z()};
  else
    return std::nullopt;
  bool const sane = std::abs(spot.x) <= kWorld && std::abs(spot.z) <= kWorld;  // not NaN either
  return sane ? std::optional(spot) : std::nullopt;
}

/// At most so many bytes of UTF-8, cut between characters.
std::string shortened(std::string text) {
  if (text.size() <= kMostQuoted) return text;
  auto end = kMostQuoted;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text + "…";
}

}  // namespace

Company::Company(std::uint64_t seed, std::size_t people) : random_(seed) {
  people = std::clamp<std::size_t>(people, 1, kMost);
  people_.reserve(people);
  for (std::size_t i = 0; i < people; ++i) {
    auto const address = made_up(random_);
    auto name = std::string(kNames[i % kNames.size()]);
    if (i >= kNames.size()) name += " " + std::to_string(i / kNames.size() + 1);
    people_.push_back({.address = address, .name = std::move(name)});
    auto& person = people_.back();
    person.x = person.goal_x = centre_x_ + chance(-kRoam, kRoam);
    person.z = person.goal_z = centre_z_ + chance(-kRoam, kRoam);
    person.speed = chance(1, 3);
  }
}

float Company::chance(float least, float most) {
  constexpr float kSteps = 16'777'216;  // 2^24
  return least + (most - least) * (static_cast<float>(random_.next() >> 40U) / kSteps);
}

void Company::walk(Person& person) {
  float const x = person.goal_x - person.x;
  float const z = person.goal_z - person.z;
  float const distance = std::sqrt(x * x + z * z);
  float const step = person.speed * kBeatSeconds;
  if (distance > 4 * kRoam) {  // whom they heard is elsewhere: they are there at once
    person.x = person.goal_x;
    person.z = person.goal_z;
  } else if (distance > step) {
    person.x += x / distance * step;
    person.z += z / distance * step;
  } else {
    person.goal_x = centre_x_ + chance(-kRoam, kRoam);
    person.goal_z = centre_z_ + chance(-kRoam, kRoam);
  }
}

void Company::say_whereabouts(std::size_t who, WallTime now, std::vector<Line>& lines) {
  auto const& person = people_[who];
  float const yaw = std::atan2(person.goal_x - person.x, person.goal_z - person.z);
  auto old = packet();
  auto& position = *old.mutable_position();
  position.set_index(static_cast<std::uint32_t>(beat_));
  position.set_position_x(person.x);
  position.set_position_z(person.z);
  position.set_rotation_y(std::sin(yaw / 2));
  position.set_rotation_w(std::cos(yaw / 2));
  lines.push_back({.who = who, .body = wire::encode(old), .unreliable = true});
  auto today = packet();
  auto& movement = *today.mutable_movement();
  movement.set_timestamp(static_cast<float>(now.ms_since_epoch % 86'400'000) / 1'000);
  movement.set_position_x(person.x);
  movement.set_position_z(person.z);
  movement.set_velocity_x(std::sin(yaw) * person.speed);
  movement.set_velocity_z(std::cos(yaw) * person.speed);
  movement.set_movement_blend_value(1);
  movement.set_is_grounded(true);
  movement.set_rotation_y(yaw * kDegrees);
  lines.push_back({.who = who, .body = wire::encode(today), .unreliable = true});
}

std::vector<Line> Company::beat(WallTime now) {
  std::vector<Line> lines;
  for (std::size_t who = 0; who < people_.size(); ++who) {
    walk(people_[who]);
    say_whereabouts(who, now, lines);
    if ((beat_ + who) % kProfileBeats != 0 && beat_ != 0) continue;
    auto version = packet();
    version.mutable_profile_version()->set_profile_version(1);
    lines.push_back({.who = who, .body = wire::encode(version)});
  }
  if (beat_ % kChatBeats == kChatBeats - 1) {
    auto const turn = beat_ / kChatBeats;
    lines.push_back(chat(turn % people_.size(), std::string(kLines[turn % kLines.size()]), now));
  }
  while (!answers_.empty() && answers_.front().beat <= beat_) {
    lines.push_back(std::move(answers_.front().line));
    answers_.pop_front();
  }
  ++beat_;
  return lines;
}

void Company::hear(std::string_view body) {
  auto const heard = wire::decode<rfc4::Packet>(body, kMostHeard);
  if (!heard) return;
  if (auto const spot = spot_of(*heard)) {
    centre_x_ = spot->x;
    centre_z_ = spot->z;
    for (auto& person : people_)
      if (std::abs(person.goal_x - centre_x_) > 2 * kRoam ||
          std::abs(person.goal_z - centre_z_) > 2 * kRoam) {
        person.goal_x = centre_x_ + chance(-kRoam, kRoam);
        person.goal_z = centre_z_ + chance(-kRoam, kRoam);
      }
  }
  if (heard->has_chat()) {
    WallTime const at{static_cast<std::int64_t>(
        std::isfinite(heard->chat().timestamp()) ? std::clamp(heard->chat().timestamp(), 0.0, 4e12)
                                                 : 0.0)};
    answer(kThinkBeats,
           chat(beat_ % people_.size(), "You said: " + shortened(heard->chat().message()), at));
  }
  if (!heard->has_profile_request()) return;
  for (std::size_t who = 0; who < people_.size(); ++who) {
    if (Address::parse(heard->profile_request().address()) != people_[who].address) continue;
    auto response = packet();
    response.mutable_profile_response()->set_serialized_profile(profile(people_[who]));
    answer(0, {.who = who, .body = wire::encode(response)});
  }
}

void Company::answer(std::uint64_t in_beats, Line line) {
  if (answers_.size() >= kMostAnswers) return;
  auto const beat = beat_ + in_beats;
  auto const place = std::ranges::upper_bound(answers_, beat, {}, &Answer::beat);
  answers_.insert(place, {beat, std::move(line)});
}

std::string Company::profile(Person const& person) const {
  auto const& address = person.address.str();
  return R"({"userId":")" + address + R"(","ethAddress":")" + address + R"(","name":")" +
         person.name +
         R"(","hasClaimedName":false,"description":"made up","version":1,"tutorialStep":256,)" +
         R"("avatar":{"bodyShape":"urn:decentraland:off-chain:base-avatars:BaseMale",)" +
         R"("wearables":[],"emotes":[],"eyes":{"color":{"r":0.3,"g":0.2,"b":0.1}},)" +
         R"("hair":{"color":{"r":0.2,"g":0.1,"b":0.1}},"skin":{"color":{"r":0.8,"g":0.6,"b":0.5}},)" +
         R"("snapshots":{"body":"","face256":""}}})";
}

}  // namespace archipelago::extras
