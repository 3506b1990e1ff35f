// One room: what each member hears, in every order of joins, packets, kicks and departures.
#include "rooms/room.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.hpp"
#include "base/virtual_loop.hpp"
#include "net/fake_connection.hpp"
#include "rooms/test_packets.hpp"

namespace archipelago::rooms {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::player;
using testing::readable;

using Texts = std::vector<std::string>;

struct Member {
  explicit Member(Loop& loop) : connection(loop) {}
  Texts heard() { return readable(connection.take()); }

  net::FakeConnection connection;
  std::unique_ptr<Seat> seat;
};

class RoomTest : public ::testing::Test {
 protected:
  RoomTest() { log::set_level(log::Level::error); }

  std::unique_ptr<Member> join(Alias alias) {
    auto member = std::make_unique<Member>(loop);
    member->seat = room.join(alias, player(alias), member->connection);
    return member;
  }

  VirtualLoop loop;
  Metrics metrics;
  std::vector<Alias> left;
  Options const options{.max_members = 3};
  Room room{options, loop, metrics, [this](Address const&, Alias alias) { left.push_back(alias); }};
};

TEST_F(RoomTest, TheNewcomerIsWelcomedWithTheOthersAndTheyHearOfIt) {
  auto const one = join(1);
  auto const two = join(2);
  EXPECT_THAT(two->heard(), ElementsAre("welcome 2 {1:p1}"));
  EXPECT_THAT(one->heard(), ElementsAre("welcome 1 {}", "join 2 p2"));
}

TEST_F(RoomTest, AnUpdateReachesAllOthersWithTheSendersAliasAndNeverTheSender) {
  auto const one = join(1);
  auto const two = join(2);
  auto const three = join(3);
  for (auto const* member : {&one, &two, &three}) (*member)->heard();
  two->seat->relay("hello", false);
  EXPECT_THAT(one->heard(), ElementsAre("update 2 hello"));
  EXPECT_THAT(three->heard(), ElementsAre("update 2 hello"));
  EXPECT_THAT(two->heard(), IsEmpty());
}

TEST_F(RoomTest, UnreliableIsPassedOnAndSentSo) {
  auto const one = join(1);
  auto const two = join(2);
  two->connection.deliveries.clear();
  two->heard();
  one->seat->relay("a", true);
  one->seat->relay("b", false);
  EXPECT_THAT(two->connection.deliveries,
              ElementsAre(net::Delivery::unreliable, net::Delivery::reliable));
  EXPECT_THAT(two->heard(), ElementsAre("update~ 1 a", "update 1 b"));
}

TEST_F(RoomTest, BodiesArriveByteForByteWhateverTheyAre) {
  auto const one = join(1);
  auto const two = join(2);
  two->heard();
  std::string body(70'000, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31);
  one->seat->relay(body, false);
  one->seat->relay("", false);
  EXPECT_THAT(two->heard(), ElementsAre("update 1 " + body, "update 1 "));
}

TEST_F(RoomTest, ReceiversShareOneEncodedPacketWhetherSmallOrLarge) {
  class Keeper final : public net::Connection {
   public:
    explicit Keeper(Loop& loop) : loop_(loop) {}
    bool send(SharedBytes message, net::Delivery) override {
      last = std::move(message);
      return true;
    }
    net::BatchSent send_batch(net::FrameBatch const& batch, net::FrameBatch::Own const&,
                              net::Leave) override {
      frames = batch.bytes().data();
      return {};
    }
    void close(Errc, std::string_view) override {}
    void logged_in() override {}
    [[nodiscard]] std::string const& remote() const override { return remote_; }
    [[nodiscard]] Loop& loop() override { return loop_; }
    SharedBytes last;
    void const* frames = nullptr;

   private:
    Loop& loop_;
    std::string remote_;
  };
  Keeper first(loop);
  Keeper second(loop);
  auto const one = room.join(1, player(1), first);
  auto const two = room.join(2, player(2), second);
  auto const three = join(3);
  three->seat->relay("x", false);
  EXPECT_NE(first.frames, nullptr);
  EXPECT_EQ(first.frames, second.frames);
  three->seat->relay(std::string(5'000, 'x'), false);
  EXPECT_EQ(first.last.get(), second.last.get());
  EXPECT_EQ(first.last->size(), wire::update_size(3, 5'000, false));
}

TEST_F(RoomTest, WhoLeavesIsAnnouncedOnceAndHearsNothingMore) {
  auto const one = join(1);
  auto const two = join(2);
  one->heard();
  two->heard();
  two->seat.reset();
  one->seat->relay("anybody?", false);
  EXPECT_THAT(one->heard(), ElementsAre("leave 2"));
  EXPECT_THAT(two->heard(), IsEmpty());
  EXPECT_THAT(left, ElementsAre(2U));
}

TEST_F(RoomTest, ThereAreNoMoreSeatsThanTheCapacity) {
  auto const one = join(1);
  auto two = join(2);
  auto const three = join(3);
  EXPECT_TRUE(room.full());
  auto const four = join(4);
  EXPECT_EQ(four->seat, nullptr);
  EXPECT_THAT(four->heard(), IsEmpty());
  two->seat.reset();
  EXPECT_NE(join(5)->seat, nullptr);
}

TEST_F(RoomTest, AKickIsToldClosedAnnouncedAndCounted) {
  auto const one = join(1);
  auto const two = join(2);
  one->heard();
  two->heard();
  room.kick(2, Errc::replaced, "Already connected");
  EXPECT_THAT(two->heard(), ElementsAre("kicked Already connected"));
  EXPECT_EQ(two->connection.closed_why, Errc::replaced);
  EXPECT_TRUE(two->seat->lost());
  EXPECT_THAT(one->heard(), ElementsAre("leave 2"));
  EXPECT_EQ(metrics.value(Metric::room_kicks), 1);
  two->seat->relay("still here", false);
  two->seat.reset();
  room.kick(2, Errc::replaced, "again");
  EXPECT_THAT(one->heard(), IsEmpty());
  EXPECT_THAT(left, ElementsAre(2U));
}

TEST_F(RoomTest, AHandOverEndsTheSeatAfterItsTimeAndIsNotProlonged) {
  auto const one = join(1);
  room.end(1, Errc::replaced, Millis{1000});
  loop.advance(Millis{900});
  room.end(1, Errc::replaced, Millis{1000});
  EXPECT_FALSE(one->seat->lost());
  loop.advance(Millis{100});
  EXPECT_TRUE(one->seat->lost());
  EXPECT_EQ(one->connection.closed_why, Errc::replaced);
}

TEST_F(RoomTest, AHandOverOfOneWhoLeftInTimeDoesNothing) {
  auto one = join(1);
  room.end(1, Errc::replaced, Millis{1000});
  one->seat.reset();
  EXPECT_EQ(loop.timers(), 0U);
  EXPECT_FALSE(one->connection.closed_why);
}

TEST_F(RoomTest, PacketsAndBytesSentAreCounted) {
  auto const one = join(1);
  auto const two = join(2);
  auto const before = metrics.value(Metric::room_packets_out);
  auto const bytes_before = metrics.value(Metric::room_bytes_out);
  two->heard();
  one->seat->relay("0123456789", false);
  EXPECT_EQ(metrics.value(Metric::room_packets_out) - before, 1);
  EXPECT_EQ(metrics.value(Metric::room_bytes_out) - bytes_before,
            std::ssize(two->connection.sent.front()));
}

}  // namespace
}  // namespace archipelago::rooms
