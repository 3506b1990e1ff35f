// Layout: version (1) | expiry in ms (8) | epoch (8) | player (20) | digest of the room's name (14)
// | MAC (16); numbers big-endian; base64url.
#include "auth/room_token.hpp"

#include <cstdint>
#include <utility>

#include <cryptopp/base64.h>
#include <cryptopp/filters.h>
#include <cryptopp/hmac.h>
#include <cryptopp/misc.h>
#include <cryptopp/sha.h>

#include "base/hex.hpp"

namespace archipelago::auth {
namespace {

constexpr char kVersion = 2;
constexpr std::size_t kNumberBytes = 8;
constexpr std::size_t kExpiryAt = 1;
constexpr std::size_t kEpochAt = kExpiryAt + kNumberBytes;
constexpr std::size_t kPlayerAt = kEpochAt + kNumberBytes;
constexpr std::size_t kRoomAt = kPlayerAt + 20;
constexpr std::size_t kRoomBytes = 14;
constexpr std::size_t kMacAt = kRoomAt + kRoomBytes;
constexpr std::size_t kMacBytes = 16;
constexpr std::size_t kTokenBytes = kMacAt + kMacBytes;
constexpr std::size_t kTokenLength = (kTokenBytes * 4 + 2) / 3;
constexpr std::size_t kSecretBytes = 32;
constexpr std::string_view kPurpose =
    "archipelago room token";  // keeps this MAC apart from other uses of the secret

CryptoPP::byte const* as_bytes(std::string_view text) {
  return reinterpret_cast<CryptoPP::byte const*>(text.data());
}
CryptoPP::byte* as_bytes(std::string& text) {
  return reinterpret_cast<CryptoPP::byte*>(text.data());
}

std::string number_bytes(std::uint64_t number) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes += static_cast<char>((number >> shift) & 0xFFU);
  return bytes;
}

std::uint64_t read_number(std::string_view token, std::size_t at) {
  std::uint64_t number = 0;
  for (char const c : token.substr(at, kNumberBytes))
    number = number << 8U | static_cast<unsigned char>(c);
  return number;
}

WallTime read_expiry(std::string_view token) {
  return {static_cast<std::int64_t>(read_number(token, kExpiryAt))};
}

std::string player_bytes(Address const& player) {
  return from_hex(player.text().substr(2)).value_or("");
}

std::string room_digest(std::string_view room) {
  std::string digest(CryptoPP::SHA256::DIGESTSIZE, '\0');
  CryptoPP::SHA256().CalculateDigest(as_bytes(digest), as_bytes(room), room.size());
  digest.resize(kRoomBytes);
  return digest;
}

std::string mac(std::string_view secret, std::string_view body) {
  CryptoPP::HMAC<CryptoPP::SHA256> hmac(as_bytes(secret), secret.size());
  hmac.Update(as_bytes(kPurpose), kPurpose.size());
  hmac.Update(as_bytes(body), body.size());
  std::string code(kMacBytes, '\0');
  hmac.TruncatedFinal(as_bytes(code), code.size());
  return code;
}

std::string encode(std::string const& bytes) {
  std::string text;
  CryptoPP::StringSource const source(
      bytes, true, new CryptoPP::Base64URLEncoder(new CryptoPP::StringSink(text), false));
  return text;
}

/// Empty when the text is not exactly what encode() makes.
std::string decode(std::string_view text) {
  if (text.size() != kTokenLength) return {};
  std::string bytes;
  CryptoPP::StringSource const source(
      as_bytes(text), text.size(), true,
      new CryptoPP::Base64URLDecoder(new CryptoPP::StringSink(bytes)));
  if (bytes.size() != kTokenBytes || encode(bytes) != text) return {};
  return bytes;
}

auto refuse(char const* why) {
  return fail(Errc::not_assigned, why);
}

}  // namespace

RoomKey::RoomKey(std::string secret) : secret_(std::move(secret)) {}

RoomKey RoomKey::generate(Random& random) {
  std::string secret(kSecretBytes, '\0');
  random.fill({reinterpret_cast<std::uint8_t*>(secret.data()), secret.size()});
  return RoomKey(std::move(secret));
}

RoomKey::~RoomKey() {
  CryptoPP::SecureWipeArray(as_bytes(secret_), secret_.size());
}

std::string RoomKey::issue(std::string_view room, Address const& player, WallTime expires,
                           std::uint64_t epoch) const {
  std::string bytes(1, kVersion);
  bytes += number_bytes(static_cast<std::uint64_t>(expires.ms_since_epoch));
  bytes += number_bytes(epoch);
  bytes += player_bytes(player);
  bytes += room_digest(room);
  bytes += mac(secret_, bytes);
  return encode(bytes);
}

Result<std::uint64_t> RoomKey::verify(std::string_view token, std::string_view room,
                                      Address const& player, WallTime now) const {
  if (token.empty()) return refuse("missing");
  auto const bytes = decode(token);
  if (bytes.empty() || bytes.front() != kVersion) return refuse("forged");
  auto const view = std::string_view(bytes);
  auto const expected = mac(secret_, view.substr(0, kMacAt));
  if (!CryptoPP::VerifyBufsEqual(as_bytes(expected), as_bytes(view.substr(kMacAt)), kMacBytes))
    return refuse("forged");
  if (view.substr(kRoomAt, kRoomBytes) != room_digest(room)) return refuse("other room");
  if (view.substr(kPlayerAt, kRoomAt - kPlayerAt) != player_bytes(player))
    return refuse("other player");
  if (now >= read_expiry(view)) return refuse("expired");
  return read_number(view, kEpochAt);
}

WallTime RoomKey::expires(std::string_view token) {
  return read_expiry(decode(token));
}

}  // namespace archipelago::auth
