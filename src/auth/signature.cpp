// Keccak-256 from Crypto++, the curve from libsecp256k1.
#include "auth/signature.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <cryptopp/keccak.h>
#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include "base/hex.hpp"

namespace archipelago::auth {
namespace {

using Bytes65 = std::array<std::uint8_t, 65>;

unsigned char const* as_bytes(std::string_view text) {
  return reinterpret_cast<unsigned char const*>(text.data());
}
template <std::size_t N>
std::string_view as_text(std::array<std::uint8_t, N> const& bytes) {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

auto refuse(std::string detail) {
  return fail(Errc::bad_signature, std::move(detail));
}

/// Signing needs tables; const use is safe on any thread.
secp256k1_context const* signing_context() {
  static std::unique_ptr<secp256k1_context, void (*)(secp256k1_context*)> const context(
      secp256k1_context_create(SECP256K1_CONTEXT_SIGN), secp256k1_context_destroy);
  return context.get();
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_hex(std::string_view digits) {
  return std::ranges::all_of(digits, [](char c) { return hex_digit(c) >= 0; });
}

Result<Bytes65> decode(std::string_view signature) {
  if (!signature.starts_with("0x") || signature.size() < 3 || !is_hex(signature.substr(2)))
    return refuse("String signatures must be encoded in hex");
  auto const digits = signature.substr(2);
  Bytes65 bytes{};
  if ((digits.size() + 1) / 2 != bytes.size()) return refuse("Invalid ethereum signature");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    int const first = hex_digit(digits[2 * i]);
    bool const lone = 2 * i + 1 == digits.size();
    bytes[i] = static_cast<std::uint8_t>(lone ? first : first * 16 + hex_digit(digits[2 * i + 1]));
  }
  return bytes;
}

Result<int> recovery_id(std::uint8_t v) {
  int const value = v < 2 ? v + 27 : v;
  if (value != 27 && value != 28)
    return refuse("Invalid signature recovery value: " + std::to_string(value) +
                  ". Expected 27 or 28.");
  return value - 27;
}

Address address_of(secp256k1_pubkey const& key) {
  Bytes65 point;
  std::size_t size = point.size();
  secp256k1_ec_pubkey_serialize(secp256k1_context_static, point.data(), &size, &key,
                                SECP256K1_EC_UNCOMPRESSED);
  auto const hash = keccak256(as_text(point).substr(1));
  auto const address = Address::parse("0x" + to_hex(as_text(hash).substr(12)));
  if (!address) std::abort();
  return *address;
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

Hash keccak256(std::string_view bytes) {
  Hash hash;
  CryptoPP::Keccak_256 keccak;
  keccak.Update(as_bytes(bytes), bytes.size());
  keccak.Final(hash.data());
  return hash;
}

Hash personal_hash(std::string_view text) {
  std::string prefixed =
      "\x19"
      "Ethereum Signed Message:\n";
  prefixed += std::to_string(text.size());
  prefixed += text;
  return keccak256(prefixed);
}

bool has_signature_form(std::string_view signature) noexcept {
  return signature.size() == kSignatureLength && signature.starts_with("0x") &&
         is_hex(signature.substr(2));
}

Result<Address> recover(Hash const& hash, std::string_view signature) {
  auto const bytes = decode(signature);
  if (!bytes) return tl::unexpected(bytes.error());
  auto const id = recovery_id(bytes->back());
  if (!id) return tl::unexpected(id.error());
  secp256k1_ecdsa_recoverable_signature parsed;
  if (secp256k1_ecdsa_recoverable_signature_parse_compact(secp256k1_context_static, &parsed,
                                                          bytes->data(), *id) == 0)
    return refuse("r and s must be below the order of the curve");
  secp256k1_pubkey key;
  if (secp256k1_ecdsa_recover(secp256k1_context_static, &key, &parsed, hash.data()) == 0)
    return refuse("no key can have made this signature");
  return address_of(key);
}

std::string sign(PrivateKey const& key, Hash const& hash) {
  secp256k1_ecdsa_recoverable_signature signature;
  require(secp256k1_ecdsa_sign_recoverable(signing_context(), &signature, hash.data(), key.data(),
                                           nullptr, nullptr) == 1);
  Bytes65 bytes;
  int id = 0;
  secp256k1_ecdsa_recoverable_signature_serialize_compact(secp256k1_context_static, bytes.data(),
                                                          &id, &signature);
  bytes.back() = static_cast<std::uint8_t>(27 + id);
  return "0x" + to_hex(as_text(bytes));
}

bool is_valid_key(PrivateKey const& key) noexcept {
  return secp256k1_ec_seckey_verify(secp256k1_context_static, key.data()) == 1;
}

Address address_of(PrivateKey const& key) {
  secp256k1_pubkey point;
  require(secp256k1_ec_pubkey_create(signing_context(), &point, key.data()) == 1);
  return address_of(point);
}

}  // namespace archipelago::auth
