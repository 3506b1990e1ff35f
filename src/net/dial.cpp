// Outgoing connections for callers that may wait.
#include "net/dial.hpp"

#include "net/resolve.hpp"

namespace archipelago::net {
namespace {

using Addresses = std::vector<IpAddress>;

asio::ip::tcp::endpoint to_endpoint(IpAddress const& address, std::uint16_t port) {
  asio::ip::address_v6 const v6(address.bytes());
  if (address.is_v4()) return {asio::ip::make_address_v4(asio::ip::v4_mapped, v6), port};
  return {v6, port};
}

Result<std::unique_ptr<asio::ssl::context>> trust(std::string const& ca_file) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  error_code ec;
  if (ca_file.empty())
    context->set_default_verify_paths(ec);
  else
    context->load_verify_file(ca_file, ec);
  if (ec)
    return fail(Errc::upstream_failed,
                "the trusted certificates cannot be loaded: " + ec.message());
  return context;
}

struct Attempt {
  BlockingIo& io;
  Url const& url;
  DialOptions const& options;
  Addresses addresses;
  asio::ssl::context* tls;
  std::shared_ptr<Transport> transport;
  error_code error;
};

Async<void> connect_any(Attempt& attempt) {
  for (auto const& address : attempt.addresses) {
    Socket socket(attempt.io.executor());
    auto const endpoint = to_endpoint(address, attempt.url.port);
    socket.open(endpoint.protocol(), attempt.error);
    if (attempt.options.receive_buffer > 0) {
      error_code ignored;
      socket.set_option(Socket::receive_buffer_size(attempt.options.receive_buffer), ignored);
    }
    if (!attempt.error) std::tie(attempt.error) = co_await socket.async_connect(endpoint, use);
    if (attempt.error) continue;
    attempt.transport = std::make_shared<Transport>(std::move(socket), attempt.tls);
    attempt.error = co_await attempt.transport->handshake_with(attempt.url.host);
    co_return;
  }
}

}  // namespace

bool BlockingIo::run(Async<void> task, Deadline deadline) {
  auto const done = std::make_shared<bool>(false);
  asio::co_spawn(io_, std::move(task), [done](std::exception_ptr const&) { *done = true; });
  return run_until(*done, deadline);
}

bool BlockingIo::run_until(bool const& done, Deadline deadline) {
  io_.restart();
  while (!done)
    if (io_.run_one_until(deadline) == 0) return false;
  return true;
}

Result<std::shared_ptr<Transport>> dial(BlockingIo& io, Url const& url, DialOptions const& options,
                                        BlockingIo::Deadline deadline) {
  auto addresses = resolve(url.host, deadline);
  if (!addresses) return tl::unexpected<Error>(addresses.error());
  std::unique_ptr<asio::ssl::context> tls;
  if (url.tls) {
    auto context = trust(options.ca_file);
    if (!context) return tl::unexpected<Error>(context.error());
    tls = std::move(*context);
  }
  auto const attempt = std::make_shared<Attempt>(
      Attempt{io, url, options, std::move(*addresses), tls.get(), {}, {}});
  if (!io.run(connect_any(*attempt), deadline))
    return fail(Errc::upstream_failed, "connecting to " + url.authority() + " took too long");
  if (attempt->error)
    return fail(Errc::upstream_failed,
                "cannot connect to " + url.authority() + ": " + explain(attempt->error));
  if (!attempt->transport)  // no address, or no descriptor was left for a socket
    return fail(Errc::upstream_failed, "cannot connect to " + url.authority());
  return attempt->transport;
}

std::string explain(error_code ec) {
  if (ec == asio::error::eof || ec == http::error::end_of_stream ||
      ec == http::error::partial_message)
    return "the connection ended too early";
  return ec.message();
}

}  // namespace archipelago::net
