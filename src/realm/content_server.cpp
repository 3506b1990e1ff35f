// One blocking request.
#include "realm/content_server.hpp"

#include "net/http_client.hpp"

namespace archipelago::realm {
namespace {

constexpr std::size_t kScenesBytes = 16U << 20U;

}  // namespace

SceneBoard::Ask ask_content_server(std::string const& content_url, std::stop_token stop) {
  auto const url = content_url + (content_url.ends_with('/') ? "" : "/") + "entities/active";
  return [url, stop = std::move(stop)](std::string const& question) -> Result<std::string> {
    net::HttpFetch ask;
    ask.method = "POST";
    ask.url = url;
    ask.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
    ask.body = question;
    ask.max_body = kScenesBytes;
    ask.stop = stop;
    auto const answer = net::fetch(ask);
    if (!answer) return tl::unexpected(answer.error());
    if (answer->status != 200)
      return fail(Errc::upstream_failed, "HTTP " + std::to_string(answer->status));
    return answer->body;
  };
}

}  // namespace archipelago::realm
