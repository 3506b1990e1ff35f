// The search narrows a pair of blocks, one before the time and one not before it.
#include "auth/eth_blocks.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <boost/json.hpp>

namespace archipelago::auth {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kLargestNumber =
    1ULL << 40U;                    // 13 million years of blocks; keeps the arithmetic exact
constexpr int kInterpolations = 8;  // block times vary little: two or three are enough

struct Block {
  std::uint64_t number;
  std::int64_t ms;  ///< since 1970
};

auto nonsense(char const* what) {
  return fail(Errc::upstream_failed, std::string("the endpoint's answer makes no sense: ") + what);
}

/// A JSON number or, as the standard wants it, a text of 0x and digits.
std::optional<std::uint64_t> read_quantity(json::value const& value) {
  std::uint64_t number = 0;
  if (auto const* const text = value.if_string()) {
    std::string_view digits = *text;
    if (!digits.starts_with("0x")) return std::nullopt;
    digits.remove_prefix(2);
    auto const [end, error] = std::from_chars(digits.begin(), digits.end(), number, 16);
    if (error != std::errc() || end != digits.end()) return std::nullopt;
  } else if (auto const* const integer = value.if_int64(); integer != nullptr && *integer >= 0) {
    number = static_cast<std::uint64_t>(*integer);
  } else {
    return std::nullopt;
  }
  return number <= kLargestNumber ? std::optional(number) : std::nullopt;
}

Result<json::value> ask(BoundedRpc& rpc, std::string_view method, std::string const& params) {
  auto const answer = rpc.call(method, params);
  if (!answer) return tl::unexpected(answer.error());
  boost::system::error_code error;
  auto value = json::parse(*answer, error);
  if (error) return nonsense("not JSON");
  return value;
}

/// `block`: a JSON value.
Result<std::int64_t> block_time(BoundedRpc& rpc, std::string const& block) {
  auto const answer = ask(rpc, "eth_getBlockByNumber", "[" + block + ",false]");
  if (!answer) return tl::unexpected(answer.error());
  auto const* const object = answer->if_object();
  auto const* const timestamp = object != nullptr ? object->if_contains("timestamp") : nullptr;
  auto const seconds = timestamp != nullptr ? read_quantity(*timestamp) : std::nullopt;
  if (!seconds) return nonsense("a block without its time");
  return static_cast<std::int64_t>(*seconds) * 1000;
}

Result<Block> block_at(BoundedRpc& rpc, std::uint64_t number) {
  return block_time(rpc, '"' + quantity(number) + '"').map([&](std::int64_t ms) {
    return Block{number, ms};
  });
}

Result<Block> latest_block(BoundedRpc& rpc) {
  auto const ms = block_time(rpc, "\"latest\"");
  if (!ms) return tl::unexpected(ms.error());
  auto const answer = ask(rpc, "eth_blockNumber", "[]");
  if (!answer) return tl::unexpected(answer.error());
  auto const number = read_quantity(*answer);
  if (!number || *number == 0) return nonsense("no block number");
  return Block{*number, *ms};
}

std::uint64_t guess(Block const& before, Block const& after, std::int64_t ms, int round) {
  std::uint64_t const span = after.number - before.number;
  std::uint64_t step = span / 2;
  if (round < kInterpolations && after.ms > before.ms) {
    auto const share =
        static_cast<double>(ms - before.ms) / static_cast<double>(after.ms - before.ms);
    step = static_cast<std::uint64_t>(share * static_cast<double>(span));
  }
  return before.number + std::clamp<std::uint64_t>(step, 1, span - 1);
}

}  // namespace

std::string quantity(std::uint64_t number) {
  std::array<char, 16> digits;
  auto const [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return "0x" + std::string(digits.data(), end);
}

Result<std::uint64_t> last_block_before(BoundedRpc& rpc, WallTime time) {
  std::int64_t const ms = time.ms_since_epoch;
  auto after = latest_block(rpc);
  if (!after) return tl::unexpected(after.error());
  if (ms > after->ms) return after->number;
  auto before = block_at(rpc, 1);
  if (!before) return tl::unexpected(before.error());
  if (ms <= before->ms) return before->number;
  for (int round = 0; after->number - before->number > 1; ++round) {
    auto const tried = block_at(rpc, guess(*before, *after, ms, round));
    if (!tried) return tl::unexpected(tried.error());
    (tried->ms < ms ? before : after) = tried;
  }
  return before->number;
}

}  // namespace archipelago::auth
