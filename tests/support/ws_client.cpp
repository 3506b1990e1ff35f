// A websocket client that its caller turns by hand: reading goes on from one receive() to the next.
#include "support/ws_client.hpp"

#include "net/dial.hpp"
#include "net/text.hpp"

namespace archipelago::net {
namespace {

namespace websocket = boost::beast::websocket;
using Deadline = BlockingIo::Deadline;

Deadline after(Millis limit) {
  return std::chrono::steady_clock::now() + limit;
}

std::string list(std::vector<std::string> const& words) {
  std::string out;
  for (auto const& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

}  // namespace

struct WsClient::Impl {
  using Stream = websocket::stream<Transport&, false>;

  Impl() = default;
  Impl(Impl const&) = delete;
  Impl& operator=(Impl const&) = delete;
  ~Impl() {
    if (transport) transport->cut();
  }

  BlockingIo io;  // first: what follows has its sockets and timers there
  std::string outgoing;
  beast::flat_buffer inbox;
  error_code error;     // of the last operation that ended
  unsigned status = 0;  // of the server's answer to the upgrade
  bool send_failed = false;
  bool reading = false;
  bool read_done = false;
  std::optional<WsClosed> closed;
  std::string subprotocol;
  std::shared_ptr<Transport> transport;
  std::optional<Stream> stream;
  Async<void> shake_hands(Url const& url) {
    websocket::response_type response;
    auto const authority = url.authority();
    auto const [ec] = co_await stream->async_handshake(response, authority, url.target, use);
    error = ec;
    status = response.result_int();
    subprotocol = std::string(response[http::field::sec_websocket_protocol]);
  }
  Async<void> read_one() {
    auto const [ec, bytes] = co_await stream->async_read(inbox, use);
    if (ec == websocket::error::closed)
      co_await transport->flushed();  // our answer to the close frame
    error = ec;
    read_done = true;
  }

  Async<void> write(bool text) {
    stream->text(text);
    auto const buffer = asio::buffer(outgoing);
    auto const [ec, bytes] = co_await stream->async_write(buffer, use);
    bool const written = !ec && co_await transport->flushed();
    send_failed = !written;
  }
  Async<void> say_goodbye(std::uint16_t code) {
    websocket::close_reason const reason(code);
    co_await stream->async_close(reason, use);
    co_await transport->flushed();
  }

  void note_end(error_code ec) {
    if (closed) return;
    closed.emplace();
    closed->code = 1006;
    if (ec != websocket::error::closed) return;
    auto const& reason = stream->reason();
    closed->code = reason.code == websocket::close_code::none ? std::uint16_t{1005} : reason.code;
    closed->reason = std::string(reason.reason.data(), reason.reason.size());
  }

  Result<> send(std::string_view message, bool text, Millis limit) {
    if (closed) return fail(Errc::peer_gone, "the connection is closed");
    outgoing = message;
    bool const in_time = io.run(write(text), after(limit));
    if (in_time && !send_failed) return {};
    if (!in_time) transport->cut();
    return fail(in_time ? Errc::peer_gone : Errc::slow_consumer, "the message could not be sent");
  }
};

Result<WsClient> WsClient::connect(std::string_view text, Millis limit, WsOptions const& options) {
  auto const deadline = after(limit);
  auto const url = Url::parse(text, "ws");
  if (!url) return tl::unexpected<Error>(url.error());
  auto impl = std::make_unique<Impl>();
  DialOptions how;
  how.ca_file = options.ca_file;
  how.receive_buffer = options.receive_buffer;
  auto transport = dial(impl->io, *url, how, deadline);
  if (!transport) return tl::unexpected<Error>(transport.error());
  impl->transport = std::move(*transport);
  impl->stream.emplace(*impl->transport);
  impl->stream->read_message_max(options.max_message);
  auto const decorate = [options](websocket::request_type& request) {
    if (!options.subprotocols.empty())
      request.set(http::field::sec_websocket_protocol, list(options.subprotocols));
    for (auto const& [name, value] : options.headers)
      if (is_token(name)) request.set(name, value);
  };
  impl->stream->set_option(websocket::stream_base::decorator(decorate));
  if (!impl->io.run(impl->shake_hands(*url), deadline))
    return fail(Errc::upstream_failed, url->authority() + " did not answer in time");
  if (impl->error == websocket::error::upgrade_declined)
    return fail(Errc::upstream_failed, "the server refused: HTTP " + std::to_string(impl->status));
  if (impl->error) return fail(Errc::upstream_failed, "no websocket: " + explain(impl->error));
  return WsClient(std::move(impl));
}

WsClient::WsClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WsClient::WsClient(WsClient&&) noexcept = default;
WsClient& WsClient::operator=(WsClient&&) noexcept = default;
WsClient::~WsClient() = default;

Result<> WsClient::send(std::string_view message, Millis limit) {
  return impl_->send(message, false, limit);
}

Result<> WsClient::send_text(std::string_view message, Millis limit) {
  return impl_->send(message, true, limit);
}

Result<std::string> WsClient::receive(Millis limit) {
  auto& impl = *impl_;
  if (impl.closed) return fail(Errc::peer_gone, "the connection is closed");
  if (!std::exchange(impl.reading, true)) {
    impl.read_done = false;
    asio::co_spawn(impl.io.executor(), impl.read_one(), asio::detached);
  }
  if (!impl.io.run_until(impl.read_done, after(limit)))
    return fail(Errc::idle_timeout, "no message came in time");
  impl.reading = false;
  if (impl.error) {
    impl.note_end(impl.error);
    return fail(Errc::peer_gone,
                "closed with " + std::to_string(impl.closed->code) + " " + impl.closed->reason);
  }
  auto message = beast::buffers_to_string(impl.inbox.data());
  impl.inbox.consume(impl.inbox.size());
  return message;
}

void WsClient::close(std::uint16_t code, Millis limit) {
  auto& impl = *impl_;
  if (impl.closed) return;
  bool const in_time = impl.io.run(impl.say_goodbye(code), after(limit));
  impl.note_end(in_time && impl.stream->reason() ? error_code(websocket::error::closed)
                                                 : error_code{});
  if (!in_time) impl.transport->cut();
}

std::optional<WsClosed> const& WsClient::closed() const {
  return impl_->closed;
}

std::string const& WsClient::subprotocol() const {
  return impl_->subprotocol;
}

}  // namespace archipelago::net
