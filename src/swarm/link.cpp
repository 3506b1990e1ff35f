// Looks at every address before it is dialled.
#include "swarm/link.hpp"

#include <utility>

#include "base/ip_address.hpp"
#include "net/url.hpp"

namespace archipelago::swarm {
namespace {

Result<net::Url> parse(std::string_view url) {
  return net::Url::parse(url, url.starts_with("ws") ? "ws" : "http");
}

bool is_loopback_host(std::string_view host) {
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  auto const address = IpAddress::parse(host);
  if (!address) return false;
  static auto const one = *IpAddress::parse("::1");
  static auto const all = *IpAddress::parse("127.0.0.0");
  return *address == one || address->prefix(96 + 8) == all;
}

}  // namespace

bool is_loopback(std::string_view url) {
  auto const parsed = parse(url);
  return parsed && is_loopback_host(parsed->host);
}

bool Link::may_lead_to(std::string const& url) const {
  if (!forbidden_ || is_loopback(url)) return true;
  auto const parsed = parse(url);
  forbidden_(parsed ? parsed->host : std::string("no URL"));
  return false;
}

std::shared_ptr<net::OutgoingWebsocket> Link::open(net::WebsocketDial dial,
                                                   std::shared_ptr<net::Protocol> protocol) {
  if (!may_lead_to(dial.url)) dial.url.clear();  // which no Outgoing takes
  auto socket = below_.open(std::move(dial), std::move(protocol));
  std::erase_if(sockets_, [](auto const& other) { return other.expired(); });
  sockets_.push_back(socket);
  return socket;
}

void Link::fetch(net::HttpFetch request, std::function<void(Result<net::HttpResponse>)> done) {
  if (!may_lead_to(request.url)) request.url.clear();
  below_.fetch(std::move(request), std::move(done));
}

void Link::cut() {
  auto const sockets = std::exchange(sockets_, {});
  for (auto const& weak : sockets)
    if (auto const socket = weak.lock()) socket->close(Errc::idle_timeout);  // no close frame
}

}  // namespace archipelago::swarm
