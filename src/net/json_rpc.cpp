// Strict about what an answer must look like: it decides who is let in.
#include "net/json_rpc.hpp"

#include <boost/json.hpp>

#include "net/http_client.hpp"

namespace archipelago::net {
namespace {

namespace json = boost::json;

/// What endpoints answer when the caller asks too often, which says nothing about the call.
constexpr std::int64_t kLimitExceeded = -32005;

Errc error_code_of(json::value const& error) {
  auto const* const object = error.if_object();
  auto const* const code = object != nullptr ? object->if_contains("code") : nullptr;
  auto const* const number = code != nullptr ? code->if_int64() : nullptr;
  return number == nullptr || *number == kLimitExceeded ? Errc::upstream_failed : Errc::bad_request;
}

std::string error_text(json::value const& error) {
  auto const* const object = error.if_object();
  auto const* const message = object != nullptr ? object->if_contains("message") : nullptr;
  auto const* const text = message != nullptr ? message->if_string() : nullptr;
  return text == nullptr ? "no reason given"
                         : std::string(text->data(), std::min<std::size_t>(text->size(), 200));
}

Result<std::string> result_of(std::string_view body, std::uint64_t id) {
  boost::system::error_code ec;
  auto const answer = json::parse(json::string_view(body.data(), body.size()), ec);
  auto const* const object = ec ? nullptr : answer.if_object();
  if (object == nullptr) return fail(Errc::upstream_failed, "the answer is not a JSON object");
  auto const* const version = object->if_contains("jsonrpc");
  if (version == nullptr || *version != "2.0")
    return fail(Errc::upstream_failed, "the answer is not JSON-RPC 2.0");
  auto const* const answered = object->if_contains("id");
  if (answered == nullptr || !answered->is_number() ||
      answered->to_number<std::uint64_t>(ec) != id || ec)
    return fail(Errc::upstream_failed, "the answer is to another call");
  auto const* const error = object->if_contains("error");
  if (error != nullptr && !error->is_null())
    return fail(error_code_of(*error),
                "the endpoint answered with an error: " + error_text(*error));
  auto const* const result = object->if_contains("result");
  if (result == nullptr)
    return fail(Errc::upstream_failed, "the answer has neither a result nor an error");
  return json::serialize(*result);
}

}  // namespace

Result<std::string> JsonRpcClient::call(std::string_view method, std::string_view params_json) {
  auto const id = ++last_id_;
  HttpFetch request;
  request.method = "POST";
  request.url = url_;
  request.timeout = timeout_;
  request.stop = stop_;
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  request.body = "{\"jsonrpc\":\"2.0\",\"id\":" + std::to_string(id) + ",\"method\":" +
                 json::serialize(json::value(json::string_view(method.data(), method.size()))) +
                 ",\"params\":" + std::string(params_json) + "}";
  auto const response = fetch(request);
  if (!response) return fail(Errc::upstream_failed, response.error().detail);
  if (response->status != 200)
    return fail(Errc::upstream_failed,
                "the endpoint answered with HTTP " + std::to_string(response->status));
  return result_of(response->body, id);
}

}  // namespace archipelago::net
