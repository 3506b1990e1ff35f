// An outgoing websocket from its name to its last byte.
#include "net/outgoing_websocket.hpp"

#include "net/tls.hpp"

namespace archipelago::net {
namespace {

namespace websocket = boost::beast::websocket;

constexpr std::size_t kKeptInbox = 4UL * 1024;  // a larger message's buffer is given back
constexpr std::size_t kMaxCloseText = 123;      // RFC 6455 section 5.5
constexpr std::uint16_t kProtocolError = 1002;
constexpr std::uint8_t kBinary = 0x82;
constexpr std::uint8_t kClose = 0x88;
constexpr std::uint8_t kPing = 0x89;

std::string_view as_view(beast::flat_buffer const& buffer) {
  return {static_cast<char const*>(buffer.data().data()), buffer.size()};
}

std::string list(std::vector<std::string> const& words) {
  std::string out;
  for (auto const& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string close_payload(std::uint16_t code, std::string_view text) {
  if (code == 0) return {};
  std::string out{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return out.append(text.substr(0, kMaxCloseText));
}

}  // namespace

Result<asio::ssl::context*> OutgoingCore::trust() {
  if (!tls) {
    auto loaded = load_trust(options.ca_file);
    if (!loaded) return tl::unexpected(loaded.error());
    tls = std::move(*loaded);
  }
  return tls.get();
}

AsioWebsocket::AsioWebsocket(std::shared_ptr<OutgoingCore> core, WebsocketDial dial,
                             std::shared_ptr<Protocol> protocol)
    : core_(std::move(core)),
      dial_(std::move(dial)),
      protocol_(std::move(protocol)),
      limit_timer_(*core_->loop),
      watch_timer_(*core_->loop) {}

AsioWebsocket::~AsioWebsocket() {
  if (!transport_) return;
  transport_->set_hooks({});
  transport_->cut();
}

void AsioWebsocket::start() {
  limit_timer_.start(dial_.limit,
                     [this] { close(Errc::handshake_timeout, "no login in the time given"); });
  asio::co_spawn(
      core_->io.get_executor(), [self = shared_from_this()] { return self->run(); }, rethrow);
}

Async<void> AsioWebsocket::run() {
  auto const self = shared_from_this();
  bool const connected = co_await connect();
  bool more = connected && co_await upgrade();
  if (!more) co_return;
  open();
  while (more) more = co_await read_some();
  co_await wind_up();
  limit_timer_.cancel();
}

Async<bool> AsioWebsocket::connect() {
  auto url = Url::parse(dial_.url, "ws");
  asio::ssl::context* tls = nullptr;
  if (!url) end_with(Errc::upstream_failed, "not a ws:// or wss:// URL");
  if (url && url->tls) {
    auto const trusted = core_->trust();
    if (!trusted) end_with(Errc::upstream_failed, trusted.error().detail);
    tls = trusted.value_or(nullptr);
  }
  if (closed_) co_return false;
  dialer_.emplace(core_->io.get_executor(), std::move(*url), tls);
  dialer_->come_from(core_->options.source);
  auto reached = co_await dialer_->find_and_reach();
  if (!reached) end_with(Errc::upstream_failed, reached.error().detail);
  if (closed_) co_return false;
  transport_ = std::move(*reached);
  transport_->give_up_after(core_->options.cut_after);
  co_return true;
}

void AsioWebsocket::prepare() {
  stream_.emplace(*transport_);
  stream_->read_message_max(dial_.max_message_bytes);
  stream_->set_option(websocket::stream_base::decorator(
      [offered = list(dial_.subprotocols)](websocket::request_type& request) {
        if (!offered.empty()) request.set(http::field::sec_websocket_protocol, offered);
      }));
  stream_->control_callback(
      [this](websocket::frame_type, beast::string_view) { heard_ = core_->loop->now(); });
  transport_->set_hooks({.refill = {}, .written = [this](std::size_t bytes) {
                           policy_.sent(core_->loop->now(), std::min(bytes, policy_.waiting()));
                         }});
}

Async<bool> AsioWebsocket::upgrade() {
  prepare();
  websocket::response_type response;
  auto const authority = dialer_->url().authority();
  auto const target = dialer_->url().target;
  auto const [ec] = co_await stream_->async_handshake(response, authority, target, use);
  dialer_.reset();
  if (ec == websocket::error::upgrade_declined) {
    end_.http_status = static_cast<int>(response.result_int());
    end_with(Errc::upstream_failed, "the server refused: HTTP " + std::to_string(end_.http_status));
  } else if (ec) {
    end_with(Errc::upstream_failed, "no websocket: " + explain(ec));
  }
  if (closed_) transport_->cut();
  co_return !closed_;
}

void AsioWebsocket::open() {
  opened_ = true;
  heard_ = core_->loop->now();
  transport_->keep_close_frames();
  watch();
  auto const protocol = protocol_;
  protocol->on_open();
}

Async<bool> AsioWebsocket::read_some() {
  auto const [ec, bytes] = co_await stream_->async_read_some(inbox_, 0, use);
  heard_ = core_->loop->now();
  if (ec) {
    on_read_error(ec);
    co_return false;
  }
  if (stream_->got_text()) close(Errc::text_frame, {});
  if (!closed_ && !stream_->is_message_done()) co_return true;
  if (!closed_) {
    auto const protocol = protocol_;
    protocol->on_message(as_view(inbox_));
  }
  inbox_.consume(inbox_.size());  // once closed we read on, for the server's close frame
  if (inbox_.capacity() > kKeptInbox) inbox_.shrink_to_fit();
  co_return true;
}

void AsioWebsocket::on_read_error(error_code ec) {
  static auto const& violations = websocket::make_error_code(websocket::error::closed).category();
  if (ec == websocket::error::closed) {
    auto const& reason = stream_->reason();
    bool const bare = reason.code == websocket::close_code::none;
    if (!closed_) {
      end_.close_code = bare ? std::uint16_t{1005} : reason.code;
      end_.text.assign(reason.reason.data(), reason.reason.size());
    }
    begin_closing(Errc::peer_gone, bare ? std::uint16_t{0} : std::uint16_t{reason.code}, {});
  } else if (ec == websocket::error::message_too_big) {
    close(Errc::message_too_big, {});
  } else if (ec == websocket::error::bad_frame_payload) {
    close(Errc::text_frame, {});  // only text is checked to be UTF-8
  } else if (ec.category() == violations) {
    begin_closing(Errc::malformed_packet, kProtocolError, reason(Errc::malformed_packet).label);
  } else {
    if (!closed_) end_.close_code = 1006;
    end_with(Errc::peer_gone, explain(ec));
    transport_->cut();
  }
}

// Beast is done with reading: whatever else comes goes unheard until the server ends too, or
// limit_timer_ fires.
Async<void> AsioWebsocket::wind_up() {
  transport_->silence();
  if (co_await transport_->flushed()) co_await transport_->linger();
}

void AsioWebsocket::watch() {
  auto const& options = core_->options;
  auto const now = core_->loop->now();
  auto const silence = now - heard_;
  if (policy_.overdue(now)) return close(Errc::slow_consumer, {});
  if (options.cut_after > Millis{0} && silence >= options.cut_after)
    return close(Errc::idle_timeout, {});
  bool const quiet = options.ping_after > Millis{0} && silence >= options.ping_after;
  if (quiet) {
    stage(kPing, {});
    transport_->flush();
  }
  auto next =
      quiet || options.ping_after == Millis{0} ? options.ping_after : options.ping_after - silence;
  if (options.cut_after > Millis{0} && (next == Millis{0} || options.cut_after - silence < next))
    next = options.cut_after - silence;
  if (next > Millis{0}) watch_timer_.start(next, [this] { watch(); });
}

bool AsioWebsocket::send(SharedBytes message, Delivery delivery) {
  if (closed_ || !opened_) return false;
  auto const now = core_->loop->now();
  switch (policy_.offer(now, masked_size(message->size()), delivery == Delivery::unreliable)) {
    case limits::OutboxPolicy::Verdict::drop:
      return false;
    case limits::OutboxPolicy::Verdict::close:
      close(Errc::slow_consumer, {});
      return false;
    case limits::OutboxPolicy::Verdict::keep:
      break;
  }
  stage(kBinary, *message);
  schedule_flush();
  return true;
}

void AsioWebsocket::stage(std::uint8_t first, std::string_view payload) {
  std::string frame;
  append_masked_frame(frame, first, payload, core_->masks.next());
  transport_->stage(frame);
}

// One write per turn of the loop, however many messages that turn sends.
void AsioWebsocket::schedule_flush() {
  if (flush_scheduled_ || transport_->writing()) return;
  flush_scheduled_ = true;
  asio::post(core_->io, [self = shared_from_this()] {
    self->flush_scheduled_ = false;
    self->transport_->flush();
  });
}

void AsioWebsocket::close(Errc why, std::string_view text) {
  if (closed_) return;
  if (end_.text.empty()) end_.text = text.empty() ? reason(why).label : text;
  // A client leaves with 1000, whatever a server would call it.
  auto const code = why == Errc::peer_gone ? std::uint16_t{1000} : reason(why).close_code;
  begin_closing(why, code == 1001 ? std::uint16_t{1000} : code, reason(why).label);
}

void AsioWebsocket::end_with(Errc why, std::string text) {
  if (closed_) return;
  closed_ = why;
  end_.text = std::move(text);
  tell_protocol();
}

void AsioWebsocket::begin_closing(Errc why, std::uint16_t code, std::string_view text) {
  if (closed_) return;
  closed_ = why;
  watch_timer_.cancel();
  limit_timer_.cancel();
  if (!opened_) {
    if (dialer_) dialer_->cancel();
    if (transport_) transport_->cut();
  } else if (why == Errc::slow_consumer || why == Errc::idle_timeout) {
    transport_->cut();  // it would not hear a close frame either
  } else {
    transport_->silence();
    stage(kClose, close_payload(code, text));
    limit_timer_.start(core_->options.close_wait, [this] { transport_->cut(); });
    schedule_flush();
  }
  tell_protocol();
}

// Not by way of the loop: its tasks would own us, and we own the loop.
void AsioWebsocket::tell_protocol() {
  watch_timer_.cancel();
  asio::post(core_->io, [self = shared_from_this()] {
    if (auto const protocol = std::exchange(self->protocol_, nullptr))
      protocol->on_closed(*self->closed_);
  });
}

void AsioWebsocket::logged_in() {
  limit_timer_.cancel();
}

}  // namespace archipelago::net
