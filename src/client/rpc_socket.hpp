// dcl-rpc over a blocking websocket: asks, and pumps frames until the answer is there.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "client/deadline.hpp"
#include "net/ws_client.hpp"
#include "rpc/client.hpp"

namespace archipelago::client {

/// One thread. Callbacks of the rpc client run inside pump() and await().
class RpcSocket {
 public:
  /// `url`: ws:// or wss:// of a BFF's /rpc.
  static Result<std::unique_ptr<RpcSocket>> connect(std::string const& url, Deadline deadline);
  RpcSocket(RpcSocket const&) = delete;
  RpcSocket& operator=(RpcSocket const&) = delete;

  [[nodiscard]] rpc::Client& rpc() { return rpc_; }

  /// Takes one frame in. Errors: idle_timeout (none came in time), the socket's, the protocol's.
  Result<> pump(Deadline deadline);

  /// Calls `ask` with a callback and pumps until it was called, or the deadline has passed.
  template <class T>
  Result<T> await(std::function<void(std::function<void(Result<T>)>)> const& ask,
                  Deadline deadline) {
    auto answer = std::make_shared<std::optional<Result<T>>>();  // may come after we have given up
    ask([answer](Result<T> result) { answer->emplace(std::move(result)); });
    while (!*answer)
      if (auto const pumped = pump(deadline); !pumped) return tl::unexpected(pumped.error());
    return std::move(**answer);
  }

  /// A call of one procedure with a whole answer.
  Result<std::string> call(rpc::RemoteModule const& module, std::string_view procedure,
                           std::string payload, Deadline deadline);

  [[nodiscard]] bool closed() const { return socket_.closed().has_value(); }
  void close();

 private:
  explicit RpcSocket(net::WsClient socket);

  net::WsClient socket_;
  std::optional<Error> send_error_;
  rpc::Client rpc_;
};

}  // namespace archipelago::client
