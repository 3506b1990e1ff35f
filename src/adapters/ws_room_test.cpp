// Connection strings of our own rooms.
#include "adapters/ws_room.hpp"

#include <cstdint>
#include <stdexcept>

#include <gtest/gtest.h>

namespace archipelago::adapters {
namespace {

constexpr std::string_view kHead = "ws-room:ws://127.0.0.1:8000/rooms/Ix-1?access_token=";
constexpr WallTime kNow{1'700'000'000'000};

auth::RoomKey key() {
  return auth::RoomKey(std::string(32, 'k'));
}

Address player(char digit = 'a') {
  return *Address::parse("0x" + std::string(40, digit));
}

TEST(WsRoom, ThePlayerOfAConnectionStringMayEnterThatRoomAlone) {
  WsRoom backend("ws://127.0.0.1:8000", key());
  auto const text = backend.connection_string("Ix-1", player(), kNow);
  ASSERT_TRUE(text);
  ASSERT_EQ(text->substr(0, kHead.size()), kHead);
  auto const token = text->substr(kHead.size());
  EXPECT_TRUE(key().verify(token, "Ix-1", player(), kNow));
  EXPECT_FALSE(key().verify(token, "Ix-2", player(), kNow));
  EXPECT_FALSE(key().verify(token, "Ix-1", player('b'), kNow));
}

TEST(WsRoom, ATokenEndsWithItsLifetime) {
  WsRoom backend("ws://127.0.0.1:8000", key(), Millis{1000});
  auto const token = backend.connection_string("Ix-1", player(), kNow)->substr(kHead.size());
  EXPECT_TRUE(key().verify(token, "Ix-1", player(), kNow + Millis{999}));
  EXPECT_FALSE(key().verify(token, "Ix-1", player(), kNow + Millis{1000}));
}

TEST(WsRoom, ATokenCanStandInAUrlAsItIs) {
  WsRoom backend("ws://127.0.0.1:8000", key());
  auto const text = *backend.connection_string("Ix-1", player(), kNow);
  EXPECT_EQ(text.find_first_not_of(
                "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.~", kHead.size()),
            std::string::npos);
}

TEST(WsRoom, ASlashAtTheEndOfTheBaseDoesNotMatter) {
  WsRoom backend("wss://realm.example.org/base/", key());
  auto const text = backend.connection_string("I", player(), kNow);
  EXPECT_TRUE(text->starts_with("ws-room:wss://realm.example.org/base/rooms/I?access_token="));
}

TEST(WsRoom, ItsTokensCarryTheEpochOfTheirMoment) {
  std::uint64_t epoch = 5;
  WsRoom backend("ws://127.0.0.1:8000", key(), Millis{1000}, [&] { return epoch; });
  for (epoch = 5; epoch < 7; ++epoch) {
    auto const text = *backend.connection_string("Ix-1", player(), kNow);
    EXPECT_EQ(key().verify(text.substr(kHead.size()), "Ix-1", player(), kNow), epoch);
  }
}

TEST(WsRoom, ItKnowsItsOwnConnectionStrings) {
  WsRoom backend("ws://h/base/", key());
  auto const text = *backend.connection_string("I", player(), kNow);
  EXPECT_TRUE(backend.carries(text.substr(0, text.find('?'))));
  for (auto const* const other :
       {"", "ws-room:", "ws-room:ws://h/base", "ws-room:ws://h/bas/rooms/I",
        "ws-room:ws://h/base2/rooms/I", "livekit:ws://h/base/rooms/I"})
    EXPECT_FALSE(backend.carries(other)) << other;
}

TEST(WsRoom, AnIslandThatCannotStandInAPathIsRefused) {
  WsRoom backend("ws://h", key());
  for (std::string const& island : {std::string(), std::string("a/b"), std::string("a?b"),
                                    std::string("a b"), std::string(256, 'x')}) {
    auto const text = backend.connection_string(island, player(), kNow);
    ASSERT_FALSE(text) << island;
    EXPECT_EQ(text.error().code, Errc::internal_error);
  }
}

TEST(WsRoom, AWrongBaseIsNamed) {
  for (auto const* const base :
       {"ws://h", "wss://h:1/p", "ws://[::1]:8000", "ws://[::1]", "ws://[::1]/p", "ws://h/"})
    EXPECT_FALSE(WsRoom::problem_with_base(base)) << base;
  for (auto const* const base :
       {"", "h", "http://h", "ws://", "ws:///x", "ws://:80", "ws://h?x=1", "ws://h#x", "ws://a b",
        "ws://a@h", "ws://[", "ws://[::1/p]", "ws://h[::1]", "ws://[::1]h", "ws://h:b",
        "ws://h:1:2", "ws://h:123456"}) {
    EXPECT_TRUE(WsRoom::problem_with_base(base)) << base;
    EXPECT_THROW(WsRoom(base, key()), std::invalid_argument) << base;
  }
  EXPECT_THROW(WsRoom("ws://h", key(), Millis{0}), std::invalid_argument);
}

}  // namespace
}  // namespace archipelago::adapters
