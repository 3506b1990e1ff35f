// A server stream seen from the client (WIRE 2.3): offer, ask, element, ask, … end.
#include <cassert>

#include "rpc/link.hpp"

namespace archipelago::rpc {

Result<std::optional<std::string>> RemoteStream::State::outcome() const {
  if (error_) return tl::unexpected(*error_);
  return std::optional<std::string>();
}

void RemoteStream::State::next(Callback callback) {
  assert(!waiting_ && "one next() at a time");
  if (phase_ == Phase::ended || phase_ == Phase::closing) return callback(outcome());
  waiting_ = std::move(callback);
  if (phase_ == Phase::idle) ask();
}

void RemoteStream::State::ask() {
  phase_ = Phase::asked;
  if (auto const link = link_.lock())
    link->send(number_, wire::RpcStreamAck{port_, sequence_, {}, false, true});
}

void RemoteStream::State::message(wire::RpcStreamMessage message) {
  if (message.closed) {
    end({});
  } else if (phase_ == Phase::closing) {
    send_close();
  } else if (phase_ == Phase::opening) {
    phase_ = Phase::idle;
    if (waiting_) ask();
  } else {
    element(std::move(message));
  }
}

void RemoteStream::State::element(wire::RpcStreamMessage message) {
  // What was not asked for is dropped, so that nothing can pile up here.
  if (phase_ != Phase::asked || message.sequence_id != sequence_ + 1) return;
  sequence_ = message.sequence_id;
  phase_ = Phase::idle;
  auto const callback = std::exchange(waiting_, {});
  callback(std::optional(std::move(message.payload)));
}

void RemoteStream::State::close() {
  if (phase_ == Phase::ended || phase_ == Phase::closing) return;
  auto const callback = std::exchange(waiting_, {});
  if (phase_ == Phase::opening)
    phase_ = Phase::closing;  // the server only listens once it has made its offer
  else
    send_close();
  if (callback) callback(std::optional<std::string>());
}

void RemoteStream::State::send_close() {
  phase_ = Phase::ended;
  auto const link = link_.lock();
  if (!link) return;
  link->forget(number_);
  link->send(number_, wire::RpcStreamMessage{port_, sequence_, {}, true, false});
}

void RemoteStream::State::end(std::optional<Error> error) {
  if (phase_ == Phase::ended) return;
  auto const keep = shared_from_this();
  phase_ = Phase::ended;
  error_ = std::move(error);
  if (auto const link = link_.lock()) link->forget(number_);
  if (auto const callback = std::exchange(waiting_, {})) callback(outcome());
}

}  // namespace archipelago::rpc
