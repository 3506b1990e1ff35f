// Asio made blocking: one caller, one connection, one deadline.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "net/transport.hpp"
#include "net/url.hpp"

namespace archipelago::net {

/// An io_context that its caller turns by hand.
class BlockingIo {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// Runs `task` to its end; false when the deadline came first. The task then is still there: it
  /// ends with this object.
  bool run(Async<void> task, Deadline deadline);
  /// Goes on until `done`; false at the deadline.
  bool run_until(bool const& done, Deadline deadline);

  [[nodiscard]] Executor executor() { return io_.get_executor(); }

 private:
  asio::io_context io_{1};
};

struct DialOptions {
  std::string ca_file;     // empty: the system's authorities
  int receive_buffer = 0;  // 0: the system's choice
};

/// Name, connection and TLS. Tries all addresses of the name in turn.
Result<std::shared_ptr<Transport>> dial(BlockingIo& io, Url const& url, DialOptions const& options,
                                        BlockingIo::Deadline deadline);

/// What an error of a connection means to people.
std::string explain(error_code ec);

}  // namespace archipelago::net
