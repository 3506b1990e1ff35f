// Streams of elements, out to the client and in from it (WIRE 2.3).
#include <cassert>

#include "rpc/connection.hpp"

namespace archipelago::rpc {

void OutStream::State::send_message(std::string payload, bool closed) {
  if (auto const connection = connection_.lock())
    connection->send(number_,
                     wire::RpcStreamMessage{port_, sequence_, std::move(payload), closed, false});
}

void OutStream::State::offer() {
  send_message({}, false);
}

bool OutStream::State::push(std::string element) {
  if (phase_ != Phase::open) return false;
  // What is asked for goes straight out: the queue is empty then.
  if (!asked_ && waiting_.size() >= limit_) return false;
  waiting_bytes_ += element.size();
  waiting_.push_back(std::move(element));
  pump();
  return true;
}

void OutStream::State::finish(std::optional<std::string> error) {
  if (phase_ != Phase::open) return;
  phase_ = Phase::closing;
  error_ = std::move(error);
  auto const dropped = std::exchange(on_end_, {});
  pump();
}

void OutStream::State::on_end(std::function<void()> callback) {
  if (phase_ == Phase::open)
    on_end_ = std::move(callback);
  else if (ended_by_peer_)
    callback();
}

void OutStream::State::answered(std::uint32_t sequence, bool ack, bool closed) {
  if (closed && !ack) {
    end(false);
  } else if (ack && !asked_ && sequence == sequence_) {
    asked_ = true;
    pump();
  }
}

void OutStream::State::pump() {
  if (!asked_ || phase_ == Phase::ended) return;
  if (!waiting_.empty()) {
    asked_ = false;
    ++sequence_;
    auto element = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= element.size();
    send_message(std::move(element), false);
  } else if (phase_ == Phase::closing) {
    gone();
    if (!error_)
      send_message({}, true);
    else if (auto const connection = connection_.lock())
      connection->send_error(number_, *error_);
    input_->close();
  }
}

void OutStream::State::gone() {
  phase_ = Phase::ended;
  waiting_.clear();
  waiting_bytes_ = 0;
  slot_.free();
  if (auto const connection = connection_.lock()) connection->remove_out(number_);
}

void OutStream::State::end(bool tell_client) {
  if (phase_ == Phase::ended) return;
  auto const keep = shared_from_this();
  ended_by_peer_ = phase_ == Phase::open;
  gone();
  if (tell_client) send_message({}, true);
  input_->close();
  if (auto const callback = std::exchange(on_end_, {})) callback();
}

// What is sent may come back and take away the object that it was called on: the state is kept
// meanwhile.
bool OutStream::push(std::string element) {
  auto const keep = state_;
  return keep->push(std::move(element));
}
void OutStream::close() {
  auto const keep = state_;
  keep->finish({});
}
void OutStream::fail(std::string_view text) {
  auto const keep = state_;
  keep->finish(std::string(text.empty() ? "Error processing the request" : text));
}
void OutStream::on_end(std::function<void()> callback) {
  auto const keep = state_;
  keep->on_end(std::move(callback));
}
bool OutStream::ended() const {
  return state_->ended();
}
bool OutStream::asked() const {
  return state_->asked();
}
std::size_t OutStream::waiting_bytes() const {
  return state_->waiting_bytes();
}

void InStream::State::next(std::function<void(std::optional<std::string>)> callback) {
  if (ended_) {
    callback(std::nullopt);
    return;
  }
  assert(!waiting_ && "one next() at a time");
  waiting_ = std::move(callback);
  if (auto const connection = connection_.lock())
    connection->send(number_, wire::RpcStreamAck{port_, sequence_, {}, false, true});
}

void InStream::State::close() {
  if (std::exchange(ended_, true)) return;
  auto const dropped = std::exchange(waiting_, {});
  auto const connection = connection_.lock();
  if (!connection) return;
  connection->remove_in(number_);
  connection->send(number_, wire::RpcStreamMessage{port_, sequence_, {}, true, false});
}

void InStream::State::element(std::uint32_t sequence, std::string payload) {
  if (!waiting_ || sequence != sequence_ + 1) return;
  sequence_ = sequence;
  auto const callback = std::exchange(waiting_, {});
  callback(std::move(payload));
}

void InStream::State::end() {
  if (std::exchange(ended_, true)) return;
  if (auto const connection = connection_.lock()) connection->remove_in(number_);
  if (auto const callback = std::exchange(waiting_, {})) callback(std::nullopt);
}

void InStream::next(std::function<void(std::optional<std::string>)> callback) {
  auto const keep = state_;
  keep->next(std::move(callback));
}
void InStream::close() {
  auto const keep = state_;
  keep->close();
}

}  // namespace archipelago::rpc
