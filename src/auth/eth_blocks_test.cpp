// The search for a block, over endpoints that tell the truth and over some that do not.
#include "auth/eth_blocks.hpp"

#include <algorithm>
#include <charconv>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "auth/fake_eth_rpc.hpp"

namespace archipelago::auth {
namespace {

/// seconds[i] = time of block i + 1.
class Ledger {
 public:
  explicit Ledger(std::vector<std::int64_t> seconds) : seconds_(std::move(seconds)) {
    rpc.answer = [this](std::string_view method, std::string_view params) -> Result<std::string> {
      if (method == "eth_blockNumber") return '"' + quantity(seconds_.size()) + '"';
      if (params == "[\"latest\",false]") return block(seconds_.size());
      std::uint64_t number = 0;
      std::from_chars(params.data() + 4, params.data() + params.size(), number, 16);
      return block(number);
    };
  }

  Result<std::uint64_t> find(std::int64_t ms, std::size_t calls = 48) {
    BoundedRpc bounded(rpc, calls);
    return last_block_before(bounded, {ms});
  }

  FakeEthRpc rpc;

 private:
  std::string block(std::size_t number) const {
    return R"({"timestamp":")" + quantity(static_cast<std::uint64_t>(seconds_.at(number - 1))) +
           "\"}";
  }
  std::vector<std::int64_t> seconds_;
};

TEST(EthBlocks, AQuantityHasNoLeadingZeros) {
  EXPECT_EQ(quantity(0), "0x0");
  EXPECT_EQ(quantity(1000), "0x3e8");
  EXPECT_EQ(quantity(~0ULL), "0xffffffffffffffff");
}

TEST(EthBlocks, ATimeAfterTheLatestBlockNeedsNoSearch) {
  Ledger ledger({10, 20, 30});
  EXPECT_EQ(ledger.find(30'001), 3U);
  EXPECT_EQ(ledger.rpc.asked.size(), 2U);
}

TEST(EthBlocks, TheLastBlockStrictlyBeforeIsFound) {
  Ledger ledger({10, 20, 30, 50});
  EXPECT_EQ(ledger.find(30'000), 2U);
  EXPECT_EQ(ledger.find(30'001), 3U);
  EXPECT_EQ(ledger.find(50'000), 3U);
  EXPECT_EQ(ledger.find(9'000), 1U);
}

RC_GTEST_PROP(EthBlocks, AnyHistoryIsSearchedWithinBounds, ()) {
  auto steps = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 1000)));
  std::vector<std::int64_t> seconds{1000};
  for (auto const step : steps) seconds.push_back(seconds.back() + step * step);
  auto const ms = *rc::gen::inRange<std::int64_t>(0, seconds.back() * 1000 + 2000);
  Ledger ledger(seconds);
  auto const before = std::ranges::count_if(seconds, [&](std::int64_t s) { return s * 1000 < ms; });
  auto const found = ledger.find(ms);
  RC_ASSERT(found.has_value());
  RC_ASSERT(*found == static_cast<std::uint64_t>(std::max<std::int64_t>(before, 1)));
}

TEST(EthBlocks, AHistoryMadeToMisleadEndsAllTheSame) {
  Ledger ledger({0});
  ledger.rpc.answer = [](std::string_view method, std::string_view params) -> Result<std::string> {
    if (method == "eth_blockNumber") return "\"0x10000000000\"";
    if (params.find("latest") != std::string_view::npos) return R"({"timestamp":2000000000})";
    return R"({"timestamp":"0x1"})";
  };
  auto const found = ledger.find(1'700'000'000'000);
  EXPECT_TRUE(found || found.error().code == Errc::upstream_failed);
  EXPECT_LE(ledger.rpc.asked.size(), 48U);
}

TEST(EthBlocks, AnswersWithoutSenseAreErrors) {
  for (char const* const answer :
       {"", "null", "{}", "[]", "\"0x\"", "{\"timestamp\":null}", "{\"timestamp\":-1}",
        "{\"timestamp\":1.5}", "{\"timestamp\":\"12\"}", "{\"timestamp\":\"0xg\"}",
        "{\"timestamp\":\"0xffffffffffffffffff\"}", "{\"timestamp\":\"0xffffffffffffffff\"}"}) {
    FakeEthRpc rpc;
    rpc.answer = [&](std::string_view, std::string_view) -> Result<std::string> { return answer; };
    BoundedRpc bounded(rpc, 48);
    auto const found = last_block_before(bounded, {1'700'000'000'000});
    ASSERT_FALSE(found) << answer;
    EXPECT_EQ(found.error().code, Errc::upstream_failed);
  }
}

}  // namespace
}  // namespace archipelago::auth
