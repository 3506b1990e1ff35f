// The listening side of a realm: HTTP and websockets on one port, served by all shards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/loop_lag.hpp"
#include "base/metrics.hpp"
#include "base/result.hpp"
#include "limits/admission.hpp"
#include "limits/outbox_policy.hpp"
#include "limits/token_bucket.hpp"
#include "net/client_address.hpp"
#include "net/http.hpp"
#include "net/request_meter.hpp"
#include "net/shard.hpp"

namespace archipelago::net {

/// Rates of the front door. 0 a second: no limit.
struct RateLimits {
  limits::Rate connections{.per_second = 4'000, .burst = 8'000};  ///< accepted, from anywhere
  // Of one IPv4 address or one IPv6 /64:
  limits::Rate connections_per_address{.per_second = 100, .burst = 1'000};  ///< closed unanswered
  /// A request costs one, and another for each kAnswerUnit of its answer, at most half a burst:
  /// 429.
  limits::Rate requests_per_address{.per_second = 100, .burst = 1'000};
  limits::Rate websockets_per_address{.per_second = 50,
                                      .burst = 500};  ///< each an attempt to log in: 429
};
inline constexpr std::size_t kAnswerUnit = 64UL * 1024;

struct HttpLimits {
  std::size_t head_bytes = 8UL * 1024;    ///< request line and headers; more: 431
  std::size_t headers = 64;               ///< more: 431
  std::size_t target_bytes = 2UL * 1024;  ///< path and query; more: 414
  std::size_t body_bytes = 64UL * 1024;   ///< more: 413
  Millis head_time{5'000};    ///< from accept, or a later request's first byte, to the end of its
                              ///< head, TLS included: 408; 0: no limit
  Millis body_time{10'000};   ///< for the whole body: 408; 0: no limit
  Millis reply_time{30'000};  ///< for the handler: 503
  Millis write_time{10'000};  ///< for the client to take the response: cut
  Millis keep_alive{30'000};  ///< between requests: closed; 0: no limit
};

struct WebsocketLimits {
  Millis handshake{
      15'000};  ///< from accept to Connection::logged_in(): `handshake_timeout`; 0: no limit
  Millis ping_after{4'000};  ///< silence after which the client is pinged; 0: never
  /// Silence after which it is gone (`idle_timeout`); so long may what we sent wait to be
  /// acknowledged. 0: never. With a flush of 2 s that makes less than the 10 s of DESIGN rule 7.
  Millis cut_after{7'000};
  Millis close_wait{
      2'000};  ///< for queued messages and the client's answer to our close frame, then RST
  limits::Rate control{.per_second = 4, .burst = 32};  ///< pings and pongs from the client; more:
                                                       ///< `rate_limited`; 0 a second: no limit
};

struct ServerOptions {
  std::string host =
      "127.0.0.1";            ///< an IPv4 or IPv6 address, or `localhost`; `::` takes both families
  std::uint16_t port = 8000;  ///< 0: any free one
  int backlog = 1024;         ///< connections that the system holds until they are accepted
  std::string certificate_file;   ///< PEM, with its chain; TLS when this and key_file are set
  std::string key_file;           ///< PEM
  AddressBlocks trusted_proxies;  ///< whose X-Forwarded-For is believed
  std::size_t max_connections =
      20'000;  ///< of any kind; more are closed when accepted; 0: no limit
  limits::AdmissionLimits before_login;
  RateLimits rates;
  AddressBlocks unlimited;  ///< whom no limit per address concerns
  /// Pages from elsewhere open no websocket (403); clients that are no browsers do. Empty: any.
  std::vector<std::string> origins;
  Millis most_lag{500};  ///< of a shard: beyond, it takes no further websocket (503); 0: any
  HttpLimits http;
  WebsocketLimits websocket;
  limits::OutboxLimits outbox;
};

/// One acceptor (on shard 0) hands accepted sockets to the shards in turn. SO_REUSEPORT would
/// spread by hash, which is uneven for few connections, and would hide that another program has the
/// port already. A websocket whose endpoint names another home moves there before the upgrade is
/// answered. TLS sockets cannot move: TLS needs a pool of one shard. Answers to HTTP requests are
/// in order, one at a time per connection; a pipelining client waits in its socket.
class Server {
 public:
  /// Listens and accepts at once. All arguments outlive the server; the pool runs. Errors tell
  /// what, why and what to do, for the operator (port taken, bad address, certificate unreadable or
  /// not the key's).
  static Result<std::unique_ptr<Server>> start(ShardPool& shards, Router const& router,
                                               ServerOptions options, Metrics& metrics);
  Server(Server const&) = delete;
  Server& operator=(Server const&) = delete;
  ~Server();  ///< stop()

  [[nodiscard]] std::uint16_t port() const noexcept;
  /// What to connect to: `http://127.0.0.1:8000`; `https` with TLS; a wildcard host is told as it
  /// is.
  [[nodiscard]] std::string url() const;

  /// New connections are refused by the system from now on. Any thread.
  void stop_accepting();

  /// Refuses further websockets, closes those there are with `reason` (usually shutting_down), one
  /// after the other over `spread` (fewer than 100 a second take less), then stops accepting, lets
  /// HTTP requests finish and cuts what is left after `deadline`. `on_done` runs once, on shard 0,
  /// when no connection is left. Any thread, once.
  void drain(Errc reason, Millis spread, Millis deadline, std::function<void()> on_done);

  /// Cuts all connections and waits until each protocol has had its on_closed() and is released.
  /// Not from a shard. Needs running shards; repeating does nothing.
  void stop();

  /// Open connections of any kind. Any thread.
  [[nodiscard]] std::size_t connections() const noexcept;

  /// Of websocket messages, waiting until their readers take them. Any thread.
  [[nodiscard]] std::int64_t outbox_bytes() const noexcept;

  /// Any thread; lives as long as the server.
  [[nodiscard]] RequestMeter const& requests() const noexcept;

  /// How late each shard is, by its index. Any thread.
  [[nodiscard]] std::vector<std::shared_ptr<LoopLag const>> lags() const;
  /// No shard takes further websockets at present. Any thread.
  [[nodiscard]] bool overloaded() const;

 private:
  class Impl;
  explicit Server(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace archipelago::net
