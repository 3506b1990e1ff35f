// One HTTP connection of the server: requests in order, one at a time, until it ends or becomes a
// websocket.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/arrival.hpp"
#include "net/http_message.hpp"
#include "net/server_core.hpp"
#include "net/transport.hpp"

namespace archipelago::net {

class HttpSession final : public Session, public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(std::shared_ptr<ServerCore> core, Shard& shard, Arrival arrival);
  ~HttpSession() override;

  Async<void> run();

  void drain(Errc why) override;
  void cut(Errc why) override;

  /// The answer to request `number`; late ones are ignored.
  void replied(std::uint64_t number, HttpResponse response);

 private:
  using Parser = http::request_parser<http::string_body>;

  Async<bool> serve_one();
  Async<bool> wait_for_request();
  Async<int> read_request(Parser& parser);
  Async<int> read_body(Parser& parser);
  Async<bool> answer(RawRequest raw);
  Async<HttpResponse> route(RawRequest const& raw, HttpRequest const& request);
  Async<bool> refuse(int status);
  Async<HttpResponse> ask(HttpHandler const& handler, HttpRequest const& request);
  Async<bool> respond(HttpResponse const& response, Exchange const& exchange);
  Async<bool> upgrade(RawRequest raw, HttpRequest request, WebsocketEndpoint const& endpoint);

  [[nodiscard]] HttpReply make_reply();
  bool move_home(RawRequest const& raw, HttpRequest const& request,
                 WebsocketEndpoint const& endpoint);
  [[nodiscard]] int admit(HttpRequest const& request, WebsocketEndpoint const& endpoint);
  [[nodiscard]] bool identify(RawRequest const& raw, HttpRequest& request);
  void limit_time(Millis from_now);
  [[nodiscard]] std::string take_unread();
  [[nodiscard]] Exchange exchange_for(RawRequest const& raw) const;

  std::unique_ptr<Place> place_;  // first: freed last
  std::shared_ptr<ServerCore> const core_;
  Shard& shard_;
  IpAddress const peer_;
  bool const v6_;
  std::shared_ptr<Transport> transport_;  // empty once the connection has moved on
  std::optional<RawRequest> moved_;
  beast::flat_buffer unread_;
  Instant began_;
  Timer time_limit_;
  bool late_ = false;
  bool idle_ = false;  // between requests
  bool cut_ = false;
  std::uint64_t number_ = 0;
  std::optional<HttpResponse> reply_;
  AsioTimer reply_signal_;
};

}  // namespace archipelago::net
