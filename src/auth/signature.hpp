// Ethereum signatures: hashing, recovering the signer, signing (AUTHCHAIN 3).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/address.hpp"
#include "base/result.hpp"

namespace archipelago::auth {

using Hash = std::array<std::uint8_t, 32>;
using PrivateKey = std::array<std::uint8_t, 32>;

/// 0x and 65 bytes as hexadecimal digits.
inline constexpr std::size_t kSignatureLength = 132;

/// Keccak-256 as Ethereum uses it (not SHA3-256).
Hash keccak256(std::string_view bytes);

/// The hash that personal_sign signs: of a prefix, the length in bytes and the text.
Hash personal_hash(std::string_view text);

/// `^0x[0-9a-fA-F]+$` with exactly 65 bytes, i.e. what every signer produces. No curve work.
bool has_signature_form(std::string_view signature) noexcept;

/// Who signed `hash`. `signature` is the text of a link, taken as the official library takes it: v
/// of 0, 1, 27 or 28, high s accepted, a lone last digit is a byte. Signatures are malleable: never
/// use one as an identifier.
/// Errors: bad_signature, with the official library's text except for curve arithmetic. Any thread.
/// Cost: about 50 us, nearly all of it in libsecp256k1.
Result<Address> recover(Hash const& hash, std::string_view signature);

/// 65 bytes with low s and v = 27 or 28, as lower-case hexadecimal after 0x. Deterministic (RFC
/// 6979). Aborts for a key that is_valid_key() refuses.
std::string sign(PrivateKey const& key, Hash const& hash);

bool is_valid_key(PrivateKey const& key) noexcept;
/// Aborts for a key that is_valid_key() refuses.
Address address_of(PrivateKey const& key);

}  // namespace archipelago::auth
