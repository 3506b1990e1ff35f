// What a client and its handles share. Inside this room only; users see client.hpp.
#pragma once

#include <map>

#include "rpc/client.hpp"

namespace archipelago::rpc {

[[nodiscard]] inline tl::unexpected<Error> connection_ended() {
  return fail(Errc::peer_gone, "the connection has ended");
}

/// Every call into a callback or into `send` may come back into this object.
class Link : public std::enable_shared_from_this<Link> {
 public:
  using Answer = std::function<void(Result<wire::RpcBody>)>;

  Link(std::function<void(std::string)> send, ClientLimits limits)
      : send_(std::move(send)), limits_(limits) {}

  [[nodiscard]] ClientLimits const& limits() const { return limits_; }
  [[nodiscard]] bool ready() const { return ready_; }

  void send(std::uint32_t number, wire::RpcBody const& body);
  /// Sends a request; `answer` gets what comes back, a RemoteError as an error.
  void ask(wire::RpcBody const& body, Answer answer);
  /// Sends a request that is answered with a stream.
  void open(wire::RpcRequest const& request, std::shared_ptr<RemoteStream::State> const& stream);
  void forget(std::uint32_t number) { streams_.erase(number); }
  void end_streams(std::uint32_t port);

  [[nodiscard]] Result<> receive(std::string_view bytes);
  void closed();

 private:
  /// Nothing when no request can be made now.
  Result<std::uint32_t> number();
  Result<> dispatch(wire::RpcFrame frame);

  std::function<void(std::string)> send_;
  ClientLimits limits_;
  bool closed_ = false;
  bool ready_ = false;
  std::uint32_t last_number_ = 0;
  std::map<std::uint32_t, Answer> answers_;
  std::map<std::uint32_t, std::shared_ptr<RemoteStream::State>> streams_;
};

class RemoteStream::State : public std::enable_shared_from_this<RemoteStream::State> {
 public:
  using Callback = std::function<void(Result<std::optional<std::string>>)>;

  State(std::weak_ptr<Link> link, std::uint32_t port) : link_(std::move(link)), port_(port) {}

  [[nodiscard]] std::uint32_t port() const { return port_; }
  void opened_as(std::uint32_t number) { number_ = number; }
  void next(Callback callback);
  void close();

  void message(wire::RpcStreamMessage message);
  void end(std::optional<Error> error);

 private:
  enum class Phase : std::uint8_t { opening, idle, asked, closing, ended };

  void ask();
  void element(wire::RpcStreamMessage message);
  void send_close();
  [[nodiscard]] Result<std::optional<std::string>> outcome() const;

  std::weak_ptr<Link> link_;
  std::uint32_t port_;
  std::uint32_t number_ = 0;
  std::uint32_t sequence_ = 0;  ///< of the last element received
  Phase phase_ = Phase::opening;
  std::optional<Error> error_;  ///< why it has ended
  Callback waiting_;
};

}  // namespace archipelago::rpc
