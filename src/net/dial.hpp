// Reaching a server: addresses tried in turn, then TLS. For callers that wait and for those that do
// not.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/ip_address.hpp"
#include "base/result.hpp"
#include "net/transport.hpp"
#include "net/url.hpp"

namespace archipelago::net {

struct DialOptions {
  std::string ca_file;     // empty: the system's authorities
  int receive_buffer = 0;  // 0: the system's choice
  std::stop_token stop{};
};

/// One attempt to reach a URL's server. Kept alive, unmoved, by whoever awaits it. One thread.
class Dialer {
 public:
  /// `tls` is used for a URL that wants it, and must outlive the transport.
  Dialer(Executor executor, Url url, asio::ssl::context* tls, int receive_buffer = 0)
      : executor_(std::move(executor)),
        url_(std::move(url)),
        tls_(tls),
        receive_buffer_(receive_buffer) {}

  /// Connects from this address of ours, to servers of the same family.
  void come_from(std::optional<IpAddress> source) { source_ = source; }

  /// The first of `addresses` that takes us. Error: upstream_failed.
  Async<Result<std::shared_ptr<Transport>>> reach(std::vector<IpAddress> addresses);
  /// As above, with the name looked up (by Asio's own thread, which nothing can hurry).
  Async<Result<std::shared_ptr<Transport>>> find_and_reach();
  /// Ends what is under way, soon.
  void cancel();

  [[nodiscard]] Url const& url() const { return url_; }

 private:
  Async<error_code> connect(IpAddress const& address);
  error_code bind(IpAddress const& address);

  Executor executor_;
  Url url_;
  asio::ssl::context* tls_;
  int receive_buffer_;
  std::optional<IpAddress> source_;
  bool cancelled_ = false;
  std::optional<Socket> socket_;
  std::shared_ptr<Transport> transport_;
};

/// An io_context that its caller turns by hand.
class BlockingIo {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// Runs `task` to its end; false when the deadline or end() came first. The task then is still
  /// there: it ends with this object.
  bool run(Async<void> task, Deadline deadline);
  /// Goes on until `done`; false at the deadline, or after end().
  bool run_until(bool const& done, Deadline deadline);
  /// Any thread: nobody waits here any more.
  void end();

  [[nodiscard]] Executor executor() { return io_.get_executor(); }

 private:
  asio::io_context io_{1};
  std::atomic<bool> ended_{false};
};

/// Name, connection and TLS. Tries all addresses of the name in turn.
Result<std::shared_ptr<Transport>> dial(BlockingIo& io, Url const& url, DialOptions const& options,
                                        BlockingIo::Deadline deadline);

/// What an error of a connection means to people.
std::string explain(error_code ec);

}  // namespace archipelago::net
