// What the parts of one connection's server share. Inside this room only; users see server.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rpc/server.hpp"
#include "wire/rpc_frame.hpp"

namespace archipelago::rpc {

/// One of the calls that a connection may have open; given back when it goes.
class Slot {
 public:
  Slot() = default;
  explicit Slot(std::shared_ptr<std::size_t> taken) : taken_(std::move(taken)) { ++*taken_; }
  Slot(Slot&&) noexcept = default;
  Slot& operator=(Slot&& other) noexcept {
    free();
    taken_ = std::move(other.taken_);
    return *this;
  }
  Slot(Slot const&) = delete;
  Slot& operator=(Slot const&) = delete;
  ~Slot() { free(); }

  void free() noexcept {
    if (taken_) --*taken_;
    taken_.reset();
  }

 private:
  std::shared_ptr<std::size_t> taken_;
};

class LivePort;

/// Every call into hooks and handlers may come back into this object: no iterator or reference is
/// kept across one.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Server::Hooks hooks, Limits limits) : hooks_(std::move(hooks)), limits_(limits) {}

  void send(std::uint32_t number, wire::RpcBody const& body);
  void send_error(std::uint32_t number, std::string_view text);
  [[nodiscard]] Result<> receive(std::string_view frame);
  void closed();

  [[nodiscard]] bool is_closed() const { return closed_; }

  /// False when a stream of that number runs already.
  [[nodiscard]] bool add(std::uint32_t number, std::shared_ptr<OutStream::State> const& stream);
  void remove_out(std::uint32_t number) { outs_.erase(number); }
  void remove_in(std::uint32_t number) { ins_.erase(number); }
  /// The port's streams end, then its on_close callbacks run.
  void close_port(std::uint32_t id, bool tell_client);

 private:
  Result<> handle(std::uint32_t number, wire::RpcCreatePort message);
  Result<> handle(std::uint32_t number, wire::RpcRequestModule const& message);
  Result<> handle(std::uint32_t number, wire::RpcRequest message);
  Result<> handle(std::uint32_t number, wire::RpcDestroyPort message);
  Result<> handle(std::uint32_t number, wire::RpcStreamMessage message);
  Result<> handle(std::uint32_t number, wire::RpcStreamAck const& message);
  template <class ServerOnly>
  Result<> handle(std::uint32_t number, ServerOnly const& message);

  [[nodiscard]] std::shared_ptr<LivePort> find_port(std::uint32_t id) const;
  [[nodiscard]] bool refuse(std::uint32_t number, wire::RpcRequest const& request);

  Server::Hooks hooks_;
  Limits limits_;
  bool closed_ = false;
  std::shared_ptr<std::size_t> open_calls_ = std::make_shared<std::size_t>(0);
  std::map<std::uint32_t, std::shared_ptr<LivePort>> ports_;
  std::map<std::uint32_t, std::shared_ptr<OutStream::State>>
      outs_;  ///< by the number of their request
  std::map<std::uint32_t, std::shared_ptr<InStream::State>> ins_;  ///< by their own number
};

/// A port and its table of procedures.
class LivePort final : public Port {
 public:
  LivePort(std::uint32_t id, std::string name, std::weak_ptr<Connection> connection)
      : id_(id), name_(std::move(name)), connection_(std::move(connection)) {}

  [[nodiscard]] std::uint32_t id() const override { return id_; }
  [[nodiscard]] std::string const& name() const override { return name_; }
  void offer(Module module) override { offered_.try_emplace(module.name, std::move(module)); }
  void on_close(std::function<void()> callback) override {
    on_close_.push_back(std::move(callback));
  }
  void close() override;

  /// The module's procedures with their ids, given out at the first request; nothing if it is not
  /// offered.
  [[nodiscard]] std::optional<std::vector<wire::RpcProcedure>> load(std::string const& module);
  [[nodiscard]] std::function<void(Call)> procedure(std::uint32_t id) const;
  [[nodiscard]] std::string label() const { return name_ + " (" + std::to_string(id_) + "))"; }
  void run_on_close();

 private:
  std::uint32_t id_;
  std::string name_;
  std::weak_ptr<Connection> connection_;
  std::map<std::string, Module> offered_;
  std::map<std::string, std::vector<wire::RpcProcedure>> loaded_;
  std::vector<std::function<void(Call)>> procedures_;  ///< id - 1
  std::vector<std::function<void()>> on_close_;
};

class InStream::State {
 public:
  /// Number 0: a stream that has ended before it began.
  State(std::weak_ptr<Connection> connection, std::uint32_t port, std::uint32_t number)
      : connection_(std::move(connection)), port_(port), number_(number), ended_(number == 0) {}

  [[nodiscard]] std::uint32_t port() const { return port_; }
  void next(std::function<void(std::optional<std::string>)> callback);
  void close();

  void element(std::uint32_t sequence, std::string payload);
  void end();

 private:
  std::weak_ptr<Connection> connection_;
  std::uint32_t port_;
  std::uint32_t number_;
  std::uint32_t sequence_ = 0;  ///< of the last element received
  bool ended_;
  std::function<void(std::optional<std::string>)> waiting_;
};

class OutStream::State : public std::enable_shared_from_this<OutStream::State> {
 public:
  /// Where it belongs, the client's half of the call, and what it may hold.
  State(std::weak_ptr<Connection> connection, std::shared_ptr<InStream::State> input,
        std::uint32_t port, std::uint32_t number, std::size_t limit, Slot slot)
      : connection_(std::move(connection)),
        input_(std::move(input)),
        port_(port),
        number_(number),
        limit_(limit),
        slot_(std::move(slot)) {}

  [[nodiscard]] std::uint32_t port() const { return port_; }
  [[nodiscard]] bool ended() const { return phase_ != Phase::open; }
  [[nodiscard]] std::size_t waiting_bytes() const { return waiting_bytes_; }
  [[nodiscard]] bool asked() const { return asked_ && phase_ == Phase::open; }
  bool push(std::string element);
  void finish(std::optional<std::string> error);
  void on_end(std::function<void()> callback);

  void offer();
  void answered(std::uint32_t sequence, bool ack, bool closed);
  /// The client, the port or the connection ends it.
  void end(bool tell_client);
  /// It could not start: ended, and nobody asked for it to end.
  void stillborn() { phase_ = Phase::ended; }

 private:
  enum class Phase : std::uint8_t { open, closing, ended };

  void pump();
  void gone();
  void send_message(std::string payload, bool closed);

  std::weak_ptr<Connection> connection_;
  std::shared_ptr<InStream::State> input_;  ///< ends with this
  std::uint32_t port_;
  std::uint32_t number_;
  std::size_t limit_;
  Slot slot_;
  std::deque<std::string> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::uint32_t sequence_ = 0;  ///< of the last element sent
  bool asked_ = false;          ///< the client waits for the next element
  Phase phase_ = Phase::open;
  bool ended_by_peer_ = false;
  std::optional<std::string> error_;
  std::function<void()> on_end_;
};

class Call::State {
 public:
  State(std::weak_ptr<Connection> connection, std::uint32_t number, wire::RpcRequest request,
        Slot slot);
  State(State const&) = delete;
  State& operator=(State const&) = delete;
  ~State() { fail({}); }

  [[nodiscard]] std::string const& payload() const { return payload_; }
  [[nodiscard]] std::shared_ptr<InStream::State> const& input() const { return input_; }
  void reply(std::string payload);
  void fail(std::string_view text);
  std::shared_ptr<OutStream::State> stream(std::size_t buffer_limit);

 private:
  bool answer(wire::RpcBody const& body);

  std::weak_ptr<Connection> connection_;
  std::uint32_t number_;
  std::uint32_t port_;
  std::string payload_;
  std::shared_ptr<InStream::State> input_;
  Slot slot_;
  bool answered_ = false;
};

}  // namespace archipelago::rpc
