// Which answers of an endpoint let a contract wallet in, and how often it is asked.
#include "auth/eth_wallets.hpp"

#include <gtest/gtest.h>

#include "auth/fake_eth_rpc.hpp"

namespace archipelago::auth {
namespace {

constexpr WallTime kNow{1'700'000'000'000};
std::string const kYes = "\"0x1626ba7e" + std::string(56, '0') + '"';
std::string const kNo = "\"0xffffffff" + std::string(56, '0') + '"';

class EthWalletsTest : public ::testing::Test {
 protected:
  /// Blocks are all in the past; eth_call is answered by `answer_call`.
  EthWalletsTest() {
    rpc_.answer = [this](std::string_view method, std::string_view) -> Result<std::string> {
      if (method == "eth_blockNumber") return "\"0x64\"";
      if (method == "eth_getBlockByNumber") return R"({"timestamp":"0x1"})";
      ++calls_;
      return answer_call_;
    };
  }

  Errc ask(std::string_view signature = "0x1234", WallTime now = kNow) {
    auto const result = wallets_.approves(
        *Address::parse("0x8c889222833f961fc991b31d15e25738c6732930"), "text", signature, now);
    detail_ = result ? "" : result.error().detail;
    return result ? Errc::count_ : result.error().code;
  }

  static constexpr Errc kApproved = Errc::count_;
  FakeEthRpc rpc_;
  EthWallets wallets_{rpc_};
  Result<std::string> answer_call_ = kNo;
  std::string detail_;
  int calls_ = 0;
};

TEST_F(EthWalletsTest, TheFirstApprovalEndsTheQuestion) {
  answer_call_ = kYes;
  EXPECT_EQ(ask(), kApproved);
  EXPECT_EQ(rpc_.asked.size(), 1U);
}

TEST_F(EthWalletsTest, FourRefusalsAreARefusal) {
  EXPECT_EQ(ask(), Errc::bad_signature);
  EXPECT_EQ(detail_, "Invalid validation. Expected: 1626ba7e. Actual: false");
  EXPECT_EQ(calls_, 4);
  EXPECT_TRUE(rpc_.asked.back().params.ends_with(R"(,"0x64"])"));
}

TEST_F(EthWalletsTest, ARevertIsARefusal) {
  answer_call_ = fail(Errc::bad_request, "execution reverted");
  EXPECT_EQ(ask(), Errc::bad_signature);
  EXPECT_EQ(calls_, 4);
}

TEST_F(EthWalletsTest, AnEndpointThatDoesNotAnswerIsAskedOnceAndBlamed) {
  answer_call_ = fail(Errc::upstream_failed, "timed out");
  EXPECT_EQ(ask(), Errc::wallet_unverifiable);
  EXPECT_EQ(detail_, "Invalid validation. Error: timed out");
  EXPECT_EQ(calls_, 1);
}

TEST_F(EthWalletsTest, OnlyAWholeWordWithTheMagicValueApproves) {
  std::string const zeros(56, '0');
  for (auto const& answer :
       {std::string("\"0x\""), std::string("\"0x1626ba7e\""), std::string("null"),
        std::string("true"), std::string(), "\"1626ba7e" + zeros + '"', "\"0x1626ba7e" + zeros,
        "\"0x1626ba7e" + zeros + "0\"", "\"0x1626ba7e" + zeros + "zz\"",
        "\"0x1626ba7e" + std::string(55, '0') + "1\"", "[\"0x1626ba7e" + zeros + "\"]"}) {
    answer_call_ = answer;
    EXPECT_EQ(ask(), Errc::bad_signature) << answer;
  }
  answer_call_ = "\"0x1626ba7e" + zeros + std::string(64, 'a') + '"';
  EXPECT_EQ(ask(), kApproved);
}

TEST_F(EthWalletsTest, AnEchoOfTheQuestionIsNoApproval) {
  auto const before = rpc_.answer;
  rpc_.answer = [before](std::string_view method, std::string_view params) -> Result<std::string> {
    if (method != "eth_call") return before(method, params);
    auto const data = params.substr(params.find("0x1626ba7e"));
    return '"' + std::string(data.substr(0, data.find('"'))) + '"';
  };
  EXPECT_EQ(ask(), Errc::bad_signature);
}

TEST_F(EthWalletsTest, SignaturesAreHexadecimalOfAnyLength) {
  answer_call_ = kYes;
  EXPECT_EQ(ask("0x"), kApproved);
  EXPECT_EQ(ask("0x" + std::string(1000, 'A')), kApproved);
  EXPECT_EQ(ask("1234"), Errc::bad_signature);
  EXPECT_EQ(ask("0x123"), Errc::bad_signature);
  EXPECT_EQ(ask("0x12zz"), Errc::bad_signature);
}

TEST_F(EthWalletsTest, AnApprovalIsRememberedForAWhile) {
  answer_call_ = kYes;
  EXPECT_EQ(ask(), kApproved);
  answer_call_ = kNo;
  EXPECT_EQ(ask("0x1234", kNow + Millis(299'999)), kApproved);
  EXPECT_EQ(calls_, 1);
  EXPECT_EQ(ask("0x1235"), Errc::bad_signature) << "another signature is another question";
  EXPECT_EQ(ask("0x1234", kNow + Millis(300'000)), Errc::bad_signature);
}

TEST_F(EthWalletsTest, ARefusalIsNotRemembered) {
  EXPECT_EQ(ask(), Errc::bad_signature);
  answer_call_ = kYes;
  EXPECT_EQ(ask(), kApproved);
}

TEST_F(EthWalletsTest, CallsAreBounded) {
  EthWallets wallets(rpc_, {.max_calls = 3});
  auto const result = wallets.approves(
      *Address::parse("0x8c889222833f961fc991b31d15e25738c6732930"), "text", "0x12", kNow);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::wallet_unverifiable);
  EXPECT_EQ(rpc_.asked.size(), 3U);
}

}  // namespace
}  // namespace archipelago::auth
