// Keys and chains of the player's side.
#include "auth/identity.hpp"

#include <algorithm>
#include <utility>

#include <cryptopp/misc.h>

#include "auth/ephemeral.hpp"
#include "base/hex.hpp"

namespace archipelago::auth {
namespace {

constexpr std::string_view kPurpose = "Decentraland Login";
constexpr std::string_view kChallengePrefix = "dcl-";

AuthLink signer(Address const& owner) {
  return {LinkType::signer, owner.str(), {}};
}

AuthLink entity(Key const& key, std::string_view payload) {
  return {LinkType::signed_entity, std::string(payload), key.sign(payload)};
}

auto suspicious() {
  return fail(Errc::challenge_mismatch, "the challenge is not of the form dcl-…");
}

}  // namespace

Key Key::generate(Random& random) {
  PrivateKey bytes;
  do {
    random.fill(bytes);
  } while (!is_valid_key(bytes));
  return {bytes, address_of(bytes)};
}

std::optional<Key> Key::from_bytes(PrivateKey const& bytes) {
  if (!is_valid_key(bytes)) return std::nullopt;
  return Key(bytes, address_of(bytes));
}

std::optional<Key> Key::from_hex(std::string_view text) {
  if (text.starts_with("0x")) text.remove_prefix(2);
  auto const decoded = archipelago::from_hex(text);
  PrivateKey bytes;
  if (!decoded || decoded->size() != bytes.size()) return std::nullopt;
  std::ranges::transform(*decoded, bytes.begin(),
                         [](char c) { return static_cast<std::uint8_t>(c); });
  return from_bytes(bytes);
}

Key::~Key() {
  CryptoPP::SecureWipeArray(bytes_.data(), bytes_.size());
}

std::string Key::sign(std::string_view text) const {
  return auth::sign(bytes_, personal_hash(text));
}

Identity make_identity(Key const& wallet, Random& random, WallTime expires) {
  auto const ephemeral = Key::generate(random);
  auto text = delegation_text(kPurpose, ephemeral.address().text(), expires);
  auto signature = wallet.sign(text);
  return make_identity(wallet.address(), ephemeral, expires, std::move(text), std::move(signature));
}

Identity make_identity(Address const& owner, Key const& ephemeral, WallTime expires,
                       std::string text, std::string signature) {
  auto const type =
      signature.size() == kSignatureLength ? LinkType::ephemeral : LinkType::contract_ephemeral;
  return {owner, ephemeral, {type, std::move(text), std::move(signature)}, expires};
}

bool is_challenge(std::string_view text) noexcept {
  return text.starts_with(kChallengePrefix) && text.find(':') == std::string_view::npos;
}

AuthChain sign_payload(Identity const& identity, std::string_view payload) {
  return {signer(identity.owner), identity.delegation, entity(identity.ephemeral, payload)};
}

AuthChain sign_payload(Key const& owner, std::string_view payload) {
  return {signer(owner.address()), entity(owner, payload)};
}

Result<AuthChain> sign_challenge(Identity const& identity, std::string_view challenge) {
  if (!is_challenge(challenge)) return suspicious();
  return sign_payload(identity, challenge);
}

Result<AuthChain> sign_challenge(Key const& owner, std::string_view challenge) {
  if (!is_challenge(challenge)) return suspicious();
  return sign_payload(owner, challenge);
}

}  // namespace archipelago::auth
