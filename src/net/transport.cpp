// The write pump, and the ways a connection ends.
#include "net/transport.hpp"

#include <array>

#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/ip_address.hpp"

namespace archipelago::net {
namespace {

constexpr std::size_t kKeptCapacity = 16UL * 1024;  // a burst's buffer is given back
constexpr int kNotSentLowWater = 64 * 1024;  // what waits, waits with us, where it can be dropped
constexpr char kCloseFrame = '\x88';

void set_option(Socket& socket, int name, int value) {
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, name, &value, sizeof value);  // best effort
}

}  // namespace

Transport::Transport(Socket socket, asio::ssl::context* tls)
    : socket_(std::move(socket)), written_signal_(socket_.get_executor()) {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  set_option(socket_, TCP_NOTSENT_LOWAT, kNotSentLowWater);
  if (tls != nullptr) tls_ = std::make_unique<Tls>(socket_, *tls);
  written_signal_.expires_at(AsioTimer::time_point::max());
}

void Transport::give_up_after(Millis limit) {
  set_option(socket_, TCP_USER_TIMEOUT, static_cast<int>(limit.count()));
}

Async<error_code> Transport::handshake() {
  if (!tls_) co_return error_code{};
  auto const [ec] = co_await tls_->async_handshake(asio::ssl::stream_base::server, use);
  co_return ec;
}

Async<error_code> Transport::handshake_with(std::string const& host) {
  if (!tls_) co_return error_code{};
  if (!IpAddress::parse(host)) SSL_set_tlsext_host_name(tls_->native_handle(), host.c_str());
  error_code ec;
  tls_->set_verify_mode(asio::ssl::verify_peer, ec);
  if (!ec) tls_->set_verify_callback(asio::ssl::host_name_verification(host), ec);
  if (ec) co_return ec;
  std::tie(ec) = co_await tls_->async_handshake(asio::ssl::stream_base::client, use);
  co_return ec;
}

void Transport::take_from_beast(std::string_view bytes) {
  if (silent_ || failed_ || (swallow_close_ && bytes.starts_with(kCloseFrame))) return;
  stage(bytes);
  flush();
}

std::size_t Transport::read_now(std::span<char> into) {
  if (tls_ || failed_ || !before_.empty()) return 0;
  auto const got = ::recv(socket_.native_handle(), into.data(), into.size(), MSG_DONTWAIT);
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

std::size_t Transport::write_now(std::span<std::string_view const> slices) {
  if (tls_ || writing_ || failed_ || !staged_.empty()) return 0;
  std::array<iovec, kMostSlices> parts{};
  auto const count = std::min(slices.size(), parts.size());
  for (std::size_t i = 0; i < count; ++i)
    parts[i] = {.iov_base = const_cast<char*>(slices[i].data()), .iov_len = slices[i].size()};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  auto const taken = ::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  return taken > 0 ? static_cast<std::size_t>(taken) : 0;
}

void Transport::release_buffers() {
  if (writing_ || !staged_.empty()) return;
  staged_ = {};
  in_flight_ = {};
}

void Transport::flush() {
  if (writing_ || failed_) return;
  if (hooks_.refill) hooks_.refill();
  if (staged_.empty()) return;
  in_flight_.swap(staged_);
  written_ = 0;
  writing_ = true;
  write_more();
}

void Transport::write_more() {
  auto const rest = asio::buffer(in_flight_) + written_;
  auto done = [self = shared_from_this()](error_code ec, std::size_t n) { self->on_write(ec, n); };
  if (tls_)
    tls_->async_write_some(rest, std::move(done));
  else
    socket_.async_write_some(rest, std::move(done));
}

void Transport::on_write(error_code ec, std::size_t bytes) {
  if (failed_) return;
  if (ec) return fail();
  if (hooks_.written) hooks_.written(bytes);
  written_ += bytes;
  if (written_ < in_flight_.size()) return write_more();
  writing_ = false;
  in_flight_.clear();
  if (in_flight_.capacity() > kKeptCapacity) in_flight_.shrink_to_fit();
  flush();
  if (!writing_) written_signal_.cancel();
}

Async<bool> Transport::flushed() {
  flush();
  while (!failed_ && writing_) co_await written_signal_.async_wait(use);
  co_return !failed_;
}

void Transport::fail() {
  failed_ = true;
  writing_ = false;
  staged_.clear();
  written_signal_.cancel();
}

void Transport::cancel() {
  cancelled_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

Async<void> Transport::linger() {
  if (failed_) co_return;
  error_code ignored;
  if (tls_) co_await tls_->async_shutdown(use);
  socket_.shutdown(Socket::shutdown_send, ignored);
  std::array<char, 2048> unheard{};
  for (error_code ec; !ec;) {
    auto const buffer = asio::buffer(unheard);
    std::tie(ec, std::ignore) = co_await socket_.async_read_some(buffer, use);
  }
}

void Transport::cut() {
  error_code ignored;
  socket_.set_option(Socket::linger(true, 0), ignored);
  socket_.close(ignored);
  fail();
}

int Transport::release() {
  error_code ec;
  int const descriptor = socket_.release(ec);
  failed_ = true;
  return ec ? -1 : descriptor;
}

}  // namespace archipelago::net
