// isValidSignature over eth_call, strictly read.
#include "auth/eth_wallets.hpp"

#include <cstdio>

#include "auth/eth_blocks.hpp"
#include "auth/signature.hpp"
#include "base/hex.hpp"

namespace archipelago::auth {
namespace {

constexpr std::string_view kMagic =
    "1626ba7e";  // both the selector and the answer of isValidSignature(bytes32,bytes)
constexpr std::size_t kWordDigits = 64;
constexpr std::size_t kWordBytes = 32;

auto refused() {
  return fail(Errc::bad_signature, "Invalid validation. Expected: 1626ba7e. Actual: false");
}

std::string_view as_text(Hash const& hash) {
  return {reinterpret_cast<char const*>(hash.data()), hash.size()};
}

std::string word(std::size_t value) {
  std::array<char, kWordDigits + 1> digits;
  std::snprintf(digits.data(), digits.size(), "%064zx", value);
  return {digits.data(), kWordDigits};
}

/// ABI encoding of isValidSignature(hash, signature).
std::string call_data(Hash const& hash, std::string_view signature) {
  std::string data = "0x";
  data += kMagic;
  data += to_hex(as_text(hash));
  data += word(2 * kWordBytes);
  data += word(signature.size());
  data += to_hex(signature);
  data.append(2 * ((kWordBytes - signature.size() % kWordBytes) % kWordBytes), '0');
  return data;
}

/// One whole word: the magic value and zeros, as the ABI pads bytes4. Less would let the identity
/// precompile, which answers with what it was asked, approve of everything.
bool is_approval(std::string_view result_json) {
  static std::string const expected =
      "\"0x" + std::string(kMagic) + std::string(kWordDigits - kMagic.size(), '0');
  if (!result_json.starts_with(expected) || !result_json.ends_with('"')) return false;
  auto const rest = result_json.substr(expected.size(), result_json.size() - expected.size() - 1);
  return from_hex(rest).has_value();
}

/// One question to one contract.
class Inquiry {
 public:
  Inquiry(BoundedRpc& rpc, Address const& contract, std::string_view text,
          std::string_view signature)
      : rpc_(rpc),
        contract_(contract),
        plain_(call_data(keccak256(text), signature)),
        prefixed_(call_data(personal_hash(text), signature)) {}

  /// `block`: a JSON value. Reverts are a "no"; an endpoint that does not answer is an error.
  Result<bool> approved_at(std::string_view block) {
    auto plain = ask(plain_, block);
    return !plain || *plain ? plain : ask(prefixed_, block);
  }

 private:
  Result<bool> ask(std::string const& data, std::string_view block) {
    auto const answer = rpc_.call("eth_call", R"([{"to":")" + contract_.str() + R"(","data":")" +
                                                  data + R"("},)" + std::string(block) + "]");
    if (answer) return is_approval(*answer);
    if (answer.error().code == Errc::bad_request) return false;
    return tl::unexpected(answer.error());
  }

  BoundedRpc& rpc_;
  Address contract_;
  std::string plain_;
  std::string prefixed_;
};

Result<bool> approved_somewhen(BoundedRpc& rpc, Inquiry& inquiry, WallTime now) {
  auto latest = inquiry.approved_at("\"latest\"");
  if (!latest || *latest) return latest;
  return last_block_before(rpc, now).and_then(
      [&](std::uint64_t block) { return inquiry.approved_at('"' + quantity(block) + '"'); });
}

std::string cache_key(Address const& contract, std::string_view text, std::string_view signature) {
  std::string key = contract.str();
  key += as_text(keccak256(text));
  key += as_text(keccak256(signature));
  return key;
}

}  // namespace

EthWallets::EthWallets(EthRpc& rpc, EthWalletLimits limits)
    : rpc_(rpc), limits_(limits), cache_(limits.cache_entries, limits.cache_time) {}

Result<> EthWallets::approves(Address const& contract, std::string_view text,
                              std::string_view signature, WallTime now) {
  auto const bytes = signature.starts_with("0x") ? from_hex(signature.substr(2)) : std::nullopt;
  if (!bytes) return fail(Errc::bad_signature, "String signatures must be encoded in hex");
  auto key = cache_key(contract, text, *bytes);
  if (cache_.contains(key, now)) return {};
  BoundedRpc rpc(rpc_, limits_.max_calls);
  Inquiry inquiry(rpc, contract, text, *bytes);
  auto const approved = approved_somewhen(rpc, inquiry, now);
  if (!approved)
    return fail(Errc::wallet_unverifiable, "Invalid validation. Error: " + approved.error().detail);
  if (!*approved) return refused();
  cache_.insert(std::move(key), now);
  return {};
}

}  // namespace archipelago::auth
