// Boost.URL does the parsing; what we do not speak is refused.
#include "net/url.hpp"

#include <charconv>

#include <boost/url.hpp>

namespace archipelago::net {
namespace {

constexpr std::size_t kMaxUrl = 4096;

std::string_view view(boost::urls::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

std::string Url::authority() const {
  auto const name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (tls ? 443 : 80) ? name : name + ":" + std::to_string(port);
}

Result<Url> Url::parse(std::string_view text, std::string_view schemes) {
  if (text.size() > kMaxUrl) return fail(Errc::bad_request, "the URL is longer than 4096 bytes");
  auto const parsed = boost::urls::parse_uri(text);
  if (parsed.has_error()) return fail(Errc::bad_request, "this is not a URL");
  auto const& url = *parsed;
  std::string scheme(view(url.scheme()));
  for (auto& c : scheme) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  Url out;
  out.tls = scheme == std::string(schemes) + "s";
  if (!out.tls && scheme != schemes)
    return fail(Errc::bad_request, "the URL must begin with " + std::string(schemes) + ":// or " +
                                       std::string(schemes) + "s://");
  if (url.has_userinfo() || url.has_fragment())
    return fail(Errc::bad_request, "the URL must have neither a user name nor a fragment");
  out.host = url.host_type() == boost::urls::host_type::ipv6 ? url.host_address() : url.host();
  if (out.host.empty() || out.host.find('\0') != std::string::npos)
    return fail(Errc::bad_request, "the URL names no host");
  out.port = out.tls ? 443 : 80;
  if (auto const digits = view(url.port()); !digits.empty()) {
    auto const [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
    if (error != std::errc{}) out.port = 0;
  }
  if (out.port == 0) return fail(Errc::bad_request, "the URL's port is not between 1 and 65535");
  out.target = view(url.encoded_target());
  if (!out.target.starts_with('/')) out.target.insert(0, "/");
  return out;
}

}  // namespace archipelago::net
