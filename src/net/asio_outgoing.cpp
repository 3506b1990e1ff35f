// Websockets and requests on one io_context.
#include "net/asio_outgoing.hpp"

#include "net/http_exchange.hpp"
#include "net/outgoing_websocket.hpp"
#include "net/shard_impl.hpp"

namespace archipelago::net {
namespace {

using Done = std::function<void(Result<HttpResponse>)>;

// One request, from its name to its answer or its deadline.
class Fetching : public std::enable_shared_from_this<Fetching> {
 public:
  Fetching(std::shared_ptr<OutgoingCore> core, HttpFetch request, Done done)
      : core_(std::move(core)),
        request_(std::move(request)),
        done_(std::move(done)),
        timer_(*core_->loop) {}

  void start() {
    timer_.start(request_.timeout, [this] { give_up(); });
    asio::co_spawn(
        core_->io.get_executor(), [self = shared_from_this()] { return self->run(); }, rethrow);
  }

 private:
  Async<void> run() {
    auto const self = shared_from_this();
    auto reached = co_await reach();
    if (!reached) co_return answer(tl::unexpected<Error>(reached.error()));
    transport_ = std::move(*reached);
    if (done_) co_await exchange_->run(transport_);
    transport_->cut();
    if (done_) answer(exchange_->result(dialer_->url()));
  }

  Async<Result<std::shared_ptr<Transport>>> reach() {
    auto url = Url::parse(request_.url, "http");
    if (!url) co_return tl::unexpected<Error>(url.error());
    auto exchange = HttpExchange::make(request_, *url);
    if (!exchange) co_return tl::unexpected<Error>(exchange.error());
    exchange_ = std::move(*exchange);
    auto const tls = url->tls ? core_->trust() : Result<asio::ssl::context*>(nullptr);
    if (!tls) co_return tl::unexpected<Error>(tls.error());
    dialer_.emplace(core_->io.get_executor(), std::move(*url), *tls);
    dialer_->come_from(core_->options.source);
    co_return co_await dialer_->find_and_reach();
  }

  void give_up() {
    if (dialer_) dialer_->cancel();
    if (transport_) transport_->cut();
    answer(fail(Errc::upstream_failed, "no answer in time"));
  }

  void answer(Result<HttpResponse> response) {
    timer_.cancel();
    if (auto const done = std::exchange(done_, nullptr)) done(std::move(response));
  }

  std::shared_ptr<OutgoingCore> const core_;
  HttpFetch const request_;
  Done done_;
  Timer timer_;
  std::unique_ptr<HttpExchange> exchange_;
  std::optional<Dialer> dialer_;
  std::shared_ptr<Transport> transport_;
};

class AsioOutgoing final : public Outgoing {
 public:
  AsioOutgoing(asio::io_context& io, OutgoingOptions options)
      : core_(std::make_shared<OutgoingCore>(io, std::move(options))) {}

  [[nodiscard]] Loop& loop() override { return *core_->loop; }

  std::shared_ptr<OutgoingWebsocket> open(WebsocketDial dial,
                                          std::shared_ptr<Protocol> protocol) override {
    auto const socket =
        std::make_shared<AsioWebsocket>(core_, std::move(dial), std::move(protocol));
    socket->start();
    return socket;
  }

  void fetch(HttpFetch request, Done done) override {
    auto guarded = [alive = std::weak_ptr(alive_),
                    done = std::move(done)](Result<HttpResponse> response) {
      if (alive.lock()) done(std::move(response));
    };
    std::make_shared<Fetching>(core_, std::move(request), std::move(guarded))->start();
  }

 private:
  std::shared_ptr<OutgoingCore> const core_;
  std::shared_ptr<char> const alive_ = std::make_shared<char>();
};

}  // namespace

std::unique_ptr<Outgoing> make_outgoing(asio::io_context& io, OutgoingOptions options) {
  return std::make_unique<AsioOutgoing>(io, std::move(options));
}

std::unique_ptr<Outgoing> make_outgoing(Shard& shard, OutgoingOptions options) {
  return make_outgoing(shard.impl().io, std::move(options));
}

}  // namespace archipelago::net
