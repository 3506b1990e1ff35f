// For this room's tests: a server with one module, driven by raw frames.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "rpc/server.hpp"
#include "rpc/testing.hpp"

namespace archipelago::rpc {

using namespace wire;

/// A server with one module `m`, driven by raw frames.
class Rpc {
 public:
  explicit Rpc(std::vector<Procedure> procedures, Limits limits = {}) {
    auto hooks = Server::Hooks{.send = [this](std::string f) { take(std::move(f)); },
                               .open_port =
                                   [this, procedures](Port& port) {
                                     last_port = &port;
                                     port.on_close([this] { ++ports_closed; });
                                     port.offer({"m", procedures});
                                   },
                               .next_port_id = [this] { return ++ids_; }};
    server = std::make_unique<Server>(std::move(hooks), limits);
    server->start();
  }

  /// A port with its module loaded; what the server said so far is forgotten.
  Rpc& ready() {
    send(1, RpcCreatePort{"p"});
    send(2, RpcRequestModule{1, "m"});
    said.clear();
    return *this;
  }
  Result<> send(std::uint32_t number, RpcBody const& body) {
    return server->receive(encode_rpc(number, body));
  }
  void call(std::uint32_t number, std::uint32_t procedure = 1) {
    send(number, RpcRequest{1, procedure, 0, "x"});
  }
  void ack(std::uint32_t number, std::uint32_t sequence) {
    send(number, RpcStreamAck{1, sequence, {}, false, true});
  }

  std::unique_ptr<Server> server;
  std::vector<std::string> said;  ///< as `describe` writes it
  Port* last_port = nullptr;
  int ports_closed = 0;
  std::function<void(RpcFrame const&)> on_frame;

 private:
  void take(std::string bytes) {
    auto const frame = decode_rpc(bytes);
    ASSERT_TRUE(frame);
    said.push_back(describe(*frame));
    if (on_frame) on_frame(*frame);
  }

  std::uint32_t ids_ = 0;
};

using Said = std::vector<std::string>;

inline Procedure keep(std::optional<Call>& kept) {
  return {"Keep", [&kept](Call call) { kept = std::move(call); }};
}
inline Procedure open_stream(std::optional<OutStream>& kept, std::size_t limit = 2) {
  return {"Stream", [&kept, limit](Call call) { kept = call.stream(limit); }};
}

}  // namespace archipelago::rpc
