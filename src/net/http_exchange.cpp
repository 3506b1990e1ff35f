// The bytes of a request, and an answer of bounded size.
#include "net/http_exchange.hpp"

#include <sstream>

#include "net/dial.hpp"
#include "net/text.hpp"

namespace archipelago::net {
namespace {

constexpr std::uint32_t kMaxHead = 16U * 1024;

Result<std::string> to_text(HttpFetch const& fetch, Url const& url) {
  if (!is_token(fetch.method)) return fail(Errc::bad_request, "the method is not a token");
  http::request<http::string_body> out;
  out.version(11);
  out.method_string(fetch.method);
  out.target(url.target);
  out.set(http::field::host, url.authority());
  out.set(http::field::user_agent, "archipelago");
  out.set(http::field::connection, "close");
  for (auto const& [name, value] : fetch.headers) {
    if (!is_token(name) || value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      return fail(Errc::bad_request, "a header cannot be sent");
    out.set(name, value);
  }
  out.body() = fetch.body;
  out.prepare_payload();
  std::ostringstream text;
  text << out;
  return std::move(text).str();
}

HttpResponse to_response(http::response<http::string_body> raw) {
  HttpResponse out;
  out.status = static_cast<int>(raw.result_int());
  out.content_type = std::string(raw[http::field::content_type]);
  for (auto const& field : raw) out.headers.emplace_back(field.name_string(), field.value());
  out.body = std::move(raw.body());
  return out;
}

}  // namespace

Result<std::unique_ptr<HttpExchange>> HttpExchange::make(HttpFetch const& fetch, Url const& url) {
  auto text = to_text(fetch, url);
  if (!text) return tl::unexpected<Error>(text.error());
  return std::make_unique<HttpExchange>(std::move(*text), fetch.max_body, fetch.method == "HEAD");
}

HttpExchange::HttpExchange(std::string request, std::size_t max_body, bool head)
    : request_(std::move(request)), unread_(std::size_t{2} * kMaxHead) {
  parser_.header_limit(kMaxHead);
  parser_.body_limit(max_body);
  parser_.skip(head);
}

Async<void> HttpExchange::run(std::shared_ptr<Transport> transport) {
  transport->stage(std::exchange(request_, {}));
  transport->flush();
  auto const [ec, bytes] = co_await http::async_read(*transport, unread_, parser_, use);
  error_ = ec;
}

Result<HttpResponse> HttpExchange::result(Url const& url) {
  if (error_ == http::error::body_limit)
    return fail(Errc::message_too_big, "the answer of " + url.authority() + " is too big");
  if (error_)
    return fail(Errc::upstream_failed,
                "no answer from " + url.authority() + ": " + explain(error_));
  return to_response(parser_.release());
}

}  // namespace archipelago::net
