// Deadlines around Beast's parser.
#include "net/http_reader.hpp"

#include <algorithm>

namespace archipelago::net {
namespace {

constexpr std::size_t kReadAhead = 16UL * 1024;  // most that is read of a pipelining client
constexpr Millis kToGoAway{2'000};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

HttpReader::HttpReader(Shard& shard, Transport& transport, HttpLimits const& limits, Instant began,
                       std::string_view unread)
    : shard_(shard),
      transport_(transport),
      limits_(limits),
      unread_(std::max(kReadAhead, 2 * limits.head_bytes)),
      began_(began),
      time_limit_(shard) {
  unread_.commit(asio::buffer_copy(unread_.prepare(unread.size()), asio::buffer(unread)));
}

void HttpReader::limit(Millis time) {
  limit_from(began_, time);
}

void HttpReader::limit_from(Instant since, Millis time) {
  late_ = false;
  if (time <= Millis{0}) return time_limit_.cancel();
  time_limit_.start(std::max(since + time - shard_.now(), Millis{0}), [this] {
    late_ = true;
    transport_.cancel();
    time_limit_.start(kToGoAway, [this] { transport_.cut(); });  // if there was nothing to cancel
  });
}

Async<bool> HttpReader::next() {
  if (unread_.size() == 0) {
    limit_from(shard_.now(), limits_.keep_alive);
    idle_ = true;
    auto const buffer = unread_.prepare(1024);
    auto const [ec, bytes] = co_await transport_.async_read_some(buffer, use);
    idle_ = false;
    unread_.commit(bytes);
    if (ec || late_) co_return false;
  }
  began_ = shard_.now();
  limit(limits_.head_time);
  co_return true;
}

void HttpReader::stop_waiting() {
  if (idle_) transport_.cancel();
}

Async<int> HttpReader::read(Parser& parser) {
  parser.header_limit(static_cast<std::uint32_t>(limits_.head_bytes));
  parser.body_limit(limits_.body_bytes);
  auto const [ec, bytes] = co_await http::async_read_header(transport_, unread_, parser, use);
  if (late_) co_return parser.got_some() || unread_.size() > 0 ? 408 : 0;
  if (ec) co_return status_of(ec);
  if (auto const status = check_head(parser.get(), limits_); status != 0) co_return status;
  co_return parser.is_done() ? 200 : co_await read_body(parser);
}

Async<int> HttpReader::read_body(Parser& parser) {
  limit_from(shard_.now(), limits_.body_time);
  if (parser.get()[http::field::expect] == "100-continue") {
    transport_.stage(kContinue);
    transport_.flush();
  }
  auto const [ec, bytes] = co_await http::async_read(transport_, unread_, parser, use);
  if (late_) co_return 408;
  co_return ec ? status_of(ec) : 200;
}

std::string HttpReader::take_unread() {
  auto bytes = beast::buffers_to_string(unread_.data());
  unread_.consume(unread_.size());
  return bytes;
}

}  // namespace archipelago::net
