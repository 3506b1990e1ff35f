// A websocket from its upgrade to its last byte.
#include "net/websocket_session.hpp"

#include <array>
#include <exception>

#include "base/log.hpp"

namespace archipelago::net {
namespace {

namespace websocket = boost::beast::websocket;

constexpr std::size_t kBatchBytes = 64UL * 1024;  // what one write gathers
constexpr std::size_t kKeptInbox = 32UL * 1024;   // a larger message's buffer is given back
constexpr std::size_t kMaxCloseText = 123;        // RFC 6455 section 5.5
constexpr std::uint16_t kProtocolError = 1002;
constexpr std::string_view kPing{"\x89\x00", 2};

std::string_view as_view(beast::flat_buffer const& buffer) {
  return {static_cast<char const*>(buffer.data().data()), buffer.size()};
}

// Server frames are not masked: two to ten bytes of header before the payload.
std::size_t header_size(std::size_t payload) {
  return payload < 126 ? 2 : payload < 65'536 ? 4 : 10;
}

std::string binary_header(std::size_t payload) {
  std::string out = "\x82";
  int bytes = 0;
  if (payload < 126) {
    out += static_cast<char>(payload);
  } else {
    bytes = payload < 65'536 ? 2 : 8;
    out += static_cast<char>(bytes == 2 ? 126 : 127);
  }
  while (bytes-- > 0) out += static_cast<char>((payload >> (8 * bytes)) & 0xff);
  return out;
}

std::string close_frame(std::uint16_t code, std::string_view text) {
  if (code == 0) return {"\x88\x00", 2};
  text = text.substr(0, kMaxCloseText);
  std::string out = "\x88";
  out += static_cast<char>(text.size() + 2);
  out += static_cast<char>(code >> 8);
  out += static_cast<char>(code & 0xff);
  return out.append(text);
}

}  // namespace

WebsocketSession::WebsocketSession(Upgrade upgrade)
    : place_(std::move(upgrade.place)),
      core_(std::move(upgrade.core)),
      shard_(upgrade.shard),
      transport_(std::move(upgrade.transport)),
      request_(std::move(upgrade.request)),
      endpoint_(upgrade.endpoint),
      began_(upgrade.began),
      stream_(*transport_),
      policy_(core_->options.outbox),
      heard_(shard_.now()),
      control_(core_->options.websocket.control, shard_.now()),
      handshake_timer_(shard_),
      watch_timer_(shard_),
      close_timer_(shard_) {
  core_->enlist(shard_.index(), *this);
}

WebsocketSession::~WebsocketSession() {
  core_->strike(shard_.index(), *this);
  transport_->set_hooks({});
  transport_->cut();
  if (opened_) core_->metrics.add(Metric::connections, -1);
}

Async<void> WebsocketSession::run(std::unique_ptr<RawRequest> raw) {
  auto const self = shared_from_this();
  prepare(*raw);
  auto const [ec] = co_await stream_.async_accept(*raw, use);
  raw.reset();
  if (ec || closed_) co_return;
  open();
  bool more = true;
  while (more) more = co_await read_some();
  co_await wind_up();
}

void WebsocketSession::prepare(RawRequest const& raw) {
  stream_.read_message_max(std::min(endpoint_.max_login_bytes, endpoint_.max_message_bytes));
  stream_.set_option(websocket::stream_base::decorator(
      [chosen = first_subprotocol(raw)](websocket::response_type& response) {
        if (!chosen.empty()) response.set(http::field::sec_websocket_protocol, chosen);
      }));
  stream_.control_callback(
      [this](websocket::frame_type kind, beast::string_view) { on_control(kind); });
  transport_->set_hooks(
      {.refill = [this] { refill(); },
       .written = [this](std::size_t bytes) { policy_.sent(shard_.now(), bytes); }});
  transport_->keep_close_frames();
}

void WebsocketSession::open() {
  auto const& options = core_->options.websocket;
  opened_ = true;
  heard_ = shard_.now();
  core_->metrics.add(Metric::connections);
  if (options.handshake > Millis{0}) {
    auto const left = std::max(began_ + options.handshake - shard_.now(), Millis{0});
    handshake_timer_.start(left, [this] { close(Errc::handshake_timeout, {}); });
  }
  if (options.ping_after > Millis{0} || options.cut_after > Millis{0}) watch();
  try {
    protocol_ = endpoint_.open(request_, *this, shard_.index());
    request_.headers = {};  // seen: a connection stays small
    if (protocol_) return protocol_->on_open();
  } catch (std::exception const& e) {
    log::error("net", "open_failed", {{"path", request_.path}, {"what", e.what()}});
  }
  close(Errc::internal_error, {});
}

Async<bool> WebsocketSession::read_some() {
  auto const [ec, bytes] = co_await stream_.async_read_some(inbox_, 0, use);
  heard_ = shard_.now();
  if (ec) {
    on_read_error(ec);
    co_return false;
  }
  if (stream_.got_text()) close(Errc::text_frame, {});
  if (closed_)
    forget_read();  // and read on, for the peer's close frame
  else if (stream_.is_message_done())
    deliver();
  co_return true;
}

void WebsocketSession::deliver() {
  auto const protocol = protocol_;
  try {
    protocol->on_message(as_view(inbox_));
  } catch (std::exception const& e) {
    log::error("net", "message_failed", {{"path", request_.path}, {"what", e.what()}});
    close(Errc::internal_error, {});
  }
  forget_read();
}

void WebsocketSession::forget_read() {
  inbox_.consume(inbox_.size());
  if (inbox_.capacity() > kKeptInbox) inbox_.shrink_to_fit();
}

void WebsocketSession::on_control(websocket::frame_type kind) {
  heard_ = shard_.now();
  if (kind != websocket::frame_type::close && !control_.take(heard_)) close(Errc::rate_limited, {});
}

void WebsocketSession::on_read_error(error_code ec) {
  static auto const& violations = websocket::make_error_code(websocket::error::closed).category();
  if (ec == websocket::error::closed) {
    auto const code = stream_.reason().code;
    begin_closing(Errc::peer_gone, code == websocket::close_code::none ? std::uint16_t{0} : code,
                  {});
  } else if (ec == websocket::error::message_too_big) {
    close(Errc::message_too_big, {});
  } else if (ec == websocket::error::bad_frame_payload) {
    close(Errc::text_frame, {});  // only text is checked to be UTF-8
  } else if (ec.category() == violations) {
    begin_closing(Errc::malformed_packet, kProtocolError, reason(Errc::malformed_packet).label);
  } else {
    cut(Errc::peer_gone);
  }
}

// Beast is done with reading: whatever else comes goes unheard until the peer ends too, or
// close_timer_ fires.
Async<void> WebsocketSession::wind_up() {
  transport_->silence();
  if (co_await transport_->flushed()) co_await transport_->linger();
}

void WebsocketSession::watch() {
  auto const& options = core_->options.websocket;
  auto const silence = shard_.now() - heard_;
  if (policy_.overdue(shard_.now())) return close(Errc::slow_consumer, {});
  if (options.cut_after > Millis{0} && silence >= options.cut_after)
    return close(Errc::idle_timeout, {});
  // Looks again when the silence will be long enough for the next step, whenever it began: a ping
  // must leave its answer all the time there is until the cut.
  auto next = options.cut_after > Millis{0} ? options.cut_after - silence : options.ping_after;
  if (options.ping_after > Millis{0}) {
    bool const quiet = silence >= options.ping_after;
    if (quiet) {
      transport_->stage(kPing);
      transport_->flush();
    }
    next = std::min(next, quiet ? options.ping_after : options.ping_after - silence);
  }
  watch_timer_.start(std::max(next, Millis{1}), [this] { watch(); });
}

bool WebsocketSession::send(SharedBytes message, Delivery delivery) {
  if (closed_) return false;
  auto const bytes = message->size() + header_size(message->size());
  switch (policy_.offer(shard_.now(), bytes, delivery == Delivery::unreliable)) {
    case limits::OutboxPolicy::Verdict::drop:
      core_->metrics.reject(Errc::slow_consumer);
      return false;
    case limits::OutboxPolicy::Verdict::close:
      close(Errc::slow_consumer, {});
      return false;
    case limits::OutboxPolicy::Verdict::keep:
      break;
  }
  outbox_.push_back(std::move(message));
  schedule_flush();
  return true;
}

// One write per turn of the loop, however many messages that turn sends. The cork of a later day
// waits longer here.
void WebsocketSession::schedule_flush() {
  if (flush_scheduled_ || transport_->writing()) return;
  flush_scheduled_ = true;
  asio::post(transport_->get_executor(), [self = shared_from_this()] {
    self->flush_scheduled_ = false;
    self->transport_->flush();
  });
}

void WebsocketSession::refill() {
  while (!outbox_.empty() && transport_->staged() < kBatchBytes) {
    auto const& message = *outbox_.front();
    transport_->stage(binary_header(message.size()));
    transport_->stage(message);
    outbox_.pop_front();
  }
  if (!outbox_.empty() || close_frame_.empty()) return;
  transport_->stage(std::exchange(close_frame_, {}));
  transport_->silence();
}

void WebsocketSession::close(Errc why, std::string_view text) {
  auto const& row = reason(why);
  begin_closing(why, row.close_code, text.empty() ? public_text(why) : text);
}

void WebsocketSession::begin_closing(Errc why, std::uint16_t code, std::string_view text) {
  if (closed_) return;
  closed_ = why;
  core_->metrics.reject(why);
  handshake_timer_.cancel();
  watch_timer_.cancel();
  if (why == Errc::slow_consumer || why == Errc::idle_timeout) outbox_.clear();
  close_frame_ = close_frame(code, text);
  if (opened_) transport_->silence();  // from now on only we speak: no pongs pile up
  close_timer_.start(core_->options.websocket.close_wait, [this] { transport_->cut(); });
  schedule_flush();
  shard_.post([self = shared_from_this()] {
    if (auto const protocol = std::exchange(self->protocol_, nullptr))
      protocol->on_closed(*self->closed_);
  });
}

void WebsocketSession::logged_in() {
  stream_.read_message_max(endpoint_.max_message_bytes);
  handshake_timer_.cancel();
  place_->logged_in();
}

void WebsocketSession::cut(Errc why) {
  begin_closing(why, reason(why).close_code, public_text(why));
  transport_->cut();
}

}  // namespace archipelago::net
