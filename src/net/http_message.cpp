// The rules of RFC 9110 and 9112 that Beast leaves to its user.
#include "net/http_message.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include <openssl/evp.h>

#include "net/text.hpp"

namespace archipelago::net {
namespace {

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

bool has_element(std::string_view list, std::string_view wanted) {
  bool found = false;
  for_each_element(list, [&](std::string_view element) {
    found = found || equal_ignoring_case(element, wanted);
    return !found;
  });
  return found;
}

/// The server's answer to a Sec-WebSocket-Key (RFC 6455 section 4.2.2).
std::string accept_key(std::string key) {
  key += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, 20> hash{};
  EVP_Digest(key.data(), key.size(), hash.data(), nullptr, EVP_sha1(), nullptr);
  std::array<unsigned char, 29> text{};  // 28 characters and a zero
  EVP_EncodeBlock(text.data(), hash.data(), hash.size());
  return std::string(text.begin(), text.end() - 1);
}

bool printable(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

std::string date() {
  std::time_t const now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 40> out{};
  return {out.data(), std::strftime(out.data(), out.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

void add(std::string& out, std::string_view name, std::string_view value) {
  if (!is_token(name) || !printable(value)) return;
  out.append(name).append(": ").append(value).append("\r\n");
}

/// Who may read it (fetch.spec.whatwg.org, CORS protocol).
void add_origin(std::string& out, HttpResponse const& response, Exchange const& exchange) {
  auto const& allowed = exchange.allowed_origin;
  if (!allowed.empty() && response.credentials && !exchange.origin.empty()) {
    add(out, "Access-Control-Allow-Origin", exchange.origin);
    add(out, "Access-Control-Allow-Credentials", "true");
  } else if (!allowed.empty()) {
    add(out, "Access-Control-Allow-Origin", allowed);
  }
  if (allowed != "*" || response.credentials) add(out, "Vary", "Origin");
}

bool is_bodiless(HttpResponse const& response) {
  return response.status == 204 || response.status == 304;
}

std::string list(std::vector<std::string> const& words) {
  std::string out;
  for (auto const& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

}  // namespace

std::string head_text(HttpResponse const& response, Exchange const& exchange) {
  std::string out = exchange.version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
  out += std::to_string(response.status);
  out += ' ';
  out += view(http::obsolete_reason(static_cast<http::status>(response.status)));
  out += "\r\n";
  add(out, "Date", date());
  add_origin(out, response, exchange);
  if (!is_bodiless(response)) {
    add(out, "Content-Type", response.content_type);
    add(out, "Content-Length", std::to_string(response.content().size()));
  }
  if (!exchange.keep_alive)
    add(out, "Connection", "close");
  else if (exchange.version == 10)
    add(out, "Connection", "keep-alive");
  for (auto const& [name, value] : response.headers) add(out, name, value);
  out += "\r\n";
  return out;
}

std::string_view sent_body(HttpResponse const& response, Exchange const& exchange) {
  return is_bodiless(response) || exchange.head ? std::string_view{} : response.content();
}

HttpResponse error_response(int status) {
  HttpResponse out;
  out.status = status;
  auto const words = http::obsolete_reason(static_cast<http::status>(status));
  out.body = "{\"error\":\"" + std::string(view(words)) + "\"}";
  if (status == 426) {
    out.headers = {
        {"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Version", "13"}};
  }
  if (status == 503) out.headers = {{"Retry-After", "5"}};
  if (status == 429) out.headers = {{"Retry-After", "1"}};
  return out;
}

HttpResponse method_not_allowed(std::vector<std::string> const& methods) {
  auto out = error_response(405);
  out.headers = {{"Allow", list(methods)}};
  return out;
}

HttpResponse options_response(RawRequest const& request, std::vector<std::string> const& methods) {
  HttpResponse out;
  out.status = 204;
  auto const allowed = list(methods);
  out.headers = {{"Allow", allowed},
                 {"Access-Control-Allow-Methods", allowed},
                 {"Access-Control-Max-Age", "86400"}};
  auto const asked = joined(request, "Access-Control-Request-Headers");
  if (!asked.empty()) {
    out.headers.emplace_back("Access-Control-Allow-Headers", asked);
    out.headers.emplace_back("Vary", "Access-Control-Request-Headers");
  }
  return out;
}

int status_of(error_code ec) {
  if (ec == http::error::header_limit || ec == http::error::buffer_overflow) return 431;
  if (ec == http::error::body_limit) return 413;
  if (ec == http::error::end_of_stream || ec == http::error::partial_message) return 0;
  static auto const& parsing = http::make_error_code(http::error::bad_method).category();
  return ec.category() == parsing ? 400 : 0;
}

Errc reason_of(int status) {
  if (status == 408) return Errc::handshake_timeout;
  if (status == 413 || status == 414 || status == 431) return Errc::message_too_big;
  if (status == 404 || status == 405 || status == 426) return Errc::not_found;
  if (status == 429) return Errc::rate_limited;
  if (status == 503) return Errc::overloaded;
  return status == 500 ? Errc::internal_error : Errc::bad_request;
}

int status_for(Errc why) {
  if (why == Errc::rate_limited) return 429;
  if (why == Errc::bad_request) return 404;
  return reason(why).retryable ? 503 : 403;
}

int check_head(http::request_header<> const& head, HttpLimits const& limits) {
  if (static_cast<std::size_t>(std::distance(head.begin(), head.end())) > limits.headers)
    return 431;
  if (head.target().size() > limits.target_bytes) return 414;
  if (head.version() != 11 && head.version() != 10) return 505;
  if (head.count(http::field::host) > 1 ||
      (head.version() == 11 && head.count(http::field::host) == 0))
    return 400;
  auto const coding = joined(head, "Transfer-Encoding");
  if (!coding.empty() && (!equal_ignoring_case(coding, "chunked") || head.version() == 10))
    return 400;
  if (!coding.empty() && head.count(http::field::content_length) > 0) return 400;
  return 0;
}

std::optional<HttpRequest> to_request(RawRequest const& raw) {
  auto target = view(raw.target());
  if (!target.starts_with('/')) {  // absolute form, RFC 9112 section 3.2.2
    auto const authority = target.find("://");
    if (authority == std::string_view::npos) return {};
    auto const path = target.find('/', authority + 3);
    target = path == std::string_view::npos ? "/" : target.substr(path);
  }
  auto const mark = target.find('?');
  auto path = decode_path(target.substr(0, mark));
  if (!path) return {};
  HttpRequest out;
  out.method = view(raw.method_string());
  out.path = std::move(*path);
  if (mark != std::string_view::npos) out.query = target.substr(mark + 1);
  for (auto const& field : raw)
    out.headers.emplace_back(view(field.name_string()), view(field.value()));
  out.body = raw.body();
  return out;
}

bool asks_for_websocket(RawRequest const& raw) {
  return has_element(joined(raw, "Upgrade"), "websocket");
}

int check_upgrade(RawRequest const& raw) {
  if (joined(raw, "Sec-WebSocket-Version") != "13") return 426;
  bool const asked = raw.method() == http::verb::get && raw.version() == 11 &&
                     has_element(joined(raw, "Connection"), "upgrade") && raw.body().empty();
  auto const key = joined(raw, "Sec-WebSocket-Key");
  bool const good_key =
      key.size() == 24 && key.ends_with("==") && key.find_first_of(", ") == std::string::npos;
  auto const offered = joined(raw, "Sec-WebSocket-Protocol");
  bool const good_offer = offered.empty() || is_token(first_subprotocol(raw));
  return asked && good_key && good_offer ? 0 : 400;
}

std::string first_subprotocol(RawRequest const& raw) {
  std::string first;
  for_each_element(joined(raw, "Sec-WebSocket-Protocol"), [&](std::string_view element) {
    first = element;
    return false;
  });
  return first;
}

std::string upgrade_response(RawRequest const& raw) {
  std::string out =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: " +
      accept_key(joined(raw, "Sec-WebSocket-Key")) + "\r\n";
  if (auto const chosen = first_subprotocol(raw); !chosen.empty())
    out += "Sec-WebSocket-Protocol: " + chosen + "\r\n";
  return out + "\r\n";
}

std::string joined(http::fields const& headers, std::string_view name) {
  std::string out;
  auto const [first, last] = headers.equal_range(beast::string_view(name.data(), name.size()));
  for (auto field = first; field != last; ++field) {
    if (!out.empty()) out += ',';
    out += view(field->value());
  }
  return out;
}

}  // namespace archipelago::net
