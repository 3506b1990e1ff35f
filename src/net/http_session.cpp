// HTTP/1.1 requests of one connection.
#include "net/http_session.hpp"

#include <exception>

#include "base/log.hpp"
#include "net/shard_impl.hpp"
#include "net/websocket_session.hpp"

namespace archipelago::net {
namespace {

constexpr std::size_t kReadAhead =
    16UL * 1024;                       // most that is read of a pipelining client; more than a head
constexpr Millis kRefusalTime{2'000};  // to hear a request that is refused anyway
constexpr Millis kLingerTime{2'000};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// Answers exactly once: when told, or when the last copy of the handler's reply is gone.
class ReplySlot {
 public:
  ReplySlot(Shard& shard, std::weak_ptr<HttpSession> session, std::uint64_t number)
      : shard_(shard), session_(std::move(session)), number_(number) {}
  ReplySlot(ReplySlot const&) = delete;
  ReplySlot& operator=(ReplySlot const&) = delete;
  ~ReplySlot() { answer(error_response(500)); }

  void answer(HttpResponse response) {
    if (answered_.exchange(true) || session_.expired())
      return;  // without sessions the shard may be gone too
    shard_.post([session = session_, number = number_, response = std::move(response)]() mutable {
      if (auto const open = session.lock()) open->replied(number, std::move(response));
    });
  }

 private:
  Shard& shard_;
  std::weak_ptr<HttpSession> const session_;
  std::uint64_t const number_;
  std::atomic<bool> answered_{false};
};

}  // namespace

HttpSession::HttpSession(std::shared_ptr<ServerCore> core, Shard& shard, Arrival arrival)
    : place_(std::move(arrival.place)),
      core_(std::move(core)),
      shard_(shard),
      peer_(arrival.peer),
      v6_(arrival.v6),
      transport_(std::make_shared<Transport>(take_socket(shard, arrival), core_->tls.get())),
      moved_(std::move(arrival.moved)),
      unread_(kReadAhead),
      began_(arrival.began),
      time_limit_(shard),
      reply_signal_(shard.impl().io.get_executor()) {
  core_->enlist(shard_.index(), *this);
  auto const into = unread_.prepare(arrival.unread.size());
  unread_.commit(asio::buffer_copy(into, asio::buffer(arrival.unread)));
}

HttpSession::~HttpSession() {
  core_->strike(shard_.index(), *this);
  if (transport_) transport_->cut();
}

Async<void> HttpSession::run() {
  auto const self = shared_from_this();
  limit_time(began_ + core_->options.http.head_time - shard_.now());
  if (auto const ec = co_await transport_->handshake(); ec || late_) co_return;
  bool more = true;
  if (moved_) {
    auto raw = std::move(*moved_);
    moved_.reset();
    more = co_await answer(std::move(raw));
  }
  while (more) more = co_await serve_one();
  if (!transport_ || transport_->failed()) co_return;
  time_limit_.start(kLingerTime, [this] { cut(Errc::peer_gone); });
  co_await transport_->linger();
}

void HttpSession::limit_time(Millis from_now) {
  late_ = false;
  time_limit_.start(std::max(from_now, Millis{0}), [this] {
    late_ = true;
    if (transport_) transport_->cancel();
    time_limit_.start(kLingerTime,
                      [this] { cut(Errc::peer_gone); });  // if there was nothing to cancel
  });
}

Async<bool> HttpSession::serve_one() {
  if (!co_await wait_for_request()) co_return false;
  Parser parser;
  if (auto const status = co_await read_request(parser); status != 200)
    co_return co_await refuse(status);
  auto raw = parser.release();
  core_->metrics.add(Metric::http_requests);
  co_return co_await answer(std::move(raw));
}

// The first request's time began with the connection, a later one's begins with its first byte.
Async<bool> HttpSession::wait_for_request() {
  if (number_ == 0) {
    if (place_->refused()) limit_time(kRefusalTime);
    co_return true;
  }
  if (core_->draining) co_return false;
  if (unread_.size() == 0) {
    limit_time(core_->options.http.keep_alive);
    idle_ = true;
    auto const buffer = unread_.prepare(1024);
    auto const [ec, bytes] = co_await transport_->async_read_some(buffer, use);
    idle_ = false;
    unread_.commit(bytes);
    if (ec || late_) co_return false;
  }
  began_ = shard_.now();
  limit_time(core_->options.http.head_time);
  co_return true;
}

// 200, or the status to refuse with; 0: the client has gone or never said anything.
Async<int> HttpSession::read_request(Parser& parser) {
  auto const& limits = core_->options.http;
  parser.header_limit(static_cast<std::uint32_t>(limits.head_bytes));
  parser.body_limit(limits.body_bytes);
  auto const [ec, bytes] = co_await http::async_read_header(*transport_, unread_, parser, use);
  if (late_) co_return parser.got_some() || unread_.size() > 0 ? 408 : 0;
  if (ec) co_return status_of(ec);
  if (auto const status = check_head(parser.get(), limits); status != 0) co_return status;
  co_return parser.is_done() ? 200 : co_await read_body(parser);
}

Async<int> HttpSession::read_body(Parser& parser) {
  limit_time(core_->options.http.body_time);
  if (parser.get()[http::field::expect] == "100-continue") {
    transport_->stage(kContinue);
    transport_->flush();
  }
  auto const [ec, bytes] = co_await http::async_read(*transport_, unread_, parser, use);
  if (late_) co_return 408;
  co_return ec ? status_of(ec) : 200;
}

Async<bool> HttpSession::refuse(int status) {
  ++number_;
  if (status == 0) co_return false;
  core_->metrics.add(Metric::http_requests);
  core_->metrics.reject(reason_of(status));
  Exchange const last{.keep_alive = false};
  auto const response = error_response(status);
  co_return co_await respond(response, last);
}

Exchange HttpSession::exchange_for(RawRequest const& raw) const {
  return {.version = raw.version(),
          .keep_alive = raw.keep_alive() && !core_->draining && !place_->refused(),
          .head = raw.method() == http::verb::head};
}

Async<bool> HttpSession::answer(RawRequest raw) {
  ++number_;
  time_limit_.cancel();
  auto exchange = exchange_for(raw);
  auto request = to_request(raw);
  if (!request) {
    core_->metrics.reject(Errc::bad_request);
    auto const refusal = error_response(400);
    co_return co_await respond(refusal, exchange);
  }
  bool const within_budget = identify(raw, *request);
  auto const* const endpoint =
      asks_for_websocket(raw) ? core_->router.find_websocket(request->path) : nullptr;
  if (endpoint != nullptr && within_budget)
    co_return co_await upgrade(std::move(raw), std::move(*request), *endpoint);
  if (!within_budget) exchange.keep_alive = false;  // whoever asks for health still gets its answer
  if (endpoint != nullptr) {
    core_->metrics.reject(Errc::too_many_connections);
    auto const refusal = error_response(503);
    co_return co_await respond(refusal, exchange);
  }
  auto const response = co_await route(raw, *request);
  co_return co_await respond(response, exchange);
}

Async<HttpResponse> HttpSession::route(RawRequest const& raw, HttpRequest const& request) {
  auto const& router = core_->router;
  auto const* handler = router.find_http(request.method, request.path);
  if (handler == nullptr && raw.method() == http::verb::head)
    handler = router.find_http("GET", request.path);
  if (handler != nullptr) co_return co_await ask(*handler, request);
  auto const methods = router.methods(request.path);
  if (methods.empty()) co_return error_response(404);
  if (raw.method() == http::verb::options) co_return options_response(raw, methods);
  if (raw.method() == http::verb::get) co_return error_response(426);  // only a websocket is there
  co_return method_not_allowed(methods);
}

// Finds out for whom the connection speaks, and charges that address. False: its budget is used up.
bool HttpSession::identify(RawRequest const& raw, HttpRequest& request) {
  auto const client =
      client_address(peer_, joined(raw, "X-Forwarded-For"), core_->options.trusted_proxies);
  request.remote = client.text();
  request.tls = core_->tls != nullptr;
  return !place_->refused() && place_->rebind(client);
}

HttpReply HttpSession::make_reply() {
  auto const slot = std::make_shared<ReplySlot>(shard_, weak_from_this(), number_);
  return [slot](HttpResponse response) { slot->answer(std::move(response)); };
}

Async<HttpResponse> HttpSession::ask(HttpHandler const& handler, HttpRequest const& request) {
  reply_.reset();
  reply_signal_.expires_after(core_->options.http.reply_time);
  try {
    handler(request, make_reply());
  } catch (std::exception const& e) {
    log::error("net", "handler_failed", {{"path", request.path}, {"what", e.what()}});
    core_->metrics.reject(Errc::internal_error);
    reply_ = error_response(500);
  }
  if (!reply_ && !cut_) co_await reply_signal_.async_wait(use);
  if (reply_) co_return std::move(*reply_);
  if (!cut_) core_->metrics.reject(Errc::overloaded);
  ++number_;  // what comes now comes too late
  co_return error_response(503);
}

void HttpSession::replied(std::uint64_t number, HttpResponse response) {
  if (number != number_ || reply_) return;
  reply_ = std::move(response);
  reply_signal_.cancel();
}

Async<bool> HttpSession::respond(HttpResponse const& response, Exchange const& exchange) {
  if (cut_) co_return false;
  time_limit_.start(core_->options.http.write_time, [this] {
    core_->metrics.reject(Errc::slow_consumer);
    cut(Errc::slow_consumer);
  });
  transport_->stage(to_text(response, exchange));
  bool const written = co_await transport_->flushed();
  time_limit_.cancel();
  co_return written&& exchange.keep_alive;
}

std::string HttpSession::take_unread() {
  auto bytes = beast::buffers_to_string(unread_.data());
  unread_.consume(unread_.size());
  return bytes;
}

int HttpSession::admit(HttpRequest const& request, WebsocketEndpoint const& endpoint) {
  if (core_->draining) return 503;
  if (!endpoint.admit) return 0;
  auto const admitted = endpoint.admit(request);
  if (admitted) return 0;
  auto const& why = reason(admitted.error().code);
  core_->metrics.reject(why.code);
  return why.code == Errc::bad_request ? 404 : why.retryable ? 503 : 403;
}

Async<bool> HttpSession::upgrade(RawRequest raw, HttpRequest request,
                                 WebsocketEndpoint const& endpoint) {
  auto status = check_upgrade(raw);
  if (status != 0) core_->metrics.reject(Errc::bad_request);
  if (status == 0 && move_home(raw, request, endpoint)) co_return false;
  if (status == 0) status = admit(request, endpoint);
  if (status != 0) {
    auto const refusal = error_response(status);
    co_return co_await respond(refusal, exchange_for(raw));
  }
  transport_->put_back(take_unread());
  Upgrade parts{.core = core_,
                .shard = shard_,
                .transport = std::move(transport_),
                .place = std::move(place_),
                .request = std::move(request),
                .endpoint = endpoint,
                .began = began_};
  auto const session = std::make_shared<WebsocketSession>(std::move(parts));
  core_->strike(shard_.index(), *this);
  auto parcel = std::make_unique<RawRequest>(std::move(raw));
  asio::co_spawn(session->executor(), session->run(std::move(parcel)), kept_while_running(session));
  co_return false;
}

bool HttpSession::move_home(RawRequest const& raw, HttpRequest const& request,
                            WebsocketEndpoint const& endpoint) {
  if (!endpoint.home) return false;
  auto const home = endpoint.home(request);
  if (home == shard_.index() || home >= core_->shards.size() || transport_->encrypted())
    return false;
  Arrival arrival;
  arrival.descriptor = transport_->release();
  arrival.v6 = v6_;
  arrival.peer = peer_;
  arrival.began = began_;
  arrival.place = std::move(place_);
  arrival.unread = take_unread();
  arrival.moved = raw;
  transport_.reset();
  if (arrival.descriptor >= 0) start_session(core_, core_->shards[home], std::move(arrival));
  return true;
}

void HttpSession::drain(Errc) {
  if (idle_) transport_->cancel();
}

void HttpSession::cut(Errc) {
  cut_ = true;
  if (transport_) transport_->cut();
  reply_signal_.cancel();
}

}  // namespace archipelago::net
