// A websocket from its upgrade to its last byte.
#include "net/websocket_session.hpp"

#include <array>
#include <chrono>
#include <exception>

#include "base/log.hpp"
#include "net/frame_writer.hpp"

namespace archipelago::net {
namespace {

constexpr std::size_t kBatchBytes = 64UL * 1024;  // what one write gathers
constexpr std::size_t kWindow = 256;              // several heartbeats; more is read at once
constexpr std::size_t kTlsWindow = 4UL * 1024;    // there, nothing can be read at once
constexpr std::uint16_t kProtocolError = 1002;

/// For what does not fit a window: one for each shard's thread, used up before anybody else reads.
std::span<char> shared_window() {
  static thread_local std::array<char, 64UL * 1024> bytes;
  return bytes;
}

}  // namespace

WebsocketSession::WebsocketSession(Upgrade upgrade)
    : place_(std::move(upgrade.place)),
      core_(std::move(upgrade.core)),
      shard_(upgrade.shard),
      transport_(std::move(upgrade.transport)),
      request_(std::make_unique<HttpRequest>(std::move(upgrade.request))),
      remote_(request_->remote),
      endpoint_(upgrade.endpoint),
      began_(upgrade.began),
      window_(transport_->encrypted() ? kTlsWindow : kWindow, '\0'),
      reader_(std::min(endpoint_.max_login_bytes, endpoint_.max_message_bytes)),
      policy_(core_->options.outbox),
      heard_(shard_.now()),
      control_(core_->options.websocket.control, shard_.now()),
      handshake_timer_(shard_),
      watch_timer_(shard_),
      close_timer_(shard_) {
  transport_->give_up_after(core_->options.websocket.cut_after);
  core_->enlist(shard_.index(), *this);
}

WebsocketSession::~WebsocketSession() {
  core_->strike(shard_.index(), *this);
  core_->note_outbox(shard_.index(), -static_cast<std::int64_t>(counted_));
  transport_->set_hooks({});
  transport_->cut();
  if (opened_) core_->metrics.add(Metric::connections, -1);
}

Async<void> WebsocketSession::run(std::unique_ptr<RawRequest> raw) {
  if (closed_) co_return;
  accept(*raw);
  raw.reset();
  open();
  read();
}

void WebsocketSession::accept(RawRequest const& raw) {
  transport_->stage(upgrade_response(raw));
  transport_->flush();
  transport_->set_hooks({.refill = [this] { refill(); },
                         .written =
                             [this](std::size_t bytes) {
                               policy_.sent(shard_.now(), bytes);
                               count_waiting();
                             }});
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
  auto const request = std::move(request_);
  try {
    protocol_ = endpoint_.open(*request, *this, shard_.index());
    if (protocol_) return protocol_->on_open();
  } catch (std::exception const& e) {
    log::error("net", "open_failed", {{"path", request->path}, {"what", e.what()}});
  }
  close(Errc::internal_error, {});
}

void WebsocketSession::read() {
  auto const into = asio::buffer(window_);
  transport_->async_read_some(
      into, [self = shared_from_this()](error_code ec, std::size_t n) { self->on_read(ec, n); });
}

void WebsocketSession::on_read(error_code ec, std::size_t bytes) {
  heard_ = shard_.now();
  try {
    if (ec) return cut(Errc::peer_gone);
    auto more = take(std::span(window_).first(bytes));
    if (more && bytes == window_.size()) {
      auto const beyond = shared_window();
      more = take(beyond.first(transport_->read_now(beyond)));
    }
    more ? read() : finish();
  } catch (...) {
    log_failure(std::current_exception());
    transport_->cut();
  }
}

/// False when nothing more need be read.
bool WebsocketSession::take(std::span<char> bytes) {
  reader_.feed(bytes);
  while (auto const item = reader_.next())
    if (!on_item(*item)) return false;
  return true;
}

/// Once closing, only the peer's close frame still matters.
bool WebsocketSession::on_item(FrameReader::Item const& item) {
  switch (item.kind) {
    case FrameReader::Kind::message:
      if (!closed_) deliver(item.payload);
      return true;
    case FrameReader::Kind::ping:
    case FrameReader::Kind::pong:
      on_control(item);
      return true;
    case FrameReader::Kind::close:
      begin_closing(Errc::peer_gone, item.code, {});
      return false;
    case FrameReader::Kind::text:
      close(Errc::text_frame, {});
      return false;
    case FrameReader::Kind::too_big:
      close(Errc::message_too_big, {});
      return false;
    case FrameReader::Kind::crumbs:
      close(Errc::rate_limited, {});
      return false;
    case FrameReader::Kind::violation:
      begin_closing(Errc::malformed_packet, kProtocolError, reason(Errc::malformed_packet).label);
      return false;
  }
  return false;
}

void WebsocketSession::on_control(FrameReader::Item const& item) {
  if (closed_) return;
  bool const limited = core_->options.websocket.control.per_second != 0;
  if (limited && !control_.take(heard_)) return close(Errc::rate_limited, {});
  if (item.kind == FrameReader::Kind::pong) return;
  transport_->stage(pong_frame(item.payload));
  schedule_flush();
}

void WebsocketSession::deliver(std::string_view message) {
  try {
    protocol_->on_message(message);  // never taken away within a turn
  } catch (std::exception const& e) {
    log::error("net", "message_failed", {{"remote", remote_}, {"what", e.what()}});
    close(Errc::internal_error, {});
  }
}

void WebsocketSession::finish() {
  auto const self = shared_from_this();
  asio::co_spawn(executor(), wind_up(), kept_while_running(self));
}

// Whatever else comes goes unheard until the peer ends too, or close_timer_ fires.
Async<void> WebsocketSession::wind_up() {
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
      transport_->release_buffers();
      transport_->stage(ping_frame());
      transport_->flush();
    }
    next = std::min(next, quiet ? options.ping_after : options.ping_after - silence);
  }
  watch_timer_.start(std::max(next, Millis{1}), [this] { watch(); });
}

bool WebsocketSession::send(SharedBytes message, Delivery delivery) {
  if (closed_) return false;
  auto const bytes = message->size() + frame_header_size(message->size());
  if (!admit(bytes, delivery == Delivery::unreliable)) return false;
  outbox_.push_back(std::move(message));
  schedule_flush();
  return true;
}

/// Counts what is to wait; false: it may not.
bool WebsocketSession::admit(std::size_t bytes, bool unreliable) {
  switch (policy_.offer(shard_.now(), bytes, unreliable)) {
    case limits::OutboxPolicy::Verdict::drop:
      core_->metrics.reject(Errc::slow_consumer);
      return false;
    case limits::OutboxPolicy::Verdict::close:
      close(Errc::slow_consumer, {});
      return false;
    case limits::OutboxPolicy::Verdict::keep:
      break;
  }
  count_waiting();
  return true;
}

void WebsocketSession::count_waiting() {
  auto const waiting = policy_.waiting();
  core_->note_outbox(shard_.index(),
                     static_cast<std::int64_t>(waiting) - static_cast<std::int64_t>(counted_));
  counted_ = waiting;
}

BatchSent WebsocketSession::send_batch(FrameBatch const& batch, FrameBatch::Own const& author,
                                       Leave leave) {
  if (closed_) return {};
  auto const gone = leave == Leave::now ? write_now(batch, author) : 0;
  if (gone == batch.bytes_beside(author))
    return {.frames = batch.frames_beside(author), .bytes = batch.payload_beside(author)};
  auto const sent = queue_batch(batch, author, gone);
  if (transport_->staged() == 0 && outbox_.empty()) return sent;
  leave == Leave::now ? transport_->flush() : schedule_flush();
  return sent;
}

std::size_t WebsocketSession::write_now(FrameBatch const& batch, FrameBatch::Own const& author) {
  if (!outbox_.empty()) return 0;
  std::array<std::string_view, Transport::kMostSlices> room;
  std::span<std::string_view> slices(room);
  return batch.slice(author, slices) ? transport_->write_now(slices) : 0;
}

/// The first `gone` bytes are with the socket; a frame of which it took a part must go on.
BatchSent WebsocketSession::queue_batch(FrameBatch const& batch, FrameBatch::Own const& author,
                                        std::size_t gone) {
  BatchSent sent;
  batch.for_others(author, [&](FrameBatch::Frame const& frame) {
    auto const bytes = batch.bytes(frame);
    auto const taken = std::min(gone, bytes.size());
    gone -= taken;
    auto const rest = bytes.substr(taken);
    bool const kept =
        rest.empty() || (!closed_ && admit(rest.size(), frame.unreliable && taken == 0));
    sent.count(frame, kept);
    if (!kept || rest.empty()) return;
    if (outbox_.empty() && transport_->staged() < kBatchBytes)
      transport_->stage(rest);
    else
      outbox_.push_back(share(std::string(batch.payload(frame))));
  });
  return sent;
}

// One write per turn of the loop, however many messages that turn sends.
void WebsocketSession::schedule_flush() {
  if (flush_scheduled_ || transport_->writing()) return;
  flush_scheduled_ = true;
  asio::post(transport_->get_executor(), [self = shared_from_this()] {
    self->flush_scheduled_ = false;
    self->transport_->flush();
  });
}

void WebsocketSession::refill() {
  while (staged_ < outbox_.size() && transport_->staged() < kBatchBytes) {
    auto const& message = *outbox_[staged_];
    transport_->stage(binary_frame_header(message.size()));
    transport_->stage(message);
    outbox_[staged_++].reset();
  }
  if (staged_ == outbox_.size()) {
    outbox_ = {};
    staged_ = 0;
  } else if (staged_ > outbox_.size() / 2) {
    outbox_.erase(outbox_.begin(), outbox_.begin() + static_cast<std::ptrdiff_t>(staged_));
    staged_ = 0;
  }
  if (!outbox_.empty() || close_frame_.empty()) return;
  transport_->stage(std::exchange(close_frame_, {}));
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
  if (why == Errc::slow_consumer || why == Errc::idle_timeout) {
    outbox_.clear();
    staged_ = 0;
  }
  close_frame_ = close_frame(code, text);
  close_timer_.start(core_->options.websocket.close_wait, [this] { transport_->cut(); });
  schedule_flush();
  shard_.post([self = shared_from_this()] {
    if (auto const protocol = std::exchange(self->protocol_, nullptr))
      protocol->on_closed(*self->closed_);
  });
}

void WebsocketSession::logged_in() {
  reader_.set_max_message(endpoint_.max_message_bytes);
  handshake_timer_.cancel();
  place_->logged_in();
  if (std::exchange(logged_in_, true)) return;
  std::chrono::duration<double> const took = shard_.now() - began_;
  core_->metrics.note(Distribution::handshake_seconds, took.count());
}

void WebsocketSession::cut(Errc why) {
  begin_closing(why, reason(why).close_code, public_text(why));
  transport_->cut();
}

}  // namespace archipelago::net
