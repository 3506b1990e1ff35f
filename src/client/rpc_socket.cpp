// Frames between a websocket and an rpc client.
#include "client/rpc_socket.hpp"

#include "client/player.hpp"

namespace archipelago::client {

RpcSocket::RpcSocket(net::WsClient socket)
    : socket_(std::move(socket)), rpc_([this](std::string const& frame) {
        if (auto const sent = socket_.send(frame); !sent)
          send_error_ = explain(sent.error(), socket_);
      }) {}

Result<std::unique_ptr<RpcSocket>> RpcSocket::connect(std::string const& url, Deadline deadline) {
  net::WsOptions options;
  options.subprotocols = {"bff"};
  auto socket = net::WsClient::connect(url, deadline.left(), options);
  if (!socket) return tl::unexpected(socket.error());
  return std::unique_ptr<RpcSocket>(new RpcSocket(std::move(*socket)));
}

Result<> RpcSocket::pump(Deadline deadline) {
  if (send_error_) return tl::unexpected(*send_error_);
  auto const frame = socket_.receive(deadline.left());
  if (!frame) return tl::unexpected(explain(frame.error(), socket_));
  return rpc_.receive(*frame);
}

Result<std::string> RpcSocket::call(rpc::RemoteModule const& module, std::string_view procedure,
                                    std::string payload, Deadline deadline) {
  return await<std::string>(
      [&](std::function<void(Result<std::string>)> done) {
        module.call(procedure, std::move(payload), std::move(done));
      },
      deadline);
}

void RpcSocket::close() {
  rpc_.closed();
  socket_.close();
}

}  // namespace archipelago::client
