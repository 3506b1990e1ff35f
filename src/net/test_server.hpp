// What the socket tests share: a running server with a few endpoints, and a raw socket for clients
// that misbehave.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <vector>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/server.hpp"
#include "support/ws_client.hpp"

namespace archipelago::net::testing {

inline constexpr Millis kPatience{10'000};  // no test waits that long unless it fails

/// A value that several threads change and the test waits for.
template <class T>
class Watched {
 public:
  template <class Change>
  void update(Change&& change) {
    std::lock_guard const lock(mutex_);
    change(value_);
    changed_.notify_all();
  }
  template <class Condition>
  bool wait(Condition&& condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return condition(value_); });
  }
  T get() {
    std::lock_guard const lock(mutex_);
    return value_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  T value_{};
};

/// Waits for what nobody announces.
template <class Condition>
bool eventually(Condition&& condition) {
  auto const end = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

/// What happened on the server's side of the websockets.
struct Events {
  int opened = 0;
  int released = 0;
  std::vector<Errc> closed;
  std::vector<std::string> messages;
  std::vector<std::size_t> shards;
  std::vector<std::string> remotes;
};

/// Echoes. `login` logs in, `close` closes with `replaced`, `throw` throws, `flood N SIZE` sends N
/// unreliable messages and then a reliable `done`; `heap N SIZE` sends N reliable ones.
class EchoProtocol final : public Protocol {
 public:
  EchoProtocol(Connection& connection, std::size_t shard, Watched<Events>& events)
      : connection_(connection), events_(events) {
    events_.update([&](Events& e) {
      ++e.opened;
      e.shards.push_back(shard);
      e.remotes.push_back(connection.remote());
    });
  }
  EchoProtocol(EchoProtocol const&) = delete;
  EchoProtocol& operator=(EchoProtocol const&) = delete;
  ~EchoProtocol() override {
    events_.update([](Events& e) { ++e.released; });
  }

  void on_message(std::string_view bytes) override {
    events_.update([&](Events& e) { e.messages.emplace_back(bytes); });
    if (bytes == "login") connection_.logged_in();
    if (bytes == "close") return connection_.close(Errc::replaced, "somebody else");
    if (bytes == "throw") throw std::runtime_error("as asked");
    if (bytes.starts_with("flood ")) return pour(bytes.substr(6), Delivery::unreliable);
    if (bytes.starts_with("heap ")) return pour(bytes.substr(5), Delivery::reliable);
    connection_.send(share(std::string(bytes)));
  }
  void on_closed(Errc why) override {
    events_.update([&](Events& e) { e.closed.push_back(why); });
  }

 private:
  void pour(std::string_view order, Delivery delivery) {
    auto const count = std::stoul(std::string(order));
    auto const size = std::stoul(std::string(order.substr(order.find(' ') + 1)));
    auto const message = share(std::string(size, 'x'));
    for (std::size_t i = 0; i < count; ++i) connection_.send(message, delivery);
    connection_.send(share("done"));
  }

  Connection& connection_;
  Watched<Events>& events_;
};

/// A server on a free port, with `/echo`, `/at/{shard}` (lives on that shard), `/wary` (64 bytes
/// until login), `/closed` (never admits) and some HTTP.
class TestServer {
 public:
  explicit TestServer(ServerOptions options = {}, std::size_t shards = 1) : pool(shards) {
    options.port = 0;
    add_routes();
    pool.start();
    auto started = Server::start(pool, router, std::move(options), metrics);
    if (!started) throw std::runtime_error(started.error().detail);
    server = std::move(*started);
  }
  TestServer(TestServer const&) = delete;
  TestServer& operator=(TestServer const&) = delete;
  ~TestServer() {
    server->stop();
    pool.stop();
  }

  [[nodiscard]] std::string ws(std::string_view path = "/echo") const {
    return "ws" + server->url().substr(4) + std::string(path);
  }
  WsClient connect(std::string_view path = "/echo", WsOptions options = {}) {
    auto client = WsClient::connect(ws(path), kPatience, std::move(options));
    if (!client) throw std::runtime_error(client.error().detail);
    return std::move(*client);
  }
  /// Reads until the server closes.
  static WsClosed wait_closed(WsClient& client) {
    while (client.receive(kPatience)) {
    }
    return client.closed().value_or(WsClosed{});
  }
  bool wait_closed_with(Errc why) {
    return events.wait(
        [&](Events const& e) { return !e.closed.empty() && e.closed.back() == why; });
  }

  Metrics metrics;
  Watched<Events> events;
  Watched<std::vector<HttpReply>> held;  ///< replies to /later
  std::function<void(HttpRequest const&)> seen;
  Router router;
  ShardPool pool;
  std::unique_ptr<Server> server;

 private:
  WebsocketEndpoint echo() {
    WebsocketEndpoint endpoint;
    endpoint.max_message_bytes = 1024;
    endpoint.open = [this](HttpRequest const&, Connection& connection, std::size_t shard) {
      return std::make_shared<EchoProtocol>(connection, shard, events);
    };
    return endpoint;
  }
  void add_routes() {
    router.websocket("/echo", echo());
    auto moving = echo();
    moving.home = [](HttpRequest const& request) { return std::size_t(request.path.back() - '0'); };
    router.websocket("/at/*", moving);
    auto wary = echo();
    wary.max_login_bytes = 64;
    router.websocket("/wary", wary);
    auto closed = echo();
    closed.admit = [](HttpRequest const& request) -> Result<> {
      if (request.query == "unknown") return fail(Errc::bad_request);
      if (request.query == "full") return fail(Errc::room_full);
      return fail(Errc::not_assigned);
    };
    router.websocket("/closed", closed);
    router.http("GET", "/hello", [](HttpRequest const& request, HttpReply reply) {
      HttpResponse out;
      out.body = "{\"hello\":\"" + request.parameter("name").value_or("world") + "\"}";
      reply(out);
    });
    router.http("POST", "/size", [](HttpRequest const& request, HttpReply reply) {
      HttpResponse out;
      out.body = std::to_string(request.body.size());
      reply(out);
    });
    router.http("GET", "/remote", [](HttpRequest const& request, HttpReply reply) {
      HttpResponse out;
      out.body = request.remote;
      reply(out);
    });
    router.http("GET", "/large",
                [body = share(std::string(1'000'000, 'l'))](HttpRequest const&, HttpReply reply) {
                  HttpResponse out;
                  out.shared = body;
                  reply(out);
                });
    router.http("GET", "/later", [this](HttpRequest const&, HttpReply reply) {
      held.update([&](std::vector<HttpReply>& replies) { replies.push_back(reply); });
    });
    router.http("GET", "/forgotten", [](HttpRequest const&, HttpReply const&) {});
    router.http("GET", "/broken",
                [](HttpRequest const&, HttpReply const&) { throw std::runtime_error("as asked"); });
  }
};

/// Bytes in, bytes out; blocks up to kPatience.
class RawSocket {
 public:
  explicit RawSocket(std::uint16_t port, int receive_buffer = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    timeval const limit{kPatience.count() / 1000, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (receive_buffer > 0)
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(socket_, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0;
  }
  RawSocket(RawSocket const&) = delete;
  RawSocket& operator=(RawSocket const&) = delete;
  ~RawSocket() { ::close(socket_); }

  [[nodiscard]] bool connected() const { return connected_; }
  /// False once the server has ended the connection.
  bool send(std::string_view bytes) {
    auto const sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return sent == static_cast<ssize_t>(bytes.size());
  }
  /// Something came, or the server has ended the connection.
  [[nodiscard]] bool readable() const {
    pollfd waiting{socket_, POLLIN, 0};
    return ::poll(&waiting, 1, 0) > 0;
  }
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

  /// Everything until the server ends the connection.
  std::string read_all() {
    std::string out;
    while (read_more(out)) {
    }
    return out;
  }
  /// Until `mark` has come (and whatever came with it).
  std::string read_until(std::string_view mark) {
    std::string out;
    while (out.find(mark) == std::string::npos && read_more(out)) {
    }
    return out;
  }
  std::string read_exactly(std::size_t count) {
    std::string out(count, '\0');
    auto const got = ::recv(socket_, out.data(), count, MSG_WAITALL);
    out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return out;
  }

 private:
  bool read_more(std::string& out) {
    std::array<char, 4096> buffer{};
    auto const got = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (got > 0) out.append(buffer.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  int socket_;
  bool connected_ = false;
};

inline std::string upgrade_request(std::string_view path, std::string_view extra = {}) {
  return "GET " + std::string(path) +
         " HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: "
         "Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         std::string(extra) + "\r\n";
}

/// A client's frame with the masking key 0.
inline std::string frame(char first, std::string_view payload, bool masked = true) {
  std::string out(1, first);
  out += static_cast<char>((masked ? 0x80 : 0) | static_cast<int>(payload.size()));
  if (masked) out.append(4, '\0');
  return out.append(payload);
}

}  // namespace archipelago::net::testing
