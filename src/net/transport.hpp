// One TCP or TLS connection beneath HTTP and websocket. Reading is Asio's; writing goes through a
// buffer, so that whole frames of ours and Beast's control frames share one queue, and small ones
// leave in one system call.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "net/asio.hpp"

namespace archipelago::net {

/// Beast sees an AsyncStream. One thread. Kept alive by its operations.
class Transport : public std::enable_shared_from_this<Transport> {
 public:
  using executor_type = Executor;
  using Tls = asio::ssl::stream<Socket&>;
  static constexpr std::size_t kMostSlices = 32;  ///< of one write_now()

  /// What its owner does while bytes go out; both may be empty.
  struct Hooks {
    std::function<void()> refill;              ///< room for more: stage() it
    std::function<void(std::size_t)> written;  ///< bytes that the socket took
  };

  Transport(Socket socket, asio::ssl::context* tls);

  [[nodiscard]] executor_type get_executor() { return socket_.get_executor(); }
  [[nodiscard]] bool encrypted() const { return tls_ != nullptr; }
  [[nodiscard]] bool failed() const { return failed_; }

  /// What the peer has not acknowledged for so long ends the connection; 0: the system's patience.
  void give_up_after(Millis limit);

  /// Nothing to do without TLS.
  Async<error_code> handshake();
  /// The client's side: the certificate must be `host`'s, and from an authority that the context
  /// trusts.
  Async<error_code> handshake_with(std::string const& host);

  /// Bytes to read before those of the socket.
  void put_back(std::string bytes) { before_ = std::move(bytes); }
  /// What has come already, without waiting; 0: nothing has (always so with TLS), or the next read
  /// tells why.
  [[nodiscard]] std::size_t read_now(std::span<char> into);

  /// Appends to what leaves with the next flush; the caller bounds it.
  void stage(std::string_view bytes) { staged_ += bytes; }
  [[nodiscard]] std::size_t staged() const { return staged_.size(); }
  [[nodiscard]] bool writing() const { return writing_; }
  /// Hands bytes to the socket at once, without staging: how many it took. 0 with TLS, and while
  /// something is staged or being written.
  [[nodiscard]] std::size_t write_now(std::span<std::string_view const> slices);
  /// Starts writing unless that is going on.
  void flush();
  /// Gives back the memory of what was written; for connections that have fallen silent.
  void release_buffers();
  /// Waits until all that was staged is written; false when it could not be.
  Async<bool> flushed();

  void set_hooks(Hooks hooks) { hooks_ = std::move(hooks); }
  /// From now on Beast's own close frames are swallowed: the session sends them.
  void keep_close_frames() { swallow_close_ = true; }
  /// From now on nothing that Beast writes goes out.
  void silence() { silent_ = true; }

  /// Ends pending reads and writes, and every read to come, with operation_aborted: who always has
  /// bytes ready never has a read pending when this is called.
  void cancel();
  /// Tells the peer that no more comes and reads on, unheard, until it ends too. Bounded by cut()
  /// only.
  Async<void> linger();
  /// Resets the connection (RST) at once.
  void cut();
  /// Gives the socket away: the file descriptor, still open. Plain TCP only, nothing pending.
  int release();

  template <class Buffers, class Token>
  auto async_read_some(Buffers const& buffers, Token&& token) {
    auto const start = [this](auto handler, auto const& into) {
      if (cancelled_) {
        error_code const aborted = asio::error::operation_aborted;
        asio::post(get_executor(),
                   beast::bind_front_handler(std::move(handler), aborted, std::size_t{0}));
      } else if (!before_.empty()) {
        auto const n = take_before(into);
        asio::post(get_executor(), beast::bind_front_handler(std::move(handler), error_code{}, n));
      } else if (tls_) {
        tls_->async_read_some(into, std::move(handler));
      } else {
        socket_.async_read_some(into, std::move(handler));
      }
    };
    return asio::async_initiate<Token, void(error_code, std::size_t)>(start, token, buffers);
  }

  /// Takes everything at once: only small things come this way (101, pongs).
  template <class Buffers, class Token>
  auto async_write_some(Buffers const& buffers, Token&& token) {
    auto const start = [this](auto handler, auto const& from) {
      auto const bytes = beast::buffers_to_string(from);
      take_from_beast(bytes);
      asio::post(get_executor(),
                 beast::bind_front_handler(std::move(handler), error_code{}, bytes.size()));
    };
    return asio::async_initiate<Token, void(error_code, std::size_t)>(start, token, buffers);
  }

 private:
  template <class Buffers>
  std::size_t take_before(Buffers const& into) {
    auto const n = asio::buffer_copy(into, asio::buffer(before_));
    before_.erase(0, n);
    return n;
  }
  void take_from_beast(std::string_view bytes);
  void write_more();
  void on_write(error_code ec, std::size_t bytes);
  void fail();

  Socket socket_;
  std::unique_ptr<Tls> tls_;
  AsioTimer written_signal_;
  Hooks hooks_;
  std::string before_;
  std::string staged_;
  std::string in_flight_;
  std::size_t written_ = 0;  // of in_flight_
  bool writing_ = false;
  bool failed_ = false;
  bool cancelled_ = false;
  bool swallow_close_ = false;
  bool silent_ = false;
};

// How Beast ends a connection: not at all, the session does that.
template <class Handler>
void async_teardown(beast::role_type, Transport& transport, Handler&& handler) {
  asio::post(transport.get_executor(),
             beast::bind_front_handler(std::forward<Handler>(handler), error_code{}));
}
inline void teardown(beast::role_type, Transport&, error_code& ec) {
  ec = {};
}
inline void beast_close_socket(Transport& transport) {
  transport.cut();
}

}  // namespace archipelago::net
