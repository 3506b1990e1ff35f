// One request and its single answer.
#include "rpc/connection.hpp"

namespace archipelago::rpc {
namespace {

constexpr std::string_view kDefaultError = "Error processing the request";

std::string error_text(std::string_view text) {
  return std::string(text.empty() ? kDefaultError : text);
}

}  // namespace

Call::State::State(std::weak_ptr<Connection> connection, std::uint32_t number,
                   wire::RpcRequest request, Slot slot)
    : connection_(std::move(connection)),
      number_(number),
      port_(request.port_id),
      payload_(std::move(request.payload)),
      input_(std::make_shared<InStream::State>(connection_, port_, request.client_stream)),
      slot_(std::move(slot)) {}

bool Call::State::answer(wire::RpcBody const& body) {
  if (std::exchange(answered_, true)) return false;
  slot_.free();
  auto const connection = connection_.lock();
  if (!connection) return false;
  auto const input = input_;  // sending may end this call's last copy
  connection->send(number_, body);
  input->close();
  return true;
}

void Call::State::reply(std::string payload) {
  answer(wire::RpcResponse{std::move(payload)});
}

void Call::State::fail(std::string_view text) {
  if (!answered_) answer(wire::RpcRemoteError{0, error_text(text)});
}

std::shared_ptr<OutStream::State> Call::State::stream(std::size_t buffer_limit) {
  auto stream = std::make_shared<OutStream::State>(connection_, input_, port_, number_,
                                                   buffer_limit, std::move(slot_));
  auto const connection = connection_.lock();
  if (answered_) {
    stream->stillborn();
  } else if (!connection || connection->is_closed()) {
    answered_ = true;
    stream->end(false);
  } else if (!connection->add(number_, stream)) {
    stream->stillborn();
    fail("stream " + std::to_string(number_) + " is open already");
  } else {
    answered_ = true;
    stream->offer();
  }
  return stream;
}

std::string const& Call::payload() const {
  return state_->payload();
}
InStream Call::input() const {
  return InStream(state_->input());
}

// What is sent may come back and take away the object that it was called on: the state is kept
// meanwhile.
void Call::reply(std::string payload) {
  auto const keep = state_;
  keep->reply(std::move(payload));
}
void Call::fail(std::string_view text) {
  auto const keep = state_;
  keep->fail(text);
}
OutStream Call::stream(std::size_t buffer_limit) {
  return OutStream(state_->stream(buffer_limit));
}

}  // namespace archipelago::rpc
