// JWS compact serialization, HS256. The order of the keys is the known services'.
#include "auth/livekit_token.hpp"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cryptopp/base64.h>
#include <cryptopp/filters.h>
#include <cryptopp/hmac.h>
#include <cryptopp/misc.h>
#include <cryptopp/sha.h>

namespace archipelago::auth {
namespace {

namespace json = boost::json;

CryptoPP::byte const* as_bytes(std::string_view text) {
  return reinterpret_cast<CryptoPP::byte const*>(text.data());
}

std::string base64url(std::string_view bytes) {
  std::string text;
  CryptoPP::StringSource const source(
      as_bytes(bytes), bytes.size(), true,
      new CryptoPP::Base64URLEncoder(new CryptoPP::StringSink(text), false));
  return text;
}

std::string hmac_sha256(std::string_view secret, std::string_view text) {
  CryptoPP::HMAC<CryptoPP::SHA256> hmac(as_bytes(secret), secret.size());
  std::string code(CryptoPP::SHA256::DIGESTSIZE, '\0');
  hmac.CalculateDigest(reinterpret_cast<CryptoPP::byte*>(code.data()), as_bytes(text), text.size());
  return code;
}

json::object grants(std::string_view room, TokenGeneration generation) {
  json::object video{{"roomJoin", true},   {"room", room},         {"roomList", false},
                     {"canPublish", true}, {"canSubscribe", true}, {"canPublishData", true}};
  if (generation == TokenGeneration::current) video["canUpdateOwnMetadata"] = true;
  video["canPublishSources"] = json::array{"microphone"};
  return video;
}

}  // namespace

LiveKitKey::LiveKitKey(std::string api_key, std::string api_secret)
    : api_key_(std::move(api_key)), api_secret_(std::move(api_secret)) {}

LiveKitKey::~LiveKitKey() {
  CryptoPP::SecureWipeArray(reinterpret_cast<CryptoPP::byte*>(api_secret_.data()),
                            api_secret_.size());
}

std::string LiveKitKey::issue(std::string_view room, Address const& player, WallTime now,
                              Millis lifetime, TokenGeneration generation) const {
  auto const seconds = now.ms_since_epoch / 1'000;
  auto const expires = seconds + lifetime.count() / 1'000;
  json::object header{{"alg", "HS256"}};
  json::object claims{{"video", grants(room, generation)}};
  if (generation == TokenGeneration::current) {
    claims["iss"] = api_key_;
    claims["exp"] = expires;
    claims["nbf"] = 0;
    claims["sub"] = player.text();
  } else {
    header["typ"] = "JWT";
    claims["iat"] = seconds;
    claims["nbf"] = seconds;
    claims["exp"] = expires;
    claims["iss"] = api_key_;
    claims["sub"] = player.text();
    claims["jti"] = player.text();
  }
  auto token = base64url(json::serialize(header)) + "." + base64url(json::serialize(claims));
  token += "." + base64url(hmac_sha256(api_secret_, token));
  return token;
}

}  // namespace archipelago::auth
