// Logins while lists change and a ban check answers, is slow, or is not there.
#include "bans/doorman.hpp"

#include <gtest/gtest.h>

#include "auth/fake_login_verifier.hpp"
#include "auth/identity.hpp"
#include "auth/signature.hpp"
#include "bans/testing.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/virtual_loop.hpp"

namespace archipelago::bans {
namespace {

using testing::Hands;

constexpr std::string_view kChallenge = "dcl-challenge";

struct Door {
  explicit Door(DoormanOptions options = {}, bool with_check = true)
      : doorman(proofs, lists, with_check ? &check : nullptr, options, metrics) {
    log::set_level(log::Level::error);
  }

  void settle() {
    while (hands.work() + loop.run_posted() != 0) {
    }
  }

  /// A chain of the right form, so that it deserves a question.
  void knock() {
    auto const chain = auth::sign_challenge(identity, kChallenge).value();
    doorman.verify({identity.owner, std::string(kChallenge), auth::to_json(chain)}, loop,
                   [this](Result<Address> const& result) { answers.push_back(result); });
  }
  Result<Address> knock_and_wait() {
    knock();
    settle();
    return answers.empty() ? Result<Address>(fail(Errc::internal_error, "no answer"))
                           : answers.back();
  }

  VirtualLoop loop;
  Hands hands;
  Metrics metrics;
  SeededRandom random{3};
  auth::Identity identity =
      auth::make_identity(auth::Key::generate(random), random, {4'000'000'000'000});
  auth::FakeLoginVerifier proofs;
  DenyList lists;
  int asked = 0;
  std::function<Result<bool>(Address const&)> says = [](Address const&) { return false; };
  BanCheck check{[this](Address const& who) {
                   ++asked;
                   return says(who);
                 },
                 [this](Task task) { return hands.take(std::move(task)); },
                 {},
                 metrics};
  Doorman doorman;
  std::vector<Result<Address>> answers;
};

DoormanOptions closed() {
  return {.on_error = OnError::closed};
}

TEST(Doorman, ComparesAClaimWithTheLists) {
  Door door;
  auto const who = door.identity.owner;
  EXPECT_FALSE(door.doorman.bars(who));
  door.lists.replace(Source::file, AddressSet({AddressSet::pack(who)}));
  EXPECT_TRUE(door.doorman.bars(who));
  EXPECT_EQ(door.knock_and_wait().error().code, Errc::banned);
  EXPECT_TRUE(door.proofs.attempts.empty()) << "no curve work for who is listed";
  EXPECT_EQ(door.asked, 0);
}

TEST(Doorman, WhoIsFreeComesInAndIsRemembered) {
  Door door;
  EXPECT_EQ(door.knock_and_wait(), door.identity.owner);
  EXPECT_EQ(door.knock_and_wait(), door.identity.owner);
  EXPECT_EQ(door.asked, 1);
  door.loop.advance(Millis{60'000});
  EXPECT_EQ(door.knock_and_wait(), door.identity.owner);
  EXPECT_EQ(door.asked, 2) << "an answer is believed for a minute";
}

TEST(Doorman, WhoIsBannedIsRefusedOnceEvenIfItsProofIsGood) {
  Door door;
  door.says = [](Address const&) { return true; };
  EXPECT_EQ(door.knock_and_wait().error().code, Errc::banned);
  EXPECT_EQ(door.answers.size(), 1U);
  EXPECT_EQ(door.knock_and_wait().error().code, Errc::banned);
  EXPECT_EQ(door.asked, 1);
  EXPECT_EQ(door.proofs.attempts.size(), 1U) << "no curve work for who is known to be banned";
}

TEST(Doorman, BothQuestionsAreUnderWayAtOnce) {
  Door door;
  door.proofs.holding = true;
  door.knock();
  EXPECT_EQ(door.proofs.attempts.size(), 1U);
  door.settle();
  EXPECT_EQ(door.asked, 1);
  EXPECT_TRUE(door.answers.empty()) << "free, but not proved yet";
  door.proofs.release();
  door.settle();
  EXPECT_EQ(door.answers.at(0), door.identity.owner);
  EXPECT_EQ(door.loop.timers(), 0U);
}

TEST(Doorman, ABadProofDoesNotWaitForTheCheck) {
  Door door;
  door.proofs.answer = [](auto const&) -> Result<Address> { return fail(Errc::bad_signature); };
  door.knock();
  door.loop.run_posted();
  ASSERT_EQ(door.answers.size(), 1U);
  EXPECT_EQ(door.answers[0].error().code, Errc::bad_signature);
  door.settle();
  EXPECT_EQ(door.answers.size(), 1U);
}

TEST(Doorman, GarbageCausesNoRequest) {
  Door door;
  door.doorman.verify({door.identity.owner, std::string(kChallenge), "[]"}, door.loop,
                      [&door](Result<Address> const& result) { door.answers.push_back(result); });
  door.settle();
  EXPECT_EQ(door.asked, 0);
  EXPECT_EQ(door.answers.size(), 1U) << "the verifier behind has said what is wrong";
}

TEST(Doorman, ASlowCheckCostsALoginItsPatienceAndNoMore) {
  for (auto const on_error : {OnError::open, OnError::closed}) {
    Door door({.on_error = on_error});
    door.knock();
    door.loop.advance(Millis{999});
    EXPECT_TRUE(door.answers.empty());
    door.loop.advance(Millis{1});
    ASSERT_EQ(door.answers.size(), 1U);
    EXPECT_EQ(door.answers[0].has_value(), on_error == OnError::open);
    EXPECT_EQ(door.metrics.value(Metric::ban_failures_check), 1);
    door.says = [](Address const&) { return true; };
    door.settle();
    EXPECT_EQ(door.answers.size(), 1U) << "an answer that comes too late is for the next login";
    EXPECT_EQ(door.knock_and_wait().error().code, Errc::banned);
  }
}

TEST(Doorman, WithoutAnAnswerTheOptionDecides) {
  Door open;
  open.says = [](Address const&) -> Result<bool> {
    return fail(Errc::upstream_failed, "HTTP 500");
  };
  EXPECT_EQ(open.knock_and_wait(), open.identity.owner);
  EXPECT_EQ(open.metrics.value(Metric::ban_failures_check), 1);
  Door shut(closed());
  shut.says = open.says;
  EXPECT_EQ(shut.knock_and_wait().error().code, Errc::upstream_failed);
  Door busy(closed());
  busy.hands.full = true;
  EXPECT_EQ(busy.knock_and_wait().error().code, Errc::upstream_failed);
}

TEST(Doorman, ACheckThatIsDownKeepsNobodyWaiting) {
  Door door;
  door.says = [](Address const&) -> Result<bool> { return fail(Errc::upstream_failed); };
  for (int i = 0; i < 8; ++i) door.knock_and_wait();
  EXPECT_EQ(door.asked, 8);
  door.knock();
  door.loop.run_posted();
  EXPECT_EQ(door.answers.back(), door.identity.owner) << "without any question";
  EXPECT_EQ(door.asked, 8);
  EXPECT_EQ(door.metrics.value(Metric::ban_failures_check), 9);
  door.loop.advance(Millis{5'000});
  door.says = [](Address const&) { return true; };
  EXPECT_EQ(door.knock_and_wait().error().code, Errc::banned) << "it is asked again after a rest";
}

TEST(Doorman, ClosedMeansThatTheFirstListMustHaveCome) {
  Door door({.on_error = OnError::closed, .needs_fetched_list = true}, false);
  EXPECT_EQ(door.knock_and_wait().error().code, Errc::upstream_failed);
  door.lists.replace(Source::fetched, AddressSet());
  EXPECT_EQ(door.knock_and_wait(), door.identity.owner);
  Door open({.needs_fetched_list = true}, false);
  EXPECT_EQ(open.knock_and_wait(), open.identity.owner);
}

TEST(Verdicts, AreBoundedAndTheOldestGoFirst) {
  using testing::player;
  Verdicts verdicts(2, Millis{1'000});
  verdicts.put(player(1), true, {Millis{0}});
  verdicts.put(player(2), false, {Millis{1}});
  verdicts.put(player(1), false, {Millis{2}});
  verdicts.put(player(3), true, {Millis{3}});
  EXPECT_EQ(verdicts.size(), 2U);
  EXPECT_EQ(verdicts.find(player(1), {Millis{1'001}}), false);
  EXPECT_EQ(verdicts.find(player(1), {Millis{1'002}}), std::nullopt);
  EXPECT_EQ(verdicts.find(player(2), {Millis{4}}), std::nullopt);
  EXPECT_EQ(verdicts.find(player(3), {Millis{4}}), true);
}

}  // namespace
}  // namespace archipelago::bans
