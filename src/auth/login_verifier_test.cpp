// Logins over pools: where the work runs, what happens when there is too much of it, and that
// replies are posted.
#include "auth/login_verifier.hpp"

#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "auth/identity.hpp"
#include "base/virtual_loop.hpp"

namespace archipelago::auth {
namespace {

constexpr std::string_view kChallenge = "dcl-abc";

/// Blocks until told; approves.
class SlowWallets final : public ContractWallets {
 public:
  std::promise<void> asked;
  std::promise<void> answer;

  Result<> approves(Address const&, std::string_view, std::string_view, WallTime) override {
    asked.set_value();
    answer.get_future().wait();
    return {};
  }
};

class BrokenWallets final : public ContractWallets {
 public:
  Result<> approves(Address const&, std::string_view, std::string_view, WallTime) override {
    throw std::runtime_error("as asked");
  }
};

class LoginVerifierTest : public ::testing::Test {
 protected:
  LoginAttempt by_key() {
    return {wallet_.address(), std::string(kChallenge), to_json(sign_payload(wallet_, kChallenge))};
  }
  LoginAttempt by_contract() {
    AuthChain const chain{{LinkType::signer, wallet_.address().str(), ""},
                          {LinkType::contract_signed_entity, std::string(kChallenge), "0x12"}};
    return {wallet_.address(), std::string(kChallenge), to_json(chain)};
  }
  LoginVerifier::Reply keep() {
    return [this](Result<Address> result) { replies_.push_back(std::move(result)); };
  }
  /// Drives the loop until `count` replies have come.
  void await(std::size_t count) {
    while (replies_.size() < count) {
      if (loop_.run_posted() == 0) std::this_thread::yield();
    }
  }

  SeededRandom random_{1};
  Key wallet_ = Key::generate(random_);
  VirtualLoop loop_;
  std::vector<Result<Address>> replies_;
};

TEST_F(LoginVerifierTest, AGoodLoginIsAnsweredOnTheLoop) {
  WorkerPool curve(1, 8);
  WorkerPool slow(1, 8);
  PooledLoginVerifier verifier(curve, slow, nullptr);
  verifier.verify(by_key(), loop_, keep());
  await(1);
  EXPECT_EQ(replies_[0], wallet_.address());
}

TEST_F(LoginVerifierTest, ABadFormIsAnsweredWithoutAPoolAndNotInsideTheCall) {
  WorkerPool curve(1, 8);
  PooledLoginVerifier verifier(curve, curve, nullptr);
  verifier.verify({wallet_.address(), std::string(kChallenge), "{"}, loop_, keep());
  EXPECT_TRUE(replies_.empty());
  EXPECT_EQ(loop_.run_posted(), 1U);
  ASSERT_EQ(replies_.size(), 1U);
  EXPECT_EQ(replies_[0].error().code, Errc::malformed_json);
}

TEST_F(LoginVerifierTest, WithoutAnEndpointContractWalletsAreRefusedClearly) {
  WorkerPool curve(1, 8);
  PooledLoginVerifier verifier(curve, curve, nullptr);
  verifier.verify(by_contract(), loop_, keep());
  EXPECT_EQ(loop_.run_posted(), 1U);
  ASSERT_EQ(replies_.size(), 1U);
  EXPECT_EQ(replies_[0].error().code, Errc::wallet_unverifiable);
  EXPECT_EQ(replies_[0].error().detail, "Missing provider");
}

TEST_F(LoginVerifierTest, ASlowEndpointHoldsUpNobodyElse) {
  SlowWallets wallets;
  WorkerPool curve(1, 8);
  WorkerPool slow(1, 8);
  PooledLoginVerifier verifier(curve, slow, &wallets);
  verifier.verify(by_contract(), loop_, keep());
  wallets.asked.get_future().wait();
  verifier.verify(by_key(), loop_, keep());
  await(1);
  EXPECT_TRUE(replies_[0]);
  wallets.answer.set_value();
  await(2);
  EXPECT_TRUE(replies_[1]);
}

TEST_F(LoginVerifierTest, AnExceptionOnThePoolIsAnAnswerAndNotTheEndOfTheProcess) {
  BrokenWallets wallets;
  WorkerPool curve(1, 8);
  WorkerPool slow(1, 8);
  PooledLoginVerifier verifier(curve, slow, &wallets);
  verifier.verify(by_contract(), loop_, keep());
  await(1);
  ASSERT_FALSE(replies_[0]);
  EXPECT_EQ(replies_[0].error().code, Errc::internal_error);
}

TEST_F(LoginVerifierTest, AFullPoolIsOverloaded) {
  SlowWallets wallets;
  WorkerPool curve(1, 8);
  WorkerPool slow(1, 1);
  PooledLoginVerifier verifier(curve, slow, &wallets);
  verifier.verify(by_contract(), loop_, keep());
  wallets.asked.get_future().wait();
  bool let_in = slow.try_submit([] {});  // takes the only waiting place
  EXPECT_TRUE(let_in);
  verifier.verify(by_contract(), loop_, keep());
  await(1);
  ASSERT_FALSE(replies_[0]);
  EXPECT_EQ(replies_[0].error().code, Errc::overloaded);
  wallets.answer.set_value();
  await(2);
}

}  // namespace
}  // namespace archipelago::auth
