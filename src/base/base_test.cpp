#include <atomic>
#include <future>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/address.hpp"
#include "base/errc.hpp"
#include "base/hex.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/virtual_loop.hpp"
#include "base/worker_pool.hpp"

namespace archipelago {
namespace {

TEST(Reasons, HaveUniqueLabelsThatFitAMetric) {
  std::set<std::string_view> seen;
  for (auto const& r : reasons()) {
    EXPECT_TRUE(seen.insert(r.label).second) << r.label;
    EXPECT_EQ(r.label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
              std::string_view::npos)
        << r.label;
    EXPECT_FALSE(r.meaning.empty());
    EXPECT_LE(r.label.size(), 123U);  // a close frame's text, RFC 6455 section 5.5
  }
}

TEST(Reasons, OfAnIdentityReadAlikeToTheClient) {
  for (auto const code : {Errc::bad_address, Errc::malformed_auth_chain, Errc::bad_signature,
                          Errc::delegation_expired, Errc::wrong_owner, Errc::challenge_mismatch})
    EXPECT_EQ(public_text(code), "Authentication failed");
  EXPECT_EQ(public_text(Errc::wallet_unverifiable), "wallet_unverifiable");
  EXPECT_EQ(public_text(Errc::room_full), "room_full");
}

TEST(MetricInfos, HaveUniqueNamesAndLabels) {
  std::set<std::tuple<std::string_view, std::string_view, std::string_view>> seen;
  for (auto const& info : metric_infos())
    EXPECT_TRUE(seen.emplace(info.name, info.first.value, info.second.value).second) << info.name;
}

TEST(Metrics, ARatioIsKeptToAMillionth) {
  Metrics metrics;
  metrics.set_ratio(Metric::recall_mean, 0.654'321'4);
  EXPECT_DOUBLE_EQ(metrics.ratio(Metric::recall_mean), 0.654'321);
}

TEST(Metrics, AValueIsCountedInTheHistogramOfItsRow) {
  Metrics metrics;
  metrics.note(Distribution::handshake_seconds, 0.02);
  auto const& histogram = metrics.histogram(Distribution::handshake_seconds);
  EXPECT_EQ(histogram.bounds()[0], 0.01);
  EXPECT_EQ(histogram.count(1), 1U);
  EXPECT_EQ(metrics.histogram(Distribution::flush_seconds).count(), 0U);
}

TEST(AddressText, IsLowerCasedAndComparedByValue) {
  auto const a = Address::parse("0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A");
  ASSERT_TRUE(a);
  EXPECT_EQ(a->text(), "0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a");
  EXPECT_EQ(a, Address::parse(a->text()));
}

TEST(AddressText, OfAnyOtherFormIsRefused) {
  for (char const* text :
       {"", "0x", "19e7e376e7c213b7e7e7e46cc70a5dd086daff2a",
        "0X19e7e376e7c213b7e7e7e46cc70a5dd086daff2a", "0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2",
        "0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2aa", "0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2g",
        " 0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2"})
    EXPECT_FALSE(Address::parse(text)) << text;
}

RC_GTEST_PROP(HexProperty, BytesSurviveTheRoundTrip, (std::string const& bytes)) {
  RC_ASSERT(from_hex(to_hex(bytes)) == bytes);
}

TEST(Hex, RefusesOddLengthsAndOtherCharacters) {
  EXPECT_FALSE(from_hex("abc"));
  EXPECT_FALSE(from_hex("0g"));
  EXPECT_EQ(from_hex("aAfF"), std::string("\xaa\xff"));
}

TEST(RandomText, HasTheAskedLengthAndAlphabet) {
  SystemRandom random;
  auto const text = random_text(random, 100);
  EXPECT_EQ(text.size(), 100U);
  EXPECT_EQ(text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz"), std::string::npos);
  EXPECT_NE(text, random_text(random, 100));
}

TEST(RandomText, FromOneSeedIsTheSameEverywhere) {
  SeededRandom random(7);
  EXPECT_EQ(random_text(random, 12), "zs2n2hupxj86");
}

TEST(VirtualLoop, RunsTimersAtTheirTimeAndInOrder) {
  VirtualLoop loop;
  std::vector<std::string> ran;
  loop.start_timer(Millis{20}, [&] {
    ran.push_back("late@" + std::to_string(loop.now().since_origin.count()));
  });
  loop.start_timer(Millis{10}, [&] {
    ran.push_back("early");
    loop.start_timer(Millis{5}, [&] { ran.emplace_back("nested"); });
  });
  loop.advance(Millis{9});
  EXPECT_TRUE(ran.empty());
  loop.advance(Millis{11});
  EXPECT_EQ(ran, (std::vector<std::string>{"early", "nested", "late@20"}));
}

TEST(VirtualLoop, ACancelledTimerDoesNotRun) {
  VirtualLoop loop;
  bool ran = false;
  auto const id = loop.start_timer(Millis{1}, [&] { ran = true; });
  loop.cancel_timer(id);
  loop.cancel_timer(id);
  loop.advance(Millis{10});
  EXPECT_FALSE(ran);
  EXPECT_EQ(loop.timers(), 0U);
}

TEST(TimerObject, ForgetsItsTaskWithItsOwnerAndMayRestartItself) {
  VirtualLoop loop;
  int ran = 0;
  {
    Timer timer(loop);
    timer.start(Millis{1}, [&] {
      if (++ran < 3) timer.start(Millis{1}, [&] { ++ran; });
    });
    loop.advance(Millis{2});
    EXPECT_EQ(ran, 2);
    timer.start(Millis{1}, [&] { ran = 100; });
  }
  loop.advance(Millis{5});
  EXPECT_EQ(ran, 2);
}

TEST(WorkerPool, RefusesWorkBeyondItsQueueInsteadOfGrowing) {
  std::atomic<bool> started = false;
  std::atomic<bool> go = false;
  std::atomic<int> done = 0;
  WorkerPool pool(1, 2);
  ASSERT_TRUE(pool.try_submit([&] {
    started = true;
    started.notify_all();
    go.wait(false);
    ++done;
    done.notify_all();
  }));
  started.wait(false);
  auto const count = [&] {
    ++done;
    done.notify_all();
  };
  EXPECT_TRUE(pool.try_submit(count));
  EXPECT_TRUE(pool.try_submit(count));
  EXPECT_FALSE(pool.try_submit(count));
  EXPECT_EQ(pool.waiting(), 2U);
  go = true;
  go.notify_all();
  for (int seen = done; seen < 3; seen = done) done.wait(seen);
}

TEST(WorkerPool, ATaskThatThrowsEndsNeitherItsThreadNorTheProcess) {
  std::promise<void> after;
  WorkerPool pool(1, 4);
  ASSERT_TRUE(pool.try_submit([] { throw std::runtime_error("as asked"); }));
  ASSERT_TRUE(pool.try_submit([] { throw 7; }));
  ASSERT_TRUE(pool.try_submit([&] { after.set_value(); }));
  after.get_future().wait();
}

}  // namespace
}  // namespace archipelago
