// Outgoing connections, from the name to TLS.
#include "net/dial.hpp"

#include <algorithm>

#include "net/resolve.hpp"
#include "net/tls.hpp"

namespace archipelago::net {
namespace {

using Addresses = std::vector<IpAddress>;
using Reached = Result<std::shared_ptr<Transport>>;

asio::ip::tcp::endpoint to_endpoint(IpAddress const& address, std::uint16_t port) {
  asio::ip::address_v6 const v6(address.bytes());
  if (address.is_v4()) return {asio::ip::make_address_v4(asio::ip::v4_mapped, v6), port};
  return {v6, port};
}

IpAddress from_endpoint(asio::ip::tcp::endpoint const& endpoint) {
  auto const address = endpoint.address();
  auto const v6 = address.is_v4() ? asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4())
                                  : address.to_v6();
  return IpAddress(v6.to_bytes());
}

// What the blocking caller shares with a task that may outlast its patience.
struct Attempt {
  Dialer dialer;
  Addresses addresses;
  std::unique_ptr<asio::ssl::context> tls;
  Reached reached;
};

Async<void> reach(Attempt& attempt) {
  attempt.reached = co_await attempt.dialer.reach(std::move(attempt.addresses));
}

}  // namespace

/// The kernel chooses the port when it connects: one port serves many destinations.
error_code Dialer::bind(IpAddress const& address) {
  error_code ec;
  if (!source_ || source_->is_v4() != address.is_v4()) return ec;
  using LatePort = asio::detail::socket_option::boolean<IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT>;
  error_code ignored;
  socket_->set_option(LatePort(true), ignored);
  socket_->bind(to_endpoint(*source_, 0), ec);
  return ec;
}

Async<error_code> Dialer::connect(IpAddress const& address) {
  auto const endpoint = to_endpoint(address, url_.port);
  error_code ec;
  socket_.emplace(executor_);
  socket_->open(endpoint.protocol(), ec);
  if (!ec && receive_buffer_ > 0) {
    error_code ignored;
    socket_->set_option(Socket::receive_buffer_size(receive_buffer_), ignored);
  }
  if (!ec) ec = bind(address);
  if (!ec) std::tie(ec) = co_await socket_->async_connect(endpoint, use);
  if (ec) co_return ec;
  transport_ = std::make_shared<Transport>(std::move(*socket_), url_.tls ? tls_ : nullptr);
  socket_.reset();
  co_return co_await transport_->handshake_with(url_.host);
}

Async<Reached> Dialer::reach(Addresses addresses) {
  error_code ec;
  for (auto const& address : addresses) {
    if (cancelled_) co_return fail(Errc::upstream_failed, "given up");
    ec = co_await connect(address);
    if (transport_) break;
  }
  auto const transport = std::exchange(transport_, nullptr);
  if (transport && !ec) co_return transport;
  auto const why = ec ? ": " + explain(ec) : std::string();  // no address, or no descriptor left
  co_return fail(Errc::upstream_failed, "cannot connect to " + url_.authority() + why);
}

Async<Reached> Dialer::find_and_reach() {
  Addresses addresses;
  if (auto const literal = IpAddress::parse(url_.host)) {
    addresses.push_back(*literal);
  } else {
    asio::ip::basic_resolver<asio::ip::tcp, Executor> resolver(executor_);
    auto const [ec, found] = co_await resolver.async_resolve(
        url_.host, "", asio::ip::resolver_base::address_configured, use);
    if (ec)
      co_return fail(Errc::upstream_failed, "cannot find '" + url_.host + "': " + ec.message());
    for (auto const& entry : found) addresses.push_back(from_endpoint(entry.endpoint()));
  }
  co_return co_await reach(std::move(addresses));
}

void Dialer::cancel() {
  cancelled_ = true;
  error_code ignored;
  if (socket_) socket_->cancel(ignored);
  if (transport_) transport_->cancel();
}

bool BlockingIo::run(Async<void> task, Deadline deadline) {
  auto const done = std::make_shared<bool>(false);
  asio::co_spawn(io_, std::move(task), [done](std::exception_ptr const&) { *done = true; });
  return run_until(*done, deadline);
}

bool BlockingIo::run_until(bool const& done, Deadline deadline) {
  io_.restart();
  while (!done)
    if (ended_ || io_.run_one_until(deadline) == 0) return false;
  return true;
}

// In this order: run_until() sees one of the two, wherever it is.
void BlockingIo::end() {
  ended_ = true;
  io_.stop();
}

Reached dial(BlockingIo& io, Url const& url, DialOptions const& options,
             BlockingIo::Deadline deadline) {
  auto addresses = resolve(url.host, deadline, options.stop);
  if (!addresses) return tl::unexpected<Error>(addresses.error());
  std::unique_ptr<asio::ssl::context> tls;
  if (url.tls) {
    auto context = load_trust(options.ca_file);
    if (!context) return tl::unexpected<Error>(context.error());
    tls = std::move(*context);
  }
  Dialer dialer(io.executor(), url, tls.get(), options.receive_buffer);
  auto const attempt = std::make_shared<Attempt>(
      Attempt{std::move(dialer), std::move(*addresses), std::move(tls), {}});
  if (!io.run(reach(*attempt), deadline))
    return fail(Errc::upstream_failed, "connecting to " + url.authority() + " took too long");
  return attempt->reached;
}

std::string explain(error_code ec) {
  if (ec == asio::error::eof || ec == http::error::end_of_stream ||
      ec == http::error::partial_message)
    return "the connection ended too early";
  return ec.message();
}

}  // namespace archipelago::net
