// Connection strings: grammar, wrappers, tokens, refusals.
#include "wire/connection_string.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace archipelago::wire {
namespace {

Endpoint resolved(std::string_view text) {
  auto const endpoint = resolve_connection_string(text);
  return endpoint ? *endpoint
                  : Endpoint{Backend::offline, "refused: " + endpoint.error().detail, {}};
}

std::string refusal(std::string_view text) {
  auto const endpoint = resolve_connection_string(text);
  return endpoint ? "taken" : endpoint.error().detail;
}

TEST(ConnectionString, IsSplitAtItsFirstColon) {
  auto const split = parse_connection_string("livekit:wss://host:7880?access_token=a:b");
  ASSERT_TRUE(split);
  EXPECT_EQ(split->protocol, "livekit");
  EXPECT_EQ(split->parameters, "wss://host:7880?access_token=a:b");
  EXPECT_EQ(to_string(*split), "livekit:wss://host:7880?access_token=a:b");
}

TEST(ConnectionString, BareOfflineIsUnderstoodAndWrittenInFull) {
  auto const split = parse_connection_string("offline");
  ASSERT_TRUE(split);
  EXPECT_EQ(to_string(*split), kOffline);
  EXPECT_EQ(resolved("offline").backend, Backend::offline);
  EXPECT_EQ(resolved("offline:offline"), (Endpoint{Backend::offline, "offline", {}}));
}

TEST(ConnectionString, AProtocolIsALetterThenLettersDigitsAndDashes) {
  EXPECT_TRUE(parse_connection_string("a-1:"));
  for (auto const* const text :
       {"", ":x", "1a:x", "-a:x", "a b:x", "livekit", "ws_room:x", "\xc3\xa9:x"})
    EXPECT_FALSE(parse_connection_string(text)) << text;
}

TEST(ConnectionString, ALongOneIsRefused) {
  EXPECT_TRUE(parse_connection_string("offline:" + std::string(kMaxConnectionString - 8, 'x')));
  EXPECT_EQ(refusal("offline:" + std::string(kMaxConnectionString - 7, 'x')),
            "connection string: longer than 8192 bytes");
}

TEST(ConnectionString, ARoomWithoutSchemeIsReachedOverTls) {
  EXPECT_EQ(resolved("ws-room:host/rooms/I1").url, "wss://host/rooms/I1");
  EXPECT_EQ(resolved("ws-room:ws://127.0.0.1:8000/rooms/I1").url, "ws://127.0.0.1:8000/rooms/I1");
}

TEST(ConnectionString, ARoomKeepsItsTokenInTheUrl) {
  EXPECT_EQ(resolved("ws-room:wss://h/rooms/I1?access_token=a%2Bb"),
            (Endpoint{Backend::ws_room, "wss://h/rooms/I1?access_token=a%2Bb", "a+b"}));
}

TEST(ConnectionString, LiveKitIsTheUrlWithoutQueryAndAToken) {
  EXPECT_EQ(resolved("livekit:wss://lk.example.org/rtc?x=1&access_token=jwt.a-b_c"),
            (Endpoint{Backend::livekit, "wss://lk.example.org/rtc", "jwt.a-b_c"}));
  EXPECT_EQ(refusal("livekit:wss://lk.example.org"),
            "connection string: livekit without access_token");
}

TEST(ConnectionString, AnEmptyQueryBeforeAFragmentHoldsNoToken) {
  EXPECT_EQ(resolved("ws-room:ws://h?#access_token=x"),
            (Endpoint{Backend::ws_room, "ws://h?#access_token=x", ""}));
  EXPECT_EQ(refusal("livekit:wss://h=?#x"), "connection string: livekit without access_token");
}

TEST(ConnectionString, WrappersAreFollowedToTheOneInside) {
  EXPECT_EQ(resolved("fixed-adapter:ws-room:ws://h/x"),
            (Endpoint{Backend::ws_room, "ws://h/x", {}}));
  EXPECT_EQ(resolved("archipelago:archipelago:wss://h/ws"),
            (Endpoint{Backend::archipelago, "wss://h/ws", {}}));
  EXPECT_EQ(resolved("archipelago:wss://h/ws"), (Endpoint{Backend::archipelago, "wss://h/ws", {}}));
  EXPECT_EQ(resolved("fixed-adapter:fixed-adapter:offline:offline").backend, Backend::offline);
}

TEST(ConnectionString, WrappersAreNotFollowedForEver) {
  std::string text;
  for (int i = 0; i < 5; ++i) text += "fixed-adapter:";
  EXPECT_EQ(refusal(text + "offline:offline"), "connection string: nested too deep");
}

TEST(ConnectionString, TheSchemeMustFitTheProtocolAndTheUrlNeedsAHost) {
  EXPECT_EQ(refusal("signed-login:wss://h/x"),
            "connection string: signed-login needs https:// or http://");
  EXPECT_EQ(refusal("ws-room:https://h/x"), "connection string: ws-room needs wss:// or ws://");
  EXPECT_EQ(refusal("archipelago:wss:///ws"), "connection string: a URL without host");
  EXPECT_EQ(refusal("ws-room:ws://h/a b"), "connection string: not a URL after ws-room:");
  EXPECT_EQ(refusal("lighthouse:https://h"), "connection string: unknown protocol lighthouse");
  EXPECT_EQ(resolved("signed-login:https://h/login").url, "https://h/login");
}

TEST(ConnectionString, NoRefusalQuotesAToken) {
  EXPECT_EQ(refusal("livekit:https://h?access_token=secret").find("secret"), std::string::npos);
  EXPECT_EQ(refusal("ws-room:ws://h/ ?access_token=secret").find("secret"), std::string::npos);
}

TEST(ConnectionString, TheMadeOnesAreTheDocumentedOnes) {
  EXPECT_EQ(livekit_string("wss://lk.example.org", "a.b-c_d"),
            "livekit:wss://lk.example.org?access_token=a.b-c_d");
  EXPECT_EQ(ws_room_string("ws://h:1/rooms/I1", {}), "ws-room:ws://h:1/rooms/I1");
  EXPECT_EQ(archipelago_adapter("wss://h/ws"), "archipelago:archipelago:wss://h/ws");
  EXPECT_EQ(fixed_adapter(kOffline), "fixed-adapter:offline:offline");
  EXPECT_EQ(signed_login_string("https://h/x"), "signed-login:https://h/x");
}

RC_GTEST_PROP(ConnectionString, AnyTokenSurvivesTheTrip, ()) {
  auto const token =
      *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange<char>('!', '~')));
  RC_ASSERT(resolved(ws_room_string("ws://h/rooms/I1", token)).access_token == token);
  RC_ASSERT(resolved(livekit_string("wss://h", token)).access_token == token);
}

}  // namespace
}  // namespace archipelago::wire
