// A room against a plain model: whatever joins, speaks, leaves, is kicked or reads slowly, in
// whatever windows, each member hears what it should.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/log.hpp"
#include "base/virtual_loop.hpp"
#include "net/fake_connection.hpp"
#include "rooms/room.hpp"
#include "rooms/test_packets.hpp"

namespace archipelago::rooms {
namespace {

using testing::player;
using testing::readable;

struct Line {
  std::string text;
  bool must_arrive;
};

struct Member {
  explicit Member(Loop& loop) : connection(loop) {}

  void expect(std::string text, bool must_arrive = true) {
    expected.push_back({std::move(text), must_arrive});
  }

  /// What was heard is what was expected, but for unreliable packets while it read slowly.
  void check() const {
    auto line = expected.begin();
    for (auto const& heard : readable(connection.sent)) {
      while (line != expected.end() && line->text != heard && !line->must_arrive) ++line;
      RC_ASSERT(line != expected.end());
      RC_ASSERT(line->text == heard);
      ++line;
    }
    for (; line != expected.end(); ++line) RC_ASSERT(!line->must_arrive);
  }

  net::FakeConnection connection;
  std::unique_ptr<Seat> seat;
  std::vector<Line> expected;
};

Options any_windows() {
  Options options{.max_members = 100};
  options.packets = {.per_second = 0, .burst = 0};
  options.unreliable = options.reliable = {.per_second = 0, .burst = 0};
  options.most_window = Millis{*rc::gen::inRange(0, 12)};
  options.small_room = *rc::gen::inRange<std::size_t>(0, 4);
  options.micros_a_member = *rc::gen::inRange<std::size_t>(100, 1'000);
  return options;
}

class History {
 public:
  void join() {
    auto const alias = ++last_alias_;
    std::string others;
    for (auto const& [other, member] : seated_) {
      auto const number = std::to_string(other);
      others += (others.empty() ? "" : " ") + number + ":p" + number;
    }
    expect_of_all("join " + std::to_string(alias) + " p" + std::to_string(alias));
    auto& member = *members_.emplace_back(std::make_unique<Member>(loop_));
    member.expect("welcome " + std::to_string(alias) + " {" + others + "}");
    member.seat = room_.join(alias, player(alias), member.connection);
    RC_ASSERT(member.seat != nullptr);
    seated_[alias] = &member;
  }

  void send(Alias alias, bool unreliable) {
    auto const body =
        std::to_string(++sent_) + std::string(*rc::gen::element<std::size_t>(0, 0, 60, 5'000), '.');
    auto const text = (unreliable ? "update~ " : "update ") + std::to_string(alias) + " " + body;
    for (auto const& [other, member] : seated_)
      if (other != alias) member->expect(text, !unreliable || !slow_ever_.contains(other));
    seated_[alias]->seat->relay(body, unreliable);
  }

  void leave(Alias alias) {
    auto* const member = seated_[alias];
    seated_.erase(alias);
    expect_of_all("leave " + std::to_string(alias));
    member->seat.reset();
  }

  void kick(Alias alias) {
    seated_[alias]->expect("kicked bye");
    seated_.erase(alias);
    expect_of_all("leave " + std::to_string(alias));
    room_.kick(alias, Errc::replaced, "bye");
  }

  /// From now on it loses unreliable packets, or no more; those of this window, too.
  void change_pace(Alias alias) {
    auto& slow = seated_[alias]->connection.slow;
    slow = !slow;
    slow_ever_.emplace(alias, true);
    for (auto& line : seated_[alias]->expected)
      if (line.text.starts_with("update~")) line.must_arrive = false;
  }

  /// After the longest window everything has been heard.
  void check() {
    loop_.advance(options_.most_window);
    for (auto const& member : members_) member->check();
    RC_ASSERT(room_.size() == seated_.size());
    RC_ASSERT(loop_.timers() == 0U);
  }

  void pass(Millis time) { loop_.advance(time); }

  [[nodiscard]] Alias pick() const {
    return std::next(seated_.begin(), *rc::gen::inRange<long>(0, std::ssize(seated_)))->first;
  }
  [[nodiscard]] bool empty() const { return seated_.empty(); }
  [[nodiscard]] bool nobody_slow() const { return slow_ever_.empty(); }
  [[nodiscard]] std::int64_t dropped() const {
    return metrics_.value(Metric::room_packets_dropped_slow);
  }

 private:
  void expect_of_all(std::string const& text) {
    for (auto const& [alias, member] : seated_) member->expect(text);
  }

  VirtualLoop loop_;
  Metrics metrics_;
  Options const options_ = any_windows();
  Room room_{options_, loop_, metrics_, [](Address const&, Alias) {}};
  std::vector<std::unique_ptr<Member>> members_;
  std::map<Alias, Member*> seated_;
  std::map<Alias, bool> slow_ever_;
  Alias last_alias_ = 0;
  int sent_ = 0;
};

RC_GTEST_PROP(RoomProperty, EveryMemberHearsExactlyWhatTheOthersSentWhileItWasThere, ()) {
  log::set_level(log::Level::error);
  History history;
  auto const steps = *rc::gen::inRange(1, 120);
  for (int i = 0; i < steps; ++i) {
    auto const what = *rc::gen::inRange(0, 20);
    if (what < 3 || history.empty())
      history.join();
    else if (what < 13)
      history.send(history.pick(), what % 2 == 0);
    else if (what == 13)
      history.leave(history.pick());
    else if (what == 14)
      history.kick(history.pick());
    else if (what == 15)
      history.change_pace(history.pick());
    else if (what < 19)
      history.pass(Millis{*rc::gen::inRange(0, 5)});
    else
      history.check();
  }
  history.check();
  RC_ASSERT(!history.nobody_slow() || history.dropped() == 0);
}

}  // namespace
}  // namespace archipelago::rooms
