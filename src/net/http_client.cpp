// One request, one connection, one deadline.
#include "net/http_client.hpp"

#include <sstream>

#include "net/dial.hpp"
#include "net/text.hpp"

namespace archipelago::net {
namespace {

constexpr std::uint32_t kMaxHead = 16U * 1024;

struct Fetch {
  explicit Fetch(std::size_t max_body) {
    parser.header_limit(kMaxHead);
    parser.body_limit(max_body);
  }
  std::shared_ptr<Transport> transport;
  std::string request;
  http::response_parser<http::string_body> parser;
  beast::flat_buffer unread{std::size_t{2} * kMaxHead};
  error_code error;
};

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

Async<void> talk(Fetch& fetch) {
  fetch.transport->stage(fetch.request);
  fetch.transport->flush();
  auto const [ec, bytes] =
      co_await http::async_read(*fetch.transport, fetch.unread, fetch.parser, use);
  fetch.error = ec;
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

Result<HttpResponse> fetch(HttpFetch const& request) {
  auto const deadline = std::chrono::steady_clock::now() + request.timeout;
  auto const url = Url::parse(request.url, "http");
  if (!url) return tl::unexpected<Error>(url.error());
  auto text = to_text(request, *url);
  if (!text) return tl::unexpected<Error>(text.error());
  Fetch talking(request.max_body);
  BlockingIo io;  // after what its tasks use
  DialOptions options;
  options.ca_file = request.ca_file;
  auto const transport = dial(io, *url, options, deadline);
  if (!transport) return tl::unexpected<Error>(transport.error());
  talking.transport = *transport;
  talking.request = std::move(*text);
  talking.parser.skip(request.method == "HEAD");
  bool const in_time = io.run(talk(talking), deadline);
  (*transport)->cut();
  talking.transport.reset();
  if (!in_time) return fail(Errc::upstream_failed, url->authority() + " did not answer in time");
  if (talking.error == http::error::body_limit)
    return fail(Errc::message_too_big, "the answer of " + url->authority() + " is too big");
  if (talking.error)
    return fail(Errc::upstream_failed,
                "no answer from " + url->authority() + ": " + explain(talking.error));
  return to_response(talking.parser.release());
}

}  // namespace archipelago::net
