// Headers to a login attempt.
#include "auth/signed_fetch.hpp"

#include <charconv>
#include <clocale>
#include <cstddef>
#include <cwctype>
#include <optional>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <locale.h>  // NOLINT(modernize-deprecated-headers): newlocale() is POSIX

#include "auth/ephemeral.hpp"

namespace archipelago::auth {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostLinks = 10;
constexpr std::size_t kFewestLinks = 2;
constexpr std::string_view kLink = "x-identity-auth-chain-";

json::parse_options strict() {
  json::parse_options options;
  options.max_depth = 8;
  return options;
}

tl::unexpected<Error> bad(std::string text) {
  return fail(Errc::bad_request, std::move(text));
}

/// Small letters of all alphabets; null: only English ones.
locale_t unicode() {
  static auto const locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

/// Length of the UTF-8 sequence at `text`, and its code point; {1, byte} for what is none.
std::pair<std::size_t, char32_t> code_point(std::string_view text) {
  auto const byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto const first = byte(0);
  std::size_t const length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length == 1 || text.size() < length) return {1, first};
  char32_t value = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) value = value << 6U | (byte(i) & 0x3FU);
  return {length, value};
}

void append(std::string& text, char32_t c) {
  auto const tail = [&](unsigned shift) {
    text += static_cast<char>(0x80U | (c >> shift & 0x3FU));
  };
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xC0U | c >> 6U);
    tail(0);
  } else if (c < 0x10000) {
    text += static_cast<char>(0xE0U | c >> 12U);
    tail(6), tail(0);
  } else {
    text += static_cast<char>(0xF0U | c >> 18U);
    tail(12), tail(6), tail(0);
  }
}

/// As JavaScript's toLowerCase(), but for one letter: see folded().
std::string lower(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    auto const [length, c] = code_point(text);
    if (length == 1 && c < 0x80)
      out += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    else if (c == U'\u0130')
      out += "i\u0307";
    else if (length == 1 || unicode() == nullptr)
      out += text.substr(0, length);
    else
      append(out, static_cast<char32_t>(::towlower_l(static_cast<wint_t>(c), unicode())));
    text.remove_prefix(length);
  }
  return out;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

/// JavaScript makes a small sigma by its place in the word: both alike here.
std::string folded(std::string_view text) {
  auto out = lower(text);
  replace_all(out, "\u03c2", "\u03c3");
  return out;
}

std::string text_of(SignedRequest const& request, std::string_view name) {
  auto const* const value = request.header(name);
  return value == nullptr ? std::string() : *value;
}

/// The chain as JSON text. Links are read until one is missing.
Result<std::string> chain_text(SignedRequest const& request, std::size_t& links) {
  json::array all;
  for (std::size_t i = 0; i <= kMostLinks; ++i) {
    auto const* const text = request.header(std::string(kLink) + std::to_string(i));
    if (text == nullptr) break;
    boost::system::error_code error;
    auto link = json::parse(*text, error, {}, strict());
    if (error) return bad("Invalid chain format: " + error.message());
    all.push_back(std::move(link));
  }
  links = all.size();
  return json::serialize(all);
}

/// Error: a text that is no number at all.
Result<std::optional<std::int64_t>> read_timestamp(std::string const* text) {
  if (text == nullptr) return std::nullopt;
  std::int64_t value = 0;
  auto const* const end = text->data() + text->size();
  auto const [rest, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc{} || rest != end || value < 0)
    return bad("Invalid chain timestamp: " + text->substr(0, 64));
  return value;
}

struct Words {
  std::string signer;
  std::string intent;
};

Result<Words> read_metadata(std::string const& text) {
  if (text.empty()) return Words();
  boost::system::error_code error;
  auto const value = json::parse(text, error, {}, strict());
  if (error) return bad("Invalid chain metadata: \"" + text.substr(0, 256) + "\"");
  auto const word = [&value](char const* name) {
    auto const* const object = value.if_object();
    auto const* const member = object == nullptr ? nullptr : object->if_contains(name);
    return member != nullptr && member->is_string() ? std::string(member->get_string())
                                                    : std::string();
  };
  return Words{.signer = word("signer"), .intent = word("intent")};
}

tl::unexpected<Error> invalid(Errc code, std::string const& why) {
  return fail(code, "Invalid signature: " + why);
}

/// Who or what the chain ends in, if all its signatures hold.
std::string final_authority(AuthLink const& last) {
  if (last.type != LinkType::ephemeral && last.type != LinkType::contract_ephemeral)
    return last.payload;
  auto const delegation = parse_delegation(last.payload);
  return delegation ? delegation->delegate : std::string();
}

/// The last link must sign `expected` in small letters.
Result<> check_payload(AuthChain const& chain, std::string const& expected) {
  auto const authority = final_authority(chain.back());
  bool const signs = chain.back().payload == authority && lower(authority) == authority &&
                     folded(expected) == folded(authority);
  if (signs) return {};
  return invalid(Errc::challenge_mismatch, "ERROR: Invalid final authority. Expected: " +
                                               lower(expected) + ". Current " + authority + ".");
}

Result<> check_time(std::optional<std::int64_t> timestamp, WallTime now) {
  if (!timestamp) return fail(Errc::signature_expired, "Invalid signature: without a timestamp");
  auto const window = kSignedFetchWindow.count();
  if (*timestamp > now.ms_since_epoch + window)
    return fail(Errc::signature_expired, "Invalid signature: signed in the future");
  if (*timestamp >= now.ms_since_epoch - window) return {};
  return fail(Errc::signature_expired,
              "Expired signature: signature timestamp: " + std::to_string(*timestamp) +
                  ", timestamp expiration: " + std::to_string(*timestamp + window) +
                  ", local timestamp: " + std::to_string(now.ms_since_epoch));
}

}  // namespace

Result<SignedFetch> read_signed_fetch(SignedRequest const& request, WallTime now) {
  std::size_t links = 0;
  auto text = chain_text(request, links);
  if (!text) return tl::unexpected(text.error());
  if (links < kFewestLinks || links > kMostLinks) return bad("Invalid Auth Chain");
  auto const timestamp = read_timestamp(request.header("x-identity-timestamp"));
  if (!timestamp) return tl::unexpected(timestamp.error());
  auto const metadata = text_of(request, "x-identity-metadata");
  auto words = read_metadata(metadata);
  if (!words) return tl::unexpected(words.error());
  auto const chain = parse_chain(*text);
  if (!chain) return invalid(Errc::malformed_auth_chain, chain.error().detail);
  auto const owner_address = Address::parse(owner(*chain));
  if (!owner_address) return invalid(Errc::malformed_auth_chain, "the owner is not an address");
  auto const stamp = text_of(request, "x-identity-timestamp");
  auto const expected = request.method + ":" + request.path + ":" + stamp + ":" + metadata;
  auto const checked =
      check_payload(*chain, expected).and_then([&] { return check_time(*timestamp, now); });
  if (!checked) return tl::unexpected(checked.error());
  return SignedFetch{.attempt = {.claimed = *owner_address,
                                 .challenge = chain->back().payload,
                                 .chain_json = *std::move(text)},
                     .signer = std::move(words->signer),
                     .intent = std::move(words->intent)};
}

bool is_comms_handshake(SignedFetch const& fetch) {
  return fetch.signer == "dcl:explorer" && fetch.intent == "dcl:explorer:comms-handshake";
}

std::string signed_fetch_payload(std::string_view method, std::string_view path, WallTime now,
                                 std::string_view metadata) {
  std::string text(method);
  text.append(":").append(path).append(":").append(std::to_string(now.ms_since_epoch));
  return lower(text.append(":").append(metadata));
}

}  // namespace archipelago::auth
