// The server's public face: everything happens in its Connection.
#include "rpc/server.hpp"

#include "rpc/connection.hpp"

namespace archipelago::rpc {

Server::Server(Hooks hooks, Limits limits)
    : connection_(std::make_shared<Connection>(std::move(hooks), limits)) {}

Server::~Server() {
  connection_->closed();
}

void Server::start() {
  connection_->send(0, wire::RpcServerReady{});
}

Result<> Server::receive(std::string_view frame) {
  auto const keep = connection_;  // a handler may destroy this server
  return keep->receive(frame);
}

void Server::closed() {
  auto const keep = connection_;
  keep->closed();
}

}  // namespace archipelago::rpc
