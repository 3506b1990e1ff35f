// Reading and writing the three lines of a delegation.
#include "auth/ephemeral.hpp"

#include <optional>

#include "auth/date.hpp"

namespace archipelago::auth {
namespace {

constexpr std::string_view kAddressPrefix = "Ephemeral address: ";
constexpr std::string_view kExpirationPrefix = "Expiration: ";

std::string without_carriage_returns(std::string_view payload) {
  std::string text(payload);
  std::erase(text, '\r');
  return text;
}

/// Takes one line off `rest`. The last line has no LF behind it; after it there is none.
std::optional<std::string_view> next_line(std::optional<std::string_view>& rest) {
  if (!rest) return std::nullopt;
  auto const end = rest->find('\n');
  auto const line = rest->substr(0, end);
  rest = end == std::string_view::npos ? std::nullopt : std::optional(rest->substr(end + 1));
  return line;
}

}  // namespace

Result<Delegation> parse_delegation(std::string_view payload) {
  Delegation delegation{
      .message = without_carriage_returns(payload), .delegate = {}, .expires = {}};
  std::optional<std::string_view> rest = delegation.message;
  next_line(rest);
  auto const address = next_line(rest);
  auto const date = next_line(rest);
  if (!address || !date || !address->starts_with(kAddressPrefix) ||
      !date->starts_with(kExpirationPrefix)) {
    return fail(
        Errc::malformed_auth_chain,
        "Invalid ephemeral payload. Expected 3 lines with \"Ephemeral address: \" on line 2 and "
        "\"Expiration: \" on line 3.");
  }
  auto const date_text = date->substr(kExpirationPrefix.size());
  auto const expires = parse_date(date_text);
  if (!expires) {
    return fail(Errc::malformed_auth_chain,
                "Invalid expiration date in ephemeral payload: \"" + std::string(date_text) + '"');
  }
  delegation.delegate = address->substr(kAddressPrefix.size());
  delegation.expires = *expires;
  return delegation;
}

std::string delegation_text(std::string_view purpose, std::string_view delegate, WallTime expires) {
  std::string text(purpose);
  text.append("\n").append(kAddressPrefix).append(delegate);
  text.append("\n").append(kExpirationPrefix).append(format_date(expires));
  return text;
}

Result<> check_expiry(Delegation const& delegation, WallTime now) {
  if (delegation.expires > now) return {};
  return fail(Errc::delegation_expired, "Ephemeral key expired. Expiration: " +
                                            std::to_string(delegation.expires.ms_since_epoch) +
                                            ". Test: " + std::to_string(now.ms_since_epoch));
}

}  // namespace archipelago::auth
