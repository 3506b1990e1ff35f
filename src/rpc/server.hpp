// The server side of dcl-rpc on one connection (WIRE 2): frames in, frames out, no sockets, no
// threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace archipelago::rpc {

/// Where elements of a server stream go. Copies share the stream. One element is under way at a
/// time (WIRE 2.3); the others wait here, at most `buffer_limit` of them.
class OutStream {
 public:
  class State;
  explicit OutStream(std::shared_ptr<State> state) : state_(std::move(state)) {}

  /// False when the element was not taken: the stream has ended, or its buffer is full (the newest
  /// is dropped).
  bool push(std::string element);
  /// Ends the stream after what waits. Ignored when it has ended.
  void close();
  /// Ends the stream with a RemoteError after what waits, when the client asks for the next
  /// element.
  void fail(std::string_view text);
  /// Called once when the client, the port or the connection ends it (at once if one of them has);
  /// not for close() and fail(). May run within receive(), Port::close() and Server::closed().
  void on_end(std::function<void()> callback);
  [[nodiscard]] bool ended() const;
  /// Bytes of the elements that wait here.
  [[nodiscard]] std::size_t waiting_bytes() const;
  /// The client waits for the next element: it goes out at once.
  [[nodiscard]] bool asked() const;

 private:
  std::shared_ptr<State> state_;
};

/// Elements that a client streams in. Copies share the stream.
class InStream {
 public:
  class State;
  explicit InStream(std::shared_ptr<State> state) : state_(std::move(state)) {}

  /// Asks for one element; `callback` gets it, or nothing at the end (also the connection's). One
  /// call at a time.
  void next(std::function<void(std::optional<std::string>)> callback);
  /// Wants no more; a callback that waits is dropped. Happens by itself when the call has been
  /// answered with reply or fail.
  void close();

 private:
  std::shared_ptr<State> state_;
};

/// One request to answer: exactly one of reply, fail or stream, now or later. Copies share the
/// call. A call dropped unanswered fails with the protocol's default text; answers after the
/// connection's end go nowhere.
class Call {
 public:
  class State;
  explicit Call(std::shared_ptr<State> state) : state_(std::move(state)) {}

  [[nodiscard]] std::string const& payload() const;
  [[nodiscard]] InStream input() const;  ///< empty stream if the client sends none

  void reply(std::string payload);
  void fail(std::string_view text);
  OutStream stream(std::size_t buffer_limit);

 private:
  std::shared_ptr<State> state_;
};

struct Procedure {
  std::string name;  ///< as in the .proto: capital first letter
  std::function<void(Call)> handle;
};

struct Module {
  std::string name;  ///< short service name, e.g. "CommsService"
  std::vector<Procedure> procedures;
};

/// One port of a connection. Valid until its on_close has run.
class Port {
 public:
  virtual ~Port() = default;
  [[nodiscard]] virtual std::uint32_t id() const = 0;
  [[nodiscard]] virtual std::string const& name() const = 0;
  /// Offers a module from now on; a name that is offered already is left as it is (WIRE 3.1).
  virtual void offer(Module module) = 0;
  virtual void on_close(std::function<void()> callback) = 0;
  /// Ends the port: its streams end, its id becomes "invalid portId". Safe within a handler;
  /// answers made before are sent.
  virtual void close() = 0;
};

struct Limits {
  std::size_t ports = 16;        ///< per connection; beyond: fatal `too_many_subscriptions`
  std::size_t open_calls = 256;  ///< per connection, unanswered or streaming; beyond: RemoteError
  std::size_t name_bytes = 256;  ///< port and module names
};

class Connection;

class Server {
 public:
  struct Hooks {
    std::function<void(std::string frame)> send;
    std::function<void(Port&)> open_port;         ///< offers the modules of a new port
    std::function<std::uint32_t()> next_port_id;  ///< counts over the whole process, from 1
  };

  Server(Hooks hooks, Limits limits);
  ~Server();  ///< as closed()
  Server(Server const&) = delete;
  Server& operator=(Server const&) = delete;

  /// Sends SERVER_READY.
  void start();
  /// One websocket message. An error is fatal: close the socket with it (WIRE 2.2 rule 7).
  [[nodiscard]] Result<> receive(std::string_view frame);
  /// The connection is gone: ports close, streams end, nothing is sent any more.
  void closed();

 private:
  std::shared_ptr<Connection> connection_;
};

}  // namespace archipelago::rpc
