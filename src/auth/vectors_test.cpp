// Every case of authchain.json: what the official library says, and what a server must say to it.
#include "support/vectors.hpp"

#include <deque>

#include <boost/json.hpp>

#include <gtest/gtest.h>

#include "auth/eth_wallets.hpp"
#include "auth/fake_eth_rpc.hpp"
#include "auth/login.hpp"
#include "auth/validate.hpp"

namespace archipelago::auth {
namespace {

namespace json = boost::json;

json::value const& file() {
  static json::value const parsed = json::parse(testing::read_vector_file("authchain.json"));
  return parsed;
}

std::string text(json::value const& value) {
  return std::string(value.as_string());
}

/// As the library takes chains: without a schema check.
AuthChain lenient(json::value const& links) {
  AuthChain chain;
  for (auto const& link : links.as_array()) {
    auto const* const signature = link.as_object().if_contains("signature");
    bool const is_text = signature != nullptr && signature->is_string();
    chain.push_back({link_type(text(link.at("type"))), text(link.at("payload")),
                     is_text ? text(*signature) : ""});
  }
  return chain;
}

/// Answers the canned calls in their order and no others.
class CannedCalls {
 public:
  explicit CannedCalls(json::value const& test_case) {
    if (auto const* const calls = test_case.as_object().if_contains("json_rpc"))
      for (auto const& call : calls->as_array()) left_.push_back(&call);
    given_ = !left_.empty();
    rpc_.answer = [this](std::string_view method, std::string_view params) {
      return answer(method, params);
    };
  }

  /// Without canned calls there is no provider.
  ContractWallets* wallets() { return given_ ? &wallets_ : nullptr; }
  [[nodiscard]] bool all_made() const { return left_.empty() && unexpected_ == 0; }

 private:
  Result<std::string> answer(std::string_view method, std::string_view params) {
    if (left_.empty() || left_.front()->at("method").as_string() != method ||
        left_.front()->at("params") != json::parse(params)) {
      ++unexpected_;
      return fail(Errc::upstream_failed, "not a canned call");
    }
    auto const& call = left_.front()->as_object();
    left_.pop_front();
    if (auto const* const error = call.if_contains("error"))
      return fail(Errc::bad_request, text(error->at("message")));
    return json::serialize(call.at("result"));
  }

  std::deque<json::value const*> left_;
  bool given_ = false;
  int unexpected_ = 0;
  FakeEthRpc rpc_;
  EthWallets wallets_{rpc_};
};

/// Texts about curve arithmetic are the library's own.
bool is_significant(std::string_view message) {
  return message.find("CURVE.n") == std::string_view::npos;
}

class AuthChainVectors : public ::testing::Test {
 protected:
  template <class Check>
  void for_each(Check check) {
    std::size_t count = 0;
    for (auto const& test_case : file().at("cases").as_array()) {
      SCOPED_TRACE(text(test_case.at("name")));
      check(test_case);
      ++count;
    }
    EXPECT_GT(count, 0U);
  }
  static WallTime now(json::value const& test_case) {
    return {test_case.at("now").to_number<std::int64_t>()};
  }
};

TEST_F(AuthChainVectors, TheLibrarysAnswerIsOurs) {
  for_each([](json::value const& test_case) {
    CannedCalls calls(test_case);
    auto const chain = lenient(test_case.at("chain"));
    auto const result =
        validate(chain, text(test_case.at("final_payload")), now(test_case), calls.wallets());
    auto const& expect = test_case.at("expect");
    EXPECT_EQ(result.has_value(), expect.at("ok").as_bool());
    if (!result && expect.at("message").is_string() &&
        is_significant(expect.at("message").as_string()))
      EXPECT_EQ(result.error().detail, text(expect.at("message")));
    EXPECT_TRUE(calls.all_made());
  });
}

TEST_F(AuthChainVectors, TheSchemaCheckAgrees) {
  for_each([](json::value const& test_case) {
    auto const chain = parse_chain(json::serialize(test_case.at("chain")));
    EXPECT_EQ(chain.has_value(), test_case.at("schema_valid").as_bool());
    if (chain) EXPECT_EQ(*chain, lenient(test_case.at("chain")));
  });
}

TEST_F(AuthChainVectors, TheOwnerIsTheSame) {
  for_each([](json::value const& test_case) {
    if (auto const* const expected = test_case.as_object().if_contains("owner"))
      EXPECT_EQ(owner(lenient(test_case.at("chain"))), text(*expected));
  });
}

Result<Address> log_in(LoginAttempt const& attempt, WallTime now, ContractWallets* wallets) {
  return check_form(attempt, now).and_then([&](AuthChain const& chain) {
    return verify(chain, attempt.challenge, now, wallets);
  });
}

/// The claim of an honest client; a stranger's where the chain names nobody.
LoginAttempt attempt_of(json::value const& test_case) {
  auto const stranger = *Address::parse("0x0000000000000000000000000000000000000001");
  auto const claimed = Address::parse(owner(lenient(test_case.at("chain"))));
  return {claimed.value_or(stranger), text(test_case.at("final_payload")),
          json::serialize(test_case.at("chain"))};
}

TEST_F(AuthChainVectors, LoginsAreAcceptedAndRejectedAsAServerShould) {
  for_each([](json::value const& test_case) {
    CannedCalls calls(test_case);
    auto const attempt = attempt_of(test_case);
    auto const result = log_in(attempt, now(test_case), calls.wallets());
    auto const wanted = text(test_case.at("login"));
    if (wanted != "either")
      EXPECT_EQ(result.has_value(), wanted == "accept") << (result ? "" : result.error().detail);
    if (result) EXPECT_EQ(*result, attempt.claimed);
  });
}

TEST_F(AuthChainVectors, NobodyGetsInAsSomebodyElseOrWithAnotherChallenge) {
  for_each([](json::value const& test_case) {
    auto attempt = attempt_of(test_case);
    attempt.claimed = *Address::parse("0x0000000000000000000000000000000000000002");
    EXPECT_FALSE(check_form(attempt, now(test_case)));
    attempt = attempt_of(test_case);
    attempt.challenge = "dcl-another";
    EXPECT_FALSE(check_form(attempt, now(test_case)));
  });
}

}  // namespace
}  // namespace archipelago::auth
