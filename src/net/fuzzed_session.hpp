// The server's own sessions over a socket pair, driven by hand: no thread, no port, no waiting.
#pragma once

#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include "net/arrival.hpp"
#include "net/shard_impl.hpp"

namespace archipelago::net {

/// A server without a port. One for all inputs of a fuzzer, so that whatever one of them leaves
/// behind is noticed.
class FuzzedServer {
 public:
  explicit FuzzedServer(Router routes) : router_(std::move(routes)), core_(make_core()) {}

  /// One client: sends `bytes` in pieces of `piece` (0: at once), each when the server has done
  /// what it could, and gives all that the server answered. Aborts when the server forgets to let
  /// go of it.
  std::string serve(std::string_view bytes, std::size_t piece) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0)
      std::abort();
    arrive(ends[0]);
    std::string answer;
    while (!bytes.empty()) {
      auto const now = bytes.substr(0, piece == 0 ? bytes.size() : piece);
      bytes.remove_prefix(now.size());
      if (::send(ends[1], now.data(), now.size(), MSG_NOSIGNAL) < 0) break;
      run();
      read_into(answer, ends[1]);
    }
    ::shutdown(ends[1], SHUT_WR);
    run();
    read_into(answer, ends[1]);
    ::close(ends[1]);
    core_->cut_all(0, Errc::peer_gone);
    run();
    if (core_->connections() != 0) std::abort();
    return answer;
  }

 private:
  static ServerOptions options() {
    ServerOptions out;
    out.rates = {.connections = {},
                 .connections_per_address = {},
                 .requests_per_address = {},
                 .websockets_per_address = {}};
    out.before_login = {.total = 4, .per_address = 4};
    out.most_lag = Millis{0};  // nothing turns the loop between two inputs
    return out;
  }

  std::shared_ptr<ServerCore> make_core() {
    return std::make_shared<ServerCore>(pool_, router_, options(), metrics_);
  }

  void arrive(int descriptor) {
    Arrival arrival;
    arrival.descriptor = descriptor;
    arrival.began = pool_[0].now();
    arrival.place = Place::take(core_, arrival.peer, arrival.began);
    if (!arrival.place || arrival.place->refused()) std::abort();
    start_session(core_, pool_[0], std::move(arrival));
    run();
  }

  void run() {
    while (pool_[0].impl().io.poll() > 0) {
    }
  }

  static void read_into(std::string& answer, int socket) {
    std::array<char, 16'384> buffer{};
    for (;;) {
      auto const got = ::recv(socket, buffer.data(), buffer.size(), 0);
      if (got <= 0) return;
      answer.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

  Metrics metrics_;
  ShardPool pool_{1};
  Router const router_;
  std::shared_ptr<ServerCore> const core_;
};

}  // namespace archipelago::net
