// Listening, accepting, and the two ways of ending: draining and stopping.
#include "net/server.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.hpp"
#include "net/arrival.hpp"
#include "net/drain.hpp"
#include "net/server_core.hpp"
#include "net/shard_impl.hpp"
#include "net/tls.hpp"

namespace archipelago::net {
namespace {

using asio::ip::tcp;

constexpr Millis kAcceptPause{250};  // when the process has no descriptors left
constexpr int kTurnedAway = 256;     // of those who wait meanwhile, at a time

/// A descriptor kept for when there are no others.
class SpareDescriptor {
 public:
  SpareDescriptor() { open(); }
  SpareDescriptor(SpareDescriptor const&) = delete;
  SpareDescriptor& operator=(SpareDescriptor const&) = delete;
  ~SpareDescriptor() { close(); }

  void open() { descriptor_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }

 private:
  int descriptor_ = -1;
};

Result<tcp::endpoint> endpoint_of(std::string host, std::uint16_t port) {
  if (host == "localhost") host = "127.0.0.1";
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  error_code ec;
  auto const address = asio::ip::make_address(host, ec);
  if (ec)
    return fail(Errc::bad_request,
                "cannot listen on '" + host +
                    "': it is not an IP address; use 127.0.0.1 (this machine only), "
                    "0.0.0.0 or :: (all interfaces), or an address of this machine");
  return tcp::endpoint(address, port);
}

std::string text_of(tcp::endpoint const& endpoint) {
  auto const host = endpoint.address().to_string();
  auto const port = std::to_string(endpoint.port());
  return endpoint.address().is_v6() ? "[" + host + "]:" + port : host + ":" + port;
}

std::string advice_for(error_code ec) {
  if (ec == asio::error::address_in_use)
    return "the port is taken by another program; stop that one, or choose another port (0: any "
           "free one)";
  if (ec == asio::error::access_denied)
    return "ports below 1024 need privileges; choose a higher one, or grant CAP_NET_BIND_SERVICE";
  if (ec == error_code(EADDRNOTAVAIL, boost::system::system_category()))
    return "no interface of this machine has that address; use 127.0.0.1, 0.0.0.0 or one that it "
           "has";
  return ec.message();
}

Result<TcpAcceptor> listen_on(Shard& shard, tcp::endpoint const& endpoint, int backlog) {
  TcpAcceptor acceptor(shard.impl().io.get_executor());
  error_code ec;
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec && endpoint.address().is_v6()) {
    acceptor.set_option(asio::ip::v6_only(!endpoint.address().is_unspecified()), ec);
  }
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(backlog, ec);
  if (ec)
    return fail(Errc::bad_request, "cannot listen on " + text_of(endpoint) + ": " + advice_for(ec));
  return acceptor;
}

IpAddress address_of(asio::ip::address const& address) {
  if (address.is_v6()) return IpAddress(address.to_v6().to_bytes());
  return IpAddress(asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes());
}

}  // namespace

class Server::Impl : public std::enable_shared_from_this<Server::Impl> {
 public:
  Impl(std::shared_ptr<ServerCore> shared, TcpAcceptor listening, tcp::endpoint bound)
      : core(std::move(shared)),
        endpoint(std::move(bound)),
        acceptor_(std::move(listening)),
        pause_(acceptor_.get_executor()) {}

  Async<void> accept() {
    auto const self = shared_from_this();
    while (acceptor_.is_open()) {
      auto [ec, socket] = co_await acceptor_.async_accept(use);
      if (!acceptor_.is_open()) break;
      if (ec) {
        if (!std::exchange(starved_, true))
          log::error("net", "accept_paused", {{"why", ec.message()}});
        turn_away_waiting();
        pause_.expires_after(kAcceptPause);
        co_await pause_.async_wait(use);
      } else {
        starved_ = false;
        take(std::move(socket));
      }
    }
  }

  void close_acceptor() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  }

  std::shared_ptr<ServerCore> const core;
  tcp::endpoint const endpoint;
  std::atomic<bool> stopped{false};

 private:
  void take(Socket socket) {
    error_code ec;
    auto const peer = socket.remote_endpoint(ec);
    if (ec || core->stopping) return;
    Arrival arrival;
    arrival.peer = address_of(peer.address());
    arrival.v6 = peer.address().is_v6();
    auto& shard = next_shard();
    arrival.began = shard.now();
    arrival.place = Place::take(core, arrival.peer, arrival.began);
    if (!arrival.place) return;
    arrival.descriptor = socket.release(ec);
    if (!ec) start_session(core, shard, std::move(arrival));
  }

  // In turn, past those that are behind.
  Shard& next_shard() {
    auto& shards = core->shards;
    for (std::size_t tries = 1; tries < shards.size() && core->lagging(next_ % shards.size());
         ++tries)
      ++next_;
    return shards[next_++ % shards.size()];
  }

  // Without descriptors: those who wait are not left hanging, the spare descriptor is theirs for a
  // moment.
  void turn_away_waiting() {
    for (int i = 0; i < kTurnedAway; ++i) {
      spare_.close();
      int const socket = ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
      if (socket >= 0) ::close(socket);
      spare_.open();
      if (socket < 0) return;
      core->metrics.reject(Errc::overloaded);
    }
  }

  TcpAcceptor acceptor_;
  AsioTimer pause_;
  SpareDescriptor spare_;
  std::size_t next_ = 0;
  bool starved_ = false;
};

Result<std::unique_ptr<Server>> Server::start(ShardPool& shards, Router const& router,
                                              ServerOptions options, Metrics& metrics) {
  auto const wanted = endpoint_of(options.host, options.port);
  if (!wanted) return tl::unexpected<Error>(wanted.error());
  auto const core = std::make_shared<ServerCore>(shards, router, std::move(options), metrics);
  if (!core->options.certificate_file.empty() || !core->options.key_file.empty()) {
    if (shards.size() > 1)
      return fail(Errc::bad_request,
                  "TLS connections cannot move between shards: configure one shard, or let a "
                  "reverse proxy do TLS");
    auto tls = load_tls(core->options.certificate_file, core->options.key_file);
    if (!tls) return tl::unexpected<Error>(tls.error());
    core->tls = std::move(*tls);
  }
  auto acceptor = listen_on(shards[0], *wanted, core->options.backlog);
  if (!acceptor) return tl::unexpected<Error>(acceptor.error());
  auto const bound = acceptor->local_endpoint();
  auto const impl = std::make_shared<Impl>(core, std::move(*acceptor), bound);
  asio::co_spawn(shards[0].impl().io.get_executor(), impl->accept(),
                 [impl](std::exception_ptr const&) {});  // and lives as long as it accepts
  return std::unique_ptr<Server>(new Server(impl));
}

Server::Server(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() {
  stop();
}

std::uint16_t Server::port() const noexcept {
  return impl_->endpoint.port();
}

std::string Server::url() const {
  return (impl_->core->tls ? "https://" : "http://") + text_of(impl_->endpoint);
}

std::size_t Server::connections() const noexcept {
  return impl_->core->connections();
}

std::int64_t Server::outbox_bytes() const noexcept {
  return impl_->core->outbox_bytes();
}

RequestMeter const& Server::requests() const noexcept {
  return impl_->core->requests;
}

std::vector<std::shared_ptr<LoopLag const>> Server::lags() const {
  return {impl_->core->lags.begin(), impl_->core->lags.end()};
}

bool Server::overloaded() const {
  auto const& core = *impl_->core;
  for (std::size_t i = 0; i < core.shards.size(); ++i)
    if (!core.lagging(i)) return false;
  return true;
}

void Server::stop_accepting() {
  impl_->core->shards[0].post([impl = impl_] { impl->close_acceptor(); });
}

// Health checks and the last answers still get through until everybody has been told.
void Server::drain(Errc reason, Millis spread, Millis deadline, std::function<void()> on_done) {
  auto const core = impl_->core;
  core->draining = true;
  auto const telling = std::make_shared<std::atomic<std::size_t>>(core->shards.size());
  auto const told = [impl = impl_, core, telling, on_done = std::move(on_done)] {
    if (--*telling > 0) return;
    core->shards[0].post([impl, core, on_done] {
      impl->close_acceptor();
      core->on_empty(on_done);
    });
  };
  for (std::size_t i = 0; i < core->shards.size(); ++i) {
    auto& shard = core->shards[i];
    shard.post([core, &shard, i, reason, spread = std::min(spread, deadline), deadline, told] {
      Drain::begin(core, i, reason, spread, told);
      shard.start_timer(deadline, [core, i, reason] { core->cut_all(i, reason); });
    });
  }
}

void Server::stop() {
  auto const core = impl_->core;
  if (impl_->stopped.exchange(true) || core->shards[0].impl().loop->stopped()) return;
  core->stopping = true;
  stop_accepting();
  for (std::size_t i = 0; i < core->shards.size(); ++i)
    core->shards[i].post([core, i] { core->cut_all(i, Errc::shutting_down); });
  core->wait_until_empty();
}

}  // namespace archipelago::net
