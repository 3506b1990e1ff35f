// The client side of dcl-rpc on one connection (WIRE 2): frames in, frames out, no sockets, no
// threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "wire/rpc_frame.hpp"

namespace archipelago::rpc {

/// The shared inside of a client and of its handles.
class Link;

// Every callback here is called exactly once: within Client::receive() or Client::closed(), or at
// once when the request cannot be made. Its errors: upstream_failed with the text of the server's
// RemoteError as detail, rpc_violation (an answer that does not fit), peer_gone (the connection has
// ended), overloaded (too much is under way).

/// Elements of a server stream, each asked for. Copies share the stream.
class RemoteStream {
 public:
  class State;
  explicit RemoteStream(std::shared_ptr<State> state) : state_(std::move(state)) {}

  /// Gives the next element, or nothing after the last. One call at a time.
  void next(std::function<void(Result<std::optional<std::string>>)> callback);
  /// Wants no more; a callback that waits gets nothing as its element.
  void close();

 private:
  std::shared_ptr<State> state_;
};

/// A module of a port, with the ids that the server gave to its procedures.
class RemoteModule {
 public:
  RemoteModule(std::weak_ptr<Link> link, std::uint32_t port,
               std::vector<wire::RpcProcedure> procedures)
      : link_(std::move(link)), port_(port), procedures_(std::move(procedures)) {}

  [[nodiscard]] std::vector<wire::RpcProcedure> const& procedures() const { return procedures_; }

  /// `procedure` by name; one that the module lacks fails with rpc_violation.
  void call(std::string_view procedure, std::string payload,
            std::function<void(Result<std::string>)> callback) const;
  /// Opens a server stream; a refusal comes with its first element.
  [[nodiscard]] RemoteStream stream(std::string_view procedure, std::string payload) const;

 private:
  [[nodiscard]] std::optional<wire::RpcRequest> request(std::string_view procedure,
                                                        std::string payload) const;

  std::weak_ptr<Link> link_;
  std::uint32_t port_;
  std::vector<wire::RpcProcedure> procedures_;
};

class RemotePort {
 public:
  RemotePort(std::weak_ptr<Link> link, std::uint32_t id) : link_(std::move(link)), id_(id) {}

  [[nodiscard]] std::uint32_t id() const { return id_; }
  void load(std::string module, std::function<void(Result<RemoteModule>)> callback) const;
  /// Its streams end here at once; calls under way may still be answered.
  void destroy() const;

 private:
  std::weak_ptr<Link> link_;
  std::uint32_t id_;
};

/// What a hostile server cannot exceed, and a careless user neither.
struct ClientLimits {
  std::size_t under_way = 1024;  ///< unanswered requests and open streams
  std::size_t procedures = 256;  ///< of one module
  std::size_t name_bytes = 256;  ///< of a procedure
};

class Client {
 public:
  explicit Client(std::function<void(std::string frame)> send, ClientLimits limits = {});
  ~Client();  ///< as closed()
  Client(Client const&) = delete;
  Client& operator=(Client const&) = delete;

  void create_port(std::string name, std::function<void(Result<RemotePort>)> callback);

  /// One websocket message. An error means that the server broke the protocol: close the socket
  /// with it. Answers that nobody waits for are ignored.
  [[nodiscard]] Result<> receive(std::string_view frame);
  /// The connection is gone: everything under way fails with peer_gone, nothing is sent any more.
  void closed();
  [[nodiscard]] bool server_ready() const;

 private:
  std::shared_ptr<Link> link_;
};

}  // namespace archipelago::rpc
