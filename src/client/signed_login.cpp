// A room behind a signed request.
#include <optional>
#include <utility>

#include <boost/json.hpp>

#include "auth/signed_fetch.hpp"
#include "client/identity_state.hpp"
#include "client/transports.hpp"
#include "net/outgoing.hpp"
#include "net/url.hpp"
#include "wire/connection_string.hpp"

namespace archipelago::client {
namespace {

namespace json = boost::json;

constexpr std::string_view kMetadata =
    R"({"intent":"dcl:explorer:comms-handshake","signer":"dcl:explorer","isGuest":false})";
constexpr std::size_t kAnswerBytes = 64UL * 1024;

net::HttpFetch signed_post(TransportOrder const& order, std::string_view target, WallTime now) {
  auto const path = target.substr(0, target.find('?'));
  auto const payload = auth::signed_fetch_payload("POST", path, now, kMetadata);
  auto const chain = auth::sign_payload(order.identity.state().identity, payload);
  net::HttpFetch post;
  post.method = "POST";
  post.url = order.url;
  post.timeout = order.limit;
  post.max_body = kAnswerBytes;
  post.headers = {{"x-identity-timestamp", std::to_string(now.ms_since_epoch)},
                  {"x-identity-metadata", std::string(kMetadata)}};
  auto const links = json::parse(auth::to_json(chain)).as_array();
  for (std::size_t i = 0; i < links.size(); ++i)
    post.headers.emplace_back("x-identity-auth-chain-" + std::to_string(i),
                              json::serialize(links[i]));
  return post;
}

/// A text of the answer's object.
std::optional<std::string> text_of(std::string const& body, std::string_view key) {
  boost::system::error_code error;
  auto const value = json::parse(body, error);
  auto const* const object = error ? nullptr : value.if_object();
  auto const* const member = object == nullptr ? nullptr : object->if_contains(key);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return std::string(member->get_string());
}

Errc reason_of(int status) {
  if (status == 401) return Errc::bad_signature;
  if (status == 403) return Errc::banned;
  if (status == 429) return Errc::rate_limited;
  return status >= 500 ? Errc::upstream_failed : Errc::bad_request;
}

/// The connection string of the answer.
Result<std::string> adapter_of(net::HttpResponse const& answer) {
  auto const adapter = text_of(answer.body, "fixedAdapter");
  if (answer.status != 200 || !adapter) {
    auto const code = answer.status == 200 ? Errc::upstream_failed : reason_of(answer.status);
    return fail(code, text_of(answer.body, "message")
                          .value_or("HTTP " + std::to_string(answer.status) +
                                    " without a connection string"));
  }
  auto const endpoint = wire::resolve_connection_string(*adapter);
  if (!endpoint) return tl::unexpected(endpoint.error());
  if (endpoint->backend == wire::Backend::signed_login)
    return fail(Errc::unsupported, "a signed login that leads to a signed login");
  return *adapter;
}

/// Lives while its transport does; `room` is there once the answer is.
struct Stay {
  Network network;
  TransportOrder order;
  TransportListener* listener = nullptr;
  std::unique_ptr<Transport> room{};

  void on_answer(Result<net::HttpResponse> const& answer) {
    auto const adapter = answer.and_then(adapter_of);
    if (!adapter) return end(adapter.error());
    auto made = order.transports->make(network, *adapter, order.identity, order.limit);
    if (!made) return end(made.error());
    room = std::move(*made);
    room->connect(*listener);
  }
  void end(Error const& why) const { listener->on_closed(ending(why.code, why.detail)); }
};

class SignedLogin final : public Transport {
 public:
  SignedLogin(Network const& network, TransportOrder order)
      : stay_(std::make_shared<Stay>(Stay{.network = network, .order = std::move(order)})) {}
  SignedLogin(SignedLogin const&) = delete;
  SignedLogin& operator=(SignedLogin const&) = delete;
  ~SignedLogin() override { leave(); }

  void connect(TransportListener& listener) override {
    auto& [network, order, listens, room] = *stay_;
    listens = &listener;
    auto const url = net::Url::parse(order.url, "http");
    auto post = url ? signed_post(order, url->target, network.loop.wall_now()) : net::HttpFetch();
    auto answered = [weak = std::weak_ptr(stay_)](Result<net::HttpResponse> const& answer) {
      if (auto const stay = weak.lock()) stay->on_answer(answer);
    };
    network.outgoing.fetch(std::move(post), std::move(answered));
  }
  bool send(std::string_view body, Delivery delivery) override {
    return stay_ && stay_->room && stay_->room->send(body, delivery);
  }
  void leave() override {
    if (auto const stay = std::exchange(stay_, nullptr); stay && stay->room) stay->room->leave();
  }

 private:
  std::shared_ptr<Stay> stay_;
};

}  // namespace

Result<std::unique_ptr<Transport>> make_signed_login(Network const& network, TransportOrder order) {
  if (order.transports == nullptr) order.transports = &TransportTable::standard();
  return std::make_unique<SignedLogin>(network, std::move(order));
}

}  // namespace archipelago::client
