// Reading the requests of one connection: each within its time, its sizes, and the rules that Beast
// leaves to its user.
#pragma once

#include <string>
#include <string_view>

#include "base/loop.hpp"
#include "net/http_message.hpp"
#include "net/transport.hpp"

namespace archipelago::net {

/// One thread. Deadlines are absolute: bytes that drip in do not move them.
class HttpReader {
 public:
  using Parser = http::request_parser<http::string_body>;

  /// `began`: when the first request's time began. `unread`: bytes that came already.
  HttpReader(Shard& shard, Transport& transport, HttpLimits const& limits, Instant began,
             std::string_view unread);

  /// Whatever is read (or written) next must be over `time` after began(); 0: no limit. What is not
  /// is cancelled, and cut if there was nothing to cancel.
  void limit(Millis time);
  /// The request is read: no limit any more.
  void done() { time_limit_.cancel(); }
  [[nodiscard]] bool late() const { return late_; }
  [[nodiscard]] Instant began() const { return began_; }

  /// Waits for a further request, whose time then begins with its first byte. False: none comes.
  Async<bool> next();
  /// Ends next().
  void stop_waiting();

  /// 200, or the status to refuse with; 0: the client has gone or never said anything.
  Async<int> read(Parser& parser);

  [[nodiscard]] std::string take_unread();

 private:
  Async<int> read_body(Parser& parser);
  void limit_from(Instant since, Millis time);

  Shard& shard_;
  Transport& transport_;
  HttpLimits const& limits_;
  beast::flat_buffer unread_;
  Instant began_;
  Timer time_limit_;
  bool late_ = false;
  bool idle_ = false;  // between requests
};

}  // namespace archipelago::net
