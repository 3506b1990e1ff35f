// HTTP/1.1 requests of one connection.
#include "net/http_session.hpp"

#include <algorithm>
#include <exception>

#include "base/log.hpp"
#include "net/reply_slot.hpp"
#include "net/shard_impl.hpp"
#include "net/websocket_session.hpp"

namespace archipelago::net {
namespace {

constexpr std::size_t kSlice = 64UL * 1024;  // of an answer: no reader costs more memory than that
constexpr Millis kRefusalTime{2'000};        // to hear a request that is refused anyway
constexpr Millis kLingerTime{2'000};
constexpr int kSwitchingProtocols = 101;

}  // namespace

HttpSession::HttpSession(std::shared_ptr<ServerCore> core, Shard& shard, Arrival arrival)
    : place_(std::move(arrival.place)),
      core_(std::move(core)),
      shard_(shard),
      peer_(arrival.peer),
      v6_(arrival.v6),
      transport_(std::make_shared<Transport>(take_socket(shard, arrival), core_->tls.get())),
      moved_(std::move(arrival.moved)),
      reader_(shard, *transport_, core_->options.http, arrival.began, arrival.unread),
      client_(arrival.peer),
      time_limit_(shard),
      admitted_(moved_.has_value()),
      reply_signal_(shard.impl().io.get_executor()) {
  core_->enlist(shard_.index(), *this);
}

HttpSession::~HttpSession() {
  core_->strike(shard_.index(), *this);
  if (transport_) transport_->cut();
}

Async<void> HttpSession::run() {
  auto const self = shared_from_this();
  reader_.limit(place_->refused() ? kRefusalTime : core_->options.http.head_time);
  if (auto const ec = co_await transport_->handshake(); ec || reader_.late()) {
    core_->metrics.reject(reader_.late() ? Errc::handshake_timeout : Errc::bad_request);
    co_return;
  }
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

Async<bool> HttpSession::serve_one() {
  if (number_ > 0 && (core_->draining || !co_await reader_.next())) co_return false;
  HttpReader::Parser parser;
  auto const status = co_await reader_.read(parser);
  if (status == 0) {
    if (number_ == 0 && reader_.late()) core_->metrics.reject(Errc::handshake_timeout);
    co_return false;
  }
  core_->metrics.add(Metric::http_requests);
  request_ = {};
  if (status == 200) {
    auto raw = parser.release();
    co_return co_await answer(std::move(raw));
  }
  ++number_;
  Exchange const last;
  co_return co_await refuse(status, last);
}

Async<bool> HttpSession::refuse(int status, Exchange exchange) {
  core_->metrics.reject(reason_of(status));
  exchange.keep_alive = false;
  auto const response = error_response(status);
  co_return co_await respond(response, exchange);
}

Async<bool> HttpSession::refuse(Errc why, Exchange exchange) {
  core_->metrics.reject(why);
  exchange.keep_alive = false;
  auto const response = error_response(status_for(why));
  co_return co_await respond(response, exchange);
}

Exchange HttpSession::exchange_for(RawRequest const& raw) const {
  return {.version = raw.version(),
          .keep_alive = raw.keep_alive() && !core_->draining && place_->may_idle(),
          .head = raw.method() == http::verb::head,
          .allowed_origin = core_->allowed_origin(joined(raw, "Origin")),
          .origin = joined(raw, "Origin")};
}

Async<bool> HttpSession::answer(RawRequest raw) {
  ++number_;
  reader_.done();
  auto request = to_request(raw);
  measure(raw, request);
  bool const within_budget = request && identify(raw, *request);
  auto exchange = exchange_for(raw);
  if (!request) co_return co_await refuse(400, exchange);
  auto const* const endpoint =
      asks_for_websocket(raw) ? core_->router.find_websocket(request->path) : nullptr;
  if (endpoint != nullptr && !within_budget)
    co_return co_await refuse(Errc::too_many_connections, exchange);
  if (endpoint != nullptr)
    co_return co_await upgrade(std::move(raw), std::move(*request), *endpoint);
  if (!within_budget) exchange.keep_alive = false;  // whoever asks for health still gets its answer
  co_return co_await answer_plain(raw, *request, exchange);
}

void HttpSession::measure(RawRequest const& raw, std::optional<HttpRequest> const& request) {
  request_ = {.bytes = raw.body().size()};
  auto const method = raw.method_string();
  request_.method = RequestMeter::method_place({method.data(), method.size()});
  if (request) request_.place = core_->router.place_of(request->path);
}

// The client's rate pays for what is asked and for how much is answered.
Async<bool> HttpSession::answer_plain(RawRequest const& raw, HttpRequest const& request,
                                      Exchange exchange) {
  if (!core_->may_ask(client_, shard_.now()))
    co_return co_await refuse(Errc::rate_limited, exchange);
  auto const response = co_await route(raw, request);
  if (!core_->may_hear(client_, shard_.now(), sent_body(response, exchange).size()))
    co_return co_await refuse(Errc::rate_limited, exchange);
  co_return co_await respond(response, exchange);
}

Async<HttpResponse> HttpSession::route(RawRequest const& raw, HttpRequest const& request) {
  auto const& router = core_->router;
  auto const* handler = router.find_http(request.method, request.path);
  if (handler == nullptr && raw.method() == http::verb::head)
    handler = router.find_http("GET", request.path);
  if (handler != nullptr) co_return co_await ask(*handler, request);
  auto const methods = router.methods(request.path);
  if (!methods.empty() && raw.method() == http::verb::options)
    co_return options_response(raw, methods);
  core_->metrics.reject(Errc::not_found);
  if (methods.empty()) co_return error_response(404);
  bool const asks_for_websocket =
      raw.method() == http::verb::get && router.find_websocket(request.path) != nullptr;
  co_return asks_for_websocket ? error_response(426) : method_not_allowed(methods);
}

// Finds out for whom the connection speaks, and charges that address. False: its budget is used up.
bool HttpSession::identify(RawRequest const& raw, HttpRequest& request) {
  client_ = client_address(peer_, joined(raw, "X-Forwarded-For"), core_->options.trusted_proxies);
  request.remote = client_.text();
  request.tls = core_->tls != nullptr;
  return !place_->refused() && place_->rebind(client_);
}

HttpReply HttpSession::make_reply() {
  auto const slot = std::make_shared<ReplySlot<HttpSession>>(shard_, weak_from_this(), number_);
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
  transport_->stage(head_text(response, exchange));
  auto rest = sent_body(response, exchange);
  bool written = true;
  do {
    transport_->stage(rest.substr(0, kSlice));
    rest.remove_prefix(std::min(rest.size(), kSlice));
    written = co_await transport_->flushed();
  } while (written && !rest.empty());
  time_limit_.cancel();
  core_->requests.note(request_, response.status);
  co_return written&& exchange.keep_alive;
}

// What speaks against a websocket before its endpoint is asked.
std::optional<Errc> HttpSession::objection(RawRequest const& raw, std::size_t home) {
  if (core_->draining) return Errc::shutting_down;
  if (std::exchange(admitted_, false)) return {};
  auto const origin = joined(raw, "Origin");
  if (!origin.empty() && core_->allowed_origin(origin).empty()) return Errc::forbidden_origin;
  if (!core_->may_open(client_, shard_.now())) return Errc::rate_limited;
  if (core_->lagging(home)) return Errc::overloaded;
  return {};
}

Async<bool> HttpSession::upgrade(RawRequest raw, HttpRequest request,
                                 WebsocketEndpoint const& endpoint) {
  auto const exchange = exchange_for(raw);
  if (auto const status = check_upgrade(raw); status != 0)
    co_return co_await refuse(status, exchange);
  auto home = endpoint.home ? endpoint.home(request) : shard_.index();
  if (home >= core_->shards.size() || transport_->encrypted()) home = shard_.index();
  if (auto const why = objection(raw, home)) co_return co_await refuse(*why, exchange);
  if (home != shard_.index()) {
    move_home(home, std::move(raw));
    co_return false;
  }
  auto const admitted = endpoint.admit ? endpoint.admit(request) : Result<>{};
  if (!admitted) co_return co_await refuse(admitted.error().code, exchange);
  become_websocket(std::move(raw), std::move(request), endpoint);
  co_return false;
}

void HttpSession::become_websocket(RawRequest raw, HttpRequest request,
                                   WebsocketEndpoint const& endpoint) {
  core_->requests.note(request_, kSwitchingProtocols);
  transport_->put_back(reader_.take_unread());
  Upgrade parts{.core = core_,
                .shard = shard_,
                .transport = std::move(transport_),
                .place = std::move(place_),
                .request = std::move(request),
                .endpoint = endpoint,
                .began = reader_.began()};
  auto const session = std::make_shared<WebsocketSession>(std::move(parts));
  core_->strike(shard_.index(), *this);
  auto parcel = std::make_unique<RawRequest>(std::move(raw));
  asio::co_spawn(session->executor(), session->run(std::move(parcel)), kept_while_running(session));
}

void HttpSession::move_home(std::size_t home, RawRequest raw) {
  Arrival arrival;
  arrival.descriptor = transport_->release();
  arrival.v6 = v6_;
  arrival.peer = peer_;
  arrival.began = reader_.began();
  arrival.place = std::move(place_);
  arrival.unread = reader_.take_unread();
  arrival.moved = std::move(raw);
  transport_.reset();
  if (arrival.descriptor >= 0) start_session(core_, core_->shards[home], std::move(arrival));
}

void HttpSession::drain(Errc) {
  reader_.stop_waiting();
}

void HttpSession::cut(Errc) {
  cut_ = true;
  if (transport_) transport_->cut();
  reply_signal_.cancel();
}

}  // namespace archipelago::net
