// The frames of dcl-rpc: written by hand, read by protobuf.
#include "wire/rpc_frame.hpp"

#include <array>
#include <climits>
#include <optional>

#include "decentraland/rpc/protocol.pb.h"
#include "wire/field.hpp"
#include "wire/packet.hpp"

namespace archipelago::wire {
namespace {

namespace pb = decentraland::rpc;

constexpr unsigned kTypeShift = 27;
constexpr char kIdentifierTag = 0x0D;

RpcBody body_of(pb::Request&& m) {
  return RpcRequest{m.port_id(), m.procedure_id(), m.client_stream(),
                    std::move(*m.mutable_payload())};
}
RpcBody body_of(pb::Response&& m) {
  return RpcResponse{std::move(*m.mutable_payload())};
}
RpcBody body_of(pb::CreatePort&& m) {
  return RpcCreatePort{std::move(*m.mutable_port_name())};
}
RpcBody body_of(pb::CreatePortResponse&& m) {
  return RpcCreatePortResponse{m.port_id()};
}
RpcBody body_of(pb::RequestModule&& m) {
  return RpcRequestModule{m.port_id(), std::move(*m.mutable_module_name())};
}
RpcBody body_of(pb::RequestModuleResponse&& m) {
  RpcRequestModuleResponse response{m.port_id(), {}};
  for (auto& procedure : *m.mutable_procedures())
    response.procedures.push_back(
        {procedure.procedure_id(), std::move(*procedure.mutable_procedure_name())});
  return response;
}
RpcBody body_of(pb::RemoteError&& m) {
  return RpcRemoteError{m.error_code(), std::move(*m.mutable_error_message())};
}
RpcBody body_of(pb::DestroyPort&& m) {
  return RpcDestroyPort{m.port_id()};
}
RpcBody body_of(pb::RpcMessageHeader&& /*m*/) {
  return RpcServerReady{};
}

template <class Stream>
RpcBody stream_body(pb::StreamMessage&& m) {
  return Stream{m.port_id(), m.sequence_id(), std::move(*m.mutable_payload()), m.closed(), m.ack()};
}

struct Read {
  std::uint32_t identifier;
  RpcBody body;
};

template <class Message>
Result<Read> read(std::string_view bytes) {
  auto message = decode<Message>(bytes, INT_MAX);
  if (!message) return tl::unexpected(std::move(message.error()));
  auto const identifier = message->message_identifier();
  return Read{identifier, body_of(std::move(*message))};
}

template <class Stream>
Result<Read> read_stream(std::string_view bytes) {
  auto message = decode<pb::StreamMessage>(bytes, INT_MAX);
  if (!message) return tl::unexpected(std::move(message.error()));
  auto const identifier = message->message_identifier();
  return Read{identifier, stream_body<Stream>(std::move(*message))};
}

Result<Read> read_as(std::uint32_t identifier, std::string_view bytes) {
  switch ((identifier >> kTypeShift) & 0xFU) {
    case pb::RpcMessageTypes_REQUEST:
      return read<pb::Request>(bytes);
    case pb::RpcMessageTypes_RESPONSE:
      return read<pb::Response>(bytes);
    case pb::RpcMessageTypes_STREAM_MESSAGE:
      return read_stream<RpcStreamMessage>(bytes);
    case pb::RpcMessageTypes_STREAM_ACK:
      return read_stream<RpcStreamAck>(bytes);
    case pb::RpcMessageTypes_CREATE_PORT:
      return read<pb::CreatePort>(bytes);
    case pb::RpcMessageTypes_CREATE_PORT_RESPONSE:
      return read<pb::CreatePortResponse>(bytes);
    case pb::RpcMessageTypes_REQUEST_MODULE:
      return read<pb::RequestModule>(bytes);
    case pb::RpcMessageTypes_REQUEST_MODULE_RESPONSE:
      return read<pb::RequestModuleResponse>(bytes);
    case pb::RpcMessageTypes_REMOTE_ERROR_RESPONSE:
      return read<pb::RemoteError>(bytes);
    case pb::RpcMessageTypes_DESTROY_PORT:
      return read<pb::DestroyPort>(bytes);
    case pb::RpcMessageTypes_SERVER_READY:
      return read<pb::RpcMessageHeader>(bytes);
    default:
      return fail(Errc::rpc_violation, "no such message type");
  }
}

// Every encoder writes the identifier first; a frame that starts otherwise is parsed for it.
std::optional<std::uint32_t> leading_identifier(std::string_view bytes) {
  if (bytes.size() < 5 || bytes.front() != kIdentifierTag) return std::nullopt;
  std::uint32_t identifier = 0;
  for (std::size_t i = 0; i < 4; ++i)
    identifier |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i + 1])) << (8U * i);
  return identifier;
}

RpcFrame frame_of(Read&& read) {
  return RpcFrame{read.identifier & kRpcNumberMask, std::move(read.body)};
}

bool only_servers_send(RpcBody const& body) {
  return std::holds_alternative<RpcResponse>(body) ||
         std::holds_alternative<RpcCreatePortResponse>(body) ||
         std::holds_alternative<RpcRequestModuleResponse>(body) ||
         std::holds_alternative<RpcRemoteError>(body) ||
         std::holds_alternative<RpcServerReady>(body);
}

/// Appends one body's fields; what is zero or empty is absent.
struct Writer {
  std::string& out;

  void number(unsigned field, std::uint32_t value) const {
    if (value != 0) append_fixed32_field(out, field, value);
  }
  void bytes(unsigned field, std::string_view value) const {
    if (!value.empty()) append_bytes_field(out, field, value);
  }
  void flag(unsigned field, bool value) const {
    if (value) append_varint_field(out, field, 1);
  }

  void operator()(RpcRequest const& m) const {
    number(2, m.port_id);
    number(4, m.procedure_id);
    number(5, m.client_stream);
    bytes(6, m.payload);
  }
  void operator()(RpcResponse const& m) const { bytes(6, m.payload); }
  void operator()(RpcStreamMessage const& m) const { stream(m); }
  void operator()(RpcStreamAck const& m) const { stream(m); }
  void operator()(RpcCreatePort const& m) const { bytes(4, m.port_name); }
  void operator()(RpcCreatePortResponse const& m) const { number(2, m.port_id); }
  void operator()(RpcRequestModule const& m) const {
    number(2, m.port_id);
    bytes(4, m.module_name);
  }
  void operator()(RpcRequestModuleResponse const& m) const {
    number(2, m.port_id);
    for (auto const& procedure : m.procedures) {
      auto const id_size = procedure.procedure_id != 0 ? 5U : 0U;
      auto const name_size =
          procedure.procedure_name.empty() ? 0 : bytes_field_size(procedure.procedure_name.size());
      append_bytes_head(out, 5, id_size + name_size);
      number(1, procedure.procedure_id);
      bytes(2, procedure.procedure_name);
    }
  }
  void operator()(RpcRemoteError const& m) const {
    number(2, m.error_code);
    bytes(3, m.error_message);
  }
  void operator()(RpcDestroyPort const& m) const { number(2, m.port_id); }
  void operator()(RpcServerReady const& /*m*/) const {}

 private:
  void stream(auto const& m) const {
    number(2, m.port_id);
    number(4, m.sequence_id);
    bytes(6, m.payload);
    flag(7, m.closed);
    flag(8, m.ack);
  }
};

std::size_t payload_size(RpcBody const& body) {
  if (auto const* message = std::get_if<RpcStreamMessage>(&body)) return message->payload.size();
  if (auto const* response = std::get_if<RpcResponse>(&body)) return response->payload.size();
  if (auto const* request = std::get_if<RpcRequest>(&body)) return request->payload.size();
  return 0;
}

}  // namespace

Result<RpcFrame> decode_rpc(std::string_view bytes) {
  if (auto const guess = leading_identifier(bytes)) {
    auto frame = read_as(*guess, bytes);
    // A second identifier further on would win, and could be of another type.
    if (frame && frame->identifier == *guess) return frame_of(std::move(*frame));
  }
  auto const header = decode<pb::RpcMessageHeader>(bytes, INT_MAX);
  if (!header) return tl::unexpected(header.error());
  return read_as(header->message_identifier(), bytes).map(frame_of);
}

Result<RpcFrame> decode_rpc_from_client(std::string_view bytes) {
  auto frame = decode_rpc(bytes);
  if (frame && only_servers_send(frame->body))
    return fail(Errc::rpc_violation, std::string(rpc_type_name(frame->body)) + " from a client");
  return frame;
}

std::string encode_rpc(std::uint32_t number, RpcBody const& body) {
  auto const type = static_cast<std::uint32_t>(body.index() + 1);
  std::string out;
  out.reserve(32 + payload_size(body));
  append_fixed32_field(out, 1, (type << kTypeShift) | (number & kRpcNumberMask));
  std::visit(Writer{out}, body);
  return out;
}

std::string_view rpc_type_name(RpcBody const& body) noexcept {
  static constexpr std::array<std::string_view, std::variant_size_v<RpcBody>> kNames{
      "REQUEST",
      "RESPONSE",
      "STREAM_MESSAGE",
      "STREAM_ACK",
      "CREATE_PORT",
      "CREATE_PORT_RESPONSE",
      "REQUEST_MODULE",
      "REQUEST_MODULE_RESPONSE",
      "REMOTE_ERROR_RESPONSE",
      "DESTROY_PORT",
      "SERVER_READY"};
  return kNames[body.index()];
}

}  // namespace archipelago::wire
