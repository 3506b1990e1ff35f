// The frames of dcl-rpc (WIRE 2.1): one binary websocket message each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace archipelago::wire {

struct RpcRequest {
  std::uint32_t port_id{};
  std::uint32_t procedure_id{};
  std::uint32_t client_stream{};  ///< message number of the stream that the client sends; 0 = none
  std::string payload;
};
struct RpcResponse {
  std::string payload;
};
struct RpcStreamMessage {
  std::uint32_t port_id{};
  std::uint32_t sequence_id{};
  std::string payload;
  bool closed{};
  bool ack{};
};
struct RpcStreamAck {
  std::uint32_t port_id{};
  std::uint32_t sequence_id{};
  std::string payload;
  bool closed{};
  bool ack{true};
};
struct RpcCreatePort {
  std::string port_name;
};
struct RpcCreatePortResponse {
  std::uint32_t port_id{};
};
struct RpcRequestModule {
  std::uint32_t port_id{};
  std::string module_name;
};
struct RpcProcedure {
  std::uint32_t procedure_id{};
  std::string procedure_name;
};
struct RpcRequestModuleResponse {
  std::uint32_t port_id{};
  std::vector<RpcProcedure> procedures;
};
struct RpcRemoteError {
  std::uint32_t error_code{};
  std::string error_message;
};
struct RpcDestroyPort {
  std::uint32_t port_id{};
};
struct RpcServerReady {};

/// In the order of the wire's types: type = index + 1.
using RpcBody = std::variant<RpcRequest, RpcResponse, RpcStreamMessage, RpcStreamAck, RpcCreatePort,
                             RpcCreatePortResponse, RpcRequestModule, RpcRequestModuleResponse,
                             RpcRemoteError, RpcDestroyPort, RpcServerReady>;

struct RpcFrame {
  std::uint32_t number{};  ///< 27 bits; bit 31 of the identifier is ignored
  RpcBody body;
};

inline constexpr std::uint32_t kRpcNumberMask = 0x07FF'FFFF;

/// Errors: malformed_packet and invalid_utf8 (bytes that do not decode), rpc_violation (a type that
/// does not exist). All are fatal to a connection. The caller bounds the size (the websocket's
/// limit).
[[nodiscard]] Result<RpcFrame> decode_rpc(std::string_view bytes);

/// As decode_rpc; types that only a server may send are an rpc_violation too (WIRE 2.2 rule 7).
[[nodiscard]] Result<RpcFrame> decode_rpc_from_client(std::string_view bytes);

/// The official library's bytes: ascending fields, no zeros, empty texts or empty payloads.
[[nodiscard]] std::string encode_rpc(std::uint32_t number, RpcBody const& body);

/// The type's name for logs and test messages, e.g. "STREAM_ACK".
[[nodiscard]] std::string_view rpc_type_name(RpcBody const& body) noexcept;

}  // namespace archipelago::wire
