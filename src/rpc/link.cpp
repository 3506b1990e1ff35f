// A client's requests and the answers to them.
#include "rpc/link.hpp"

namespace archipelago::rpc {
namespace {

constexpr std::uint32_t kLastNumber =
    0x00FF'FFFF;  // the official client wraps hereabouts (WIRE 2.3)

bool only_clients_send(wire::RpcBody const& body) {
  return std::holds_alternative<wire::RpcRequest>(body) ||
         std::holds_alternative<wire::RpcCreatePort>(body) ||
         std::holds_alternative<wire::RpcRequestModule>(body) ||
         std::holds_alternative<wire::RpcDestroyPort>(body);
}

Result<wire::RpcBody> outcome(wire::RpcBody body) {
  if (auto* const error = std::get_if<wire::RpcRemoteError>(&body))
    return fail(Errc::upstream_failed, std::move(error->error_message));
  return body;
}

}  // namespace

void Link::send(std::uint32_t number, wire::RpcBody const& body) {
  if (!closed_) send_(wire::encode_rpc(number, body));
}

Result<std::uint32_t> Link::number() {
  if (closed_) return connection_ended();
  if (answers_.size() + streams_.size() >= limits_.under_way)
    return fail(Errc::overloaded, "too many calls under way");
  do {
    last_number_ = last_number_ >= kLastNumber ? 1 : last_number_ + 1;
  } while (answers_.contains(last_number_) || streams_.contains(last_number_));
  return last_number_;
}

void Link::ask(wire::RpcBody const& body, Answer answer) {
  auto const mine = number();
  if (!mine) {
    answer(tl::unexpected(mine.error()));
    return;
  }
  answers_[*mine] = std::move(answer);
  send(*mine, body);
}

void Link::open(wire::RpcRequest const& request,
                std::shared_ptr<RemoteStream::State> const& stream) {
  auto const mine = number();
  if (!mine) {
    stream->end(mine.error());
    return;
  }
  stream->opened_as(*mine);
  streams_[*mine] = stream;
  send(*mine, request);
}

Result<> Link::receive(std::string_view bytes) {
  if (closed_) return {};
  auto frame = wire::decode_rpc(bytes);
  if (!frame) return tl::unexpected(std::move(frame.error()));
  if (only_clients_send(frame->body))
    return fail(Errc::rpc_violation,
                std::string(wire::rpc_type_name(frame->body)) + " from a server");
  return dispatch(std::move(*frame));
}

Result<> Link::dispatch(wire::RpcFrame frame) {
  if (std::holds_alternative<wire::RpcServerReady>(frame.body)) {
    ready_ = true;
  } else if (auto const waiting = answers_.find(frame.number); waiting != answers_.end()) {
    auto const answer = std::move(waiting->second);
    answers_.erase(waiting);
    answer(outcome(std::move(frame.body)));
  } else if (auto const found = streams_.find(frame.number); found != streams_.end()) {
    auto const stream = found->second;
    if (auto* const message = std::get_if<wire::RpcStreamMessage>(&frame.body))
      stream->message(std::move(*message));
    else if (auto body = outcome(std::move(frame.body)); !body)
      stream->end(std::move(body.error()));
    else if (!std::holds_alternative<wire::RpcStreamAck>(*body))
      stream->end(Error{Errc::rpc_violation, "the call was not answered with a stream"});
  }
  return {};
}

void Link::end_streams(std::uint32_t port) {
  auto const streams = streams_;
  for (auto const& [number, stream] : streams)
    if (stream->port() == port) stream->end(Error{Errc::peer_gone, "the port was destroyed"});
}

void Link::closed() {
  if (std::exchange(closed_, true)) return;
  auto const keep = shared_from_this();
  auto const answers = std::exchange(answers_, {});
  auto const streams = std::exchange(streams_, {});
  for (auto const& [number, answer] : answers) answer(connection_ended());
  for (auto const& [number, stream] : streams) stream->end(connection_ended().value());
}

}  // namespace archipelago::rpc
