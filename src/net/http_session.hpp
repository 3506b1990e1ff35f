// One HTTP connection of the server: requests in order, one at a time, until it ends or becomes a
// websocket.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/arrival.hpp"
#include "net/http_message.hpp"
#include "net/http_reader.hpp"
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
  [[nodiscard]] bool lasts() const override { return false; }

  /// The answer to request `number`; late ones are ignored.
  void replied(std::uint64_t number, HttpResponse response);

 private:
  Async<bool> serve_one();
  Async<bool> answer(RawRequest raw);
  Async<bool> answer_plain(RawRequest const& raw, HttpRequest const& request, Exchange exchange);
  Async<HttpResponse> route(RawRequest const& raw, HttpRequest const& request);
  Async<HttpResponse> ask(HttpHandler const& handler, HttpRequest const& request);
  Async<bool> refuse(int status, Exchange exchange);
  Async<bool> refuse(Errc why, Exchange exchange);
  Async<bool> respond(HttpResponse const& response, Exchange const& exchange);
  Async<bool> upgrade(RawRequest raw, HttpRequest request, WebsocketEndpoint const& endpoint);

  [[nodiscard]] HttpReply make_reply();
  [[nodiscard]] std::optional<Errc> objection(RawRequest const& raw, std::size_t home);
  void move_home(std::size_t home, RawRequest raw);
  void become_websocket(RawRequest raw, HttpRequest request, WebsocketEndpoint const& endpoint);
  [[nodiscard]] bool identify(RawRequest const& raw, HttpRequest& request);
  void measure(RawRequest const& raw, std::optional<HttpRequest> const& request);
  [[nodiscard]] Exchange exchange_for(RawRequest const& raw) const;

  std::unique_ptr<Place> place_;  // first: freed last
  std::shared_ptr<ServerCore> const core_;
  Shard& shard_;
  IpAddress const peer_;
  bool const v6_;
  std::shared_ptr<Transport> transport_;  // empty once the connection has moved on
  std::optional<RawRequest> moved_;
  HttpReader reader_;
  IpAddress client_;  // for whom the present request speaks
  Timer time_limit_;
  bool admitted_;  // on another shard, before it moved here
  bool cut_ = false;
  RequestMeter::Request request_;  // the present one, as far as it is known
  std::uint64_t number_ = 0;
  std::optional<HttpResponse> reply_;
  AsioTimer reply_signal_;
};

}  // namespace archipelago::net
