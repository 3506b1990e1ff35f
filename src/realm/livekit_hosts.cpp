// Reading hosts, and looking after them.
#include "realm/livekit_hosts.hpp"

#include <charconv>
#include <utility>

#include "adapters/ws_room.hpp"
#include "base/log.hpp"
#include "net/http_client.hpp"

namespace archipelago::realm {
namespace {

constexpr int kFailures = 3;
constexpr int kRecoveries = 2;
constexpr std::size_t kMostCapacity = 1'000'000;
constexpr std::size_t kAnswerBytes = 64UL * 1024;

}  // namespace

Result<LiveKitHost> parse_livekit_host(std::string_view text) {
  auto const space = text.find(' ');
  LiveKitHost host{.url = std::string(text.substr(0, space))};
  if (auto const problem = adapters::WsRoom::problem_with_base(host.url))
    return fail(Errc::bad_request, "LiveKit host " + *problem);
  if (space == std::string_view::npos) return host;
  auto const number = text.substr(space + 1);
  auto const [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), host.capacity);
  if (error != std::errc{} || end != number.data() + number.size() || host.capacity == 0 ||
      host.capacity > kMostCapacity)
    return fail(Errc::bad_request, "LiveKit host: not a number of players");
  return host;
}

AskHost ask_livekit_host(Millis timeout, std::stop_token stop) {
  return [timeout, stop = std::move(stop)](std::string const& url) -> Result<> {
    net::HttpFetch ask;
    ask.url = "http" + url.substr(2) + (url.ends_with('/') ? "" : "/");
    ask.timeout = timeout;
    ask.max_body = kAnswerBytes;
    ask.stop = stop;
    auto const answer = net::fetch(ask);
    if (!answer) return tl::unexpected(answer.error());
    if (answer->status < 200 || answer->status > 299)
      return fail(Errc::upstream_failed, "HTTP " + std::to_string(answer->status));
    return {};
  };
}

HostWatch::HostWatch(Parts parts, std::vector<std::string> urls, Millis every)
    : parts_(std::move(parts)), every_(every), timer_(parts_.loop) {
  for (auto& url : urls) hosts_.push_back({.url = std::move(url)});
  parts_.loop.post([this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) look();
  });
}

void HostWatch::look() {
  timer_.start(every_, [this] { look(); });
  for (auto& host : hosts_) {
    if (host.asked) continue;
    host.asked = parts_.submit([this, &host, alive = std::weak_ptr(alive_)] {
      auto answer = parts_.ask(host.url);
      parts_.loop.post([this, &host, alive, answer = std::move(answer)] {
        if (!alive.expired()) answered(host, answer);
      });
    });
    if (host.asked) parts_.metrics.add(Metric::host_checks);
  }
}

void HostWatch::answered(Host& host, Result<> const& answer) {
  host.asked = false;
  host.bad = answer ? 0 : host.bad + 1;
  host.good = answer ? host.good + 1 : 0;
  if (!answer) parts_.metrics.add(Metric::host_check_failures);
  bool const healthy = host.healthy ? host.bad < kFailures : host.good >= kRecoveries;
  if (healthy == host.healthy) return;
  host.healthy = healthy;
  parts_.metrics.add(Metric::hosts_failed, healthy ? -1 : 1);
  if (healthy)
    log::info("livekit", "host is back", {{"host", host.url}});
  else
    log::warn("livekit", "host failed", {{"host", host.url}, {"why", answer.error().detail}});
  parts_.changed(host.url, healthy);
}

}  // namespace archipelago::realm
