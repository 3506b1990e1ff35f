// Signed logins and made-up rooms, and the way from one kind of room to another.
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archipelago/client/packets.hpp"
#include "auth/signed_fetch.hpp"
#include "client/testing.hpp"
#include "client/transports.hpp"
#include "wire/rfc5.hpp"

namespace archipelago::client {
namespace {

using ::testing::ElementsAre;
using testing::FakeNetwork;
using ::testing::HasSubstr;
using testing::kRealm;

constexpr Millis kLimit{5'000};
constexpr std::string_view kRoom = "ws-room:ws://h/rooms/lobby?access_token=t";

struct Log final : TransportListener {
  void on_open() override { open = true; }
  void on_peer_joined(std::string_view who) override { peers.emplace(who); }
  void on_peer_left(std::string_view who) override { peers.erase(std::string(who)); }
  void on_message(Message const& message) override {
    ++messages[std::string(message.from)];
    auto const packet = parse_packet(message.body);
    if (auto const* const chat = std::get_if<Chat>(&packet)) chats.push_back(chat->text);
    if (leave_at_message) leave_at_message->leave();
  }
  void on_closed(Ending const& why) override { closed = why; }

  bool open = false;
  std::set<std::string> peers;
  std::map<std::string, int> messages;
  std::vector<std::string> chats;
  std::optional<Ending> closed;
  Transport* leave_at_message = nullptr;
};

class SignedLoginTest : public ::testing::Test {
 protected:
  SignedLoginTest() {
    room = TransportTable::standard()
               .make(world.network(), "fixed-adapter:signed-login:https://h/world/login?x=1", guest,
                     kLimit)
               .value();
    room->connect(log);
  }
  void answer(std::string_view body, int status = 200) { world.about(body, status); }
  void lead_to(std::string_view connection) {
    answer(R"({"fixedAdapter":")" + std::string(connection) + "\"}");
  }
  Errc end() {
    world.settle();
    return log.closed ? log.closed->code : Errc::count_;
  }

  FakeNetwork world;
  Identity guest = world.guest();
  Log log;
  std::unique_ptr<Transport> room;
};

TEST_F(SignedLoginTest, PostsARequestThatAServerTakesForAHandshakeOfThisPlayer) {
  auto const& post = world.outgoing.fetches.at(0).request;
  EXPECT_EQ(post.method, "POST");
  EXPECT_EQ(post.url, "https://h/world/login?x=1");
  std::map<std::string, std::string> const headers(post.headers.begin(), post.headers.end());
  auth::SignedRequest const seen{"POST", "/world/login",
                                 [&](std::string_view name) -> std::string const* {
                                   auto const at = headers.find(std::string(name));
                                   return at == headers.end() ? nullptr : &at->second;
                                 }};
  auto const now = world.loop().wall_now();
  auto const read = auth::read_signed_fetch(seen, now);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_TRUE(auth::is_comms_handshake(*read));
  EXPECT_EQ(read->attempt.claimed.text(), guest.address());
  auto const chain = auth::check_form(read->attempt, now);
  ASSERT_TRUE(chain) << chain.error().detail;
  EXPECT_TRUE(auth::verify(*chain, read->attempt.challenge, now, nullptr));
}

TEST_F(SignedLoginTest, GoesWhereTheAnswerLeads) {
  EXPECT_FALSE(room->send("too early", Delivery::reliable));
  lead_to(kRoom);
  ASSERT_EQ(world.outgoing.opened.size(), 1U);
  EXPECT_EQ(world.socket().dial.url, "ws://h/rooms/lobby?access_token=t");
  world.socket().open();
  world.socket().say(wire::ws_challenge_packet("dcl-x", false));
  world.socket().say(wire::ws_welcome_packet(5, {{1, "0x" + std::string(40, 'a')}}));
  EXPECT_TRUE(log.open);
  EXPECT_EQ(log.peers.size(), 1U);
  EXPECT_TRUE(room->send("hello", Delivery::reliable));
}

TEST_F(SignedLoginTest, NeverGoesToAnotherSignedLogin) {
  lead_to("fixed-adapter:signed-login:https://h/again");
  EXPECT_EQ(end(), Errc::unsupported);
  EXPECT_TRUE(world.outgoing.fetches.empty());
}

TEST_F(SignedLoginTest, LeadsToLiveKitOnlyToSayThatItIsNotSpoken) {
  lead_to("livekit:wss://lk.test?access_token=s3cret");
  EXPECT_EQ(end(), Errc::unsupported);
  EXPECT_THAT(log.closed->text, HasSubstr("livekit"));
  EXPECT_THAT(log.closed->text, ::testing::Not(HasSubstr("s3cret")));
}

TEST_F(SignedLoginTest, ARefusalIsToldInTheServersWords) {
  answer(R"({"ok":false,"message":"Banned"})", 403);
  EXPECT_EQ(end(), Errc::banned);
  EXPECT_EQ(log.closed->text, "Banned");
  EXPECT_FALSE(log.closed->retryable);
}

struct NoAnswer : SignedLoginTest, ::testing::WithParamInterface<char const*> {};

TEST_P(NoAnswer, EndsAsAFailureOfTheServer) {
  answer(GetParam());
  EXPECT_FALSE(log.open);
  EXPECT_THAT(end(), ::testing::AnyOf(Errc::upstream_failed, Errc::bad_request));
}

INSTANTIATE_TEST_SUITE_P(SignedLogin, NoAnswer,
                         ::testing::Values("{}", "", "[]", R"({"fixedAdapter":1})",
                                           R"({"fixedAdapter":""})"));

TEST_F(SignedLoginTest, AServerThatFailsMayBeAskedAgain) {
  answer("oops", 503);
  EXPECT_EQ(end(), Errc::upstream_failed);
  EXPECT_TRUE(log.closed->retryable);
}

TEST_F(SignedLoginTest, AnAnswerAfterLeavingIsNotFollowed) {
  room->leave();
  lead_to(kRoom);
  EXPECT_TRUE(world.outgoing.opened.empty());
  EXPECT_FALSE(log.closed);
}

struct SimulatorTest : ::testing::Test {
  void enter(std::string_view connection) {
    room =
        TransportTable::standard().make(world.network(), connection, world.guest(), kLimit).value();
    room->connect(log);
    world.settle();
  }
  FakeNetwork world;
  Log log;
  std::unique_ptr<Transport> room;
};

TEST_F(SimulatorTest, HasAsManyPeopleAsItIsToldAndTheyWalk) {
  enter("simulator:7/3");
  EXPECT_TRUE(log.open);
  EXPECT_EQ(log.peers.size(), 7U);
  world.loop().advance(Millis{1'000});
  EXPECT_EQ(log.messages.size(), 7U);
  for (auto const& [who, times] : log.messages) EXPECT_GE(times, 20) << who;
}

TEST_F(SimulatorTest, AnythingElseMeansTen) {
  enter("simulator:whatever");
  EXPECT_EQ(log.peers.size(), 10U);
}

TEST_F(SimulatorTest, AnswersChat) {
  enter("simulator:2");
  EXPECT_TRUE(room->send(to_packet(Chat{.text = "hello"}), Delivery::reliable));
  world.loop().advance(Millis{1'500});
  EXPECT_THAT(log.chats, ElementsAre("You said: hello"));
}

TEST_F(SimulatorTest, MayBeLeftWhileItSpeaks) {
  enter("simulator:5");
  auto const before = log.messages.size();
  log.leave_at_message = room.get();
  world.loop().advance(Millis{100});
  EXPECT_LE(log.messages.size(), before + 1);
  world.loop().advance(Millis{1'000});
  EXPECT_FALSE(room->send("x", Delivery::reliable));
  EXPECT_EQ(world.loop().timers(), 0U);
}

/// A player whose island goes from one kind of backend to another.
struct Wanderer : FakeNetwork {
  Wanderer() {
    PlayerOptions options;
    options.realm.realm = kRealm;
    PlayerEvents events;
    events.room = [this](RoomStatus const& status) { rooms.push_back(status.state); };
    events.joined = [this](std::string_view who) { here.emplace(who); };
    events.left = [this](std::string_view who) { here.erase(std::string(who)); };
    player.emplace(network(), guest(), options, std::move(events));
    player->start();
    about();
    session = outgoing.opened.back();
    let_in(player->identity().address());
  }
  Wanderer(Wanderer const&) = delete;
  Wanderer& operator=(Wanderer const&) = delete;
  ~Wanderer() { player.reset(); }

  void told(std::string const& connection) {
    testing::v3::ServerPacket packet;
    packet.mutable_island_changed()->set_island_id("I1");
    packet.mutable_island_changed()->set_conn_str(connection);
    session->say(wire::encode(packet));
    settle();
  }
  void room_opens() {
    socket().open();
    socket().say(wire::ws_challenge_packet("dcl-x", false));
    socket().say(wire::ws_welcome_packet(5, {{1, "0x" + std::string(40, 'a')}}));
    settle();
  }

  std::shared_ptr<net::FakeWebsocket> session;
  std::vector<RoomState> rooms;
  std::set<std::string> here;
  std::optional<Player> player;
};

TEST(BetweenBackends, TheOldRoomIsLeftOnlyWhenTheNewOneOfAnotherKindIsOpen) {
  Wanderer world;
  world.told(std::string(kRoom));
  world.room_opens();
  auto const old = world.outgoing.opened.back();
  EXPECT_EQ(world.here.size(), 1U);

  world.told("signed-login:https://h/login");
  EXPECT_EQ(world.rooms.back(), RoomState::moving);
  EXPECT_FALSE(old->ended()) << "nothing is there yet";
  EXPECT_TRUE(world.player->send("still heard in the old room"));
  world.about(R"({"fixedAdapter":"simulator:4"})");
  EXPECT_EQ(world.rooms.back(), RoomState::open);
  EXPECT_EQ(world.here.size(), 5U) << "both rooms, for a moment";
  EXPECT_FALSE(old->ended());
  world.loop().advance(Millis{10'000});
  EXPECT_TRUE(old->ended());
  EXPECT_EQ(world.here.size(), 4U);

  world.told("ws-room:ws://h/rooms/other?access_token=t");
  EXPECT_EQ(world.here.size(), 4U);
  world.room_opens();
  EXPECT_EQ(world.here.size(), 5U);
  world.loop().advance(Millis{10'000});
  EXPECT_EQ(world.here.size(), 1U);

  world.told("offline:offline");
  EXPECT_EQ(world.rooms.back(), RoomState::open);
  world.loop().advance(Millis{10'000});
  EXPECT_TRUE(world.here.empty());
}

}  // namespace
}  // namespace archipelago::client
