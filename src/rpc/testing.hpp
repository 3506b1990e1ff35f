// For this room's tests: frames as short texts.
#pragma once

#include <string>

#include "wire/rpc_frame.hpp"

namespace archipelago::rpc {

struct FrameText {
  std::string operator()(wire::RpcRequest const& m) const { return ' ' + m.payload; }
  std::string operator()(wire::RpcResponse const& m) const { return ' ' + m.payload; }
  std::string operator()(wire::RpcStreamMessage const& m) const { return stream(m); }
  std::string operator()(wire::RpcStreamAck const& m) const { return stream(m); }
  std::string operator()(wire::RpcCreatePort const& m) const { return ' ' + m.port_name; }
  std::string operator()(wire::RpcCreatePortResponse const& m) const {
    return ' ' + std::to_string(m.port_id);
  }
  std::string operator()(wire::RpcRequestModule const& m) const { return ' ' + m.module_name; }
  std::string operator()(wire::RpcRequestModuleResponse const& m) const {
    std::string text;
    for (auto const& one : m.procedures)
      text += ' ' + std::to_string(one.procedure_id) + '=' + one.procedure_name;
    return text;
  }
  std::string operator()(wire::RpcRemoteError const& m) const { return ' ' + m.error_message; }
  std::string operator()(wire::RpcDestroyPort const& m) const {
    return ' ' + std::to_string(m.port_id);
  }
  std::string operator()(wire::RpcServerReady const& /*m*/) const { return {}; }

 private:
  static std::string stream(auto const& m) {
    return " #" + std::to_string(m.sequence_id) + (m.payload.empty() ? "" : ' ' + m.payload) +
           (m.closed ? " closed" : "") + (m.ack ? " ack" : "");
  }
};

/// e.g. "STREAM_MESSAGE 5 #1 a", "STREAM_ACK 5 #0 ack", "REMOTE_ERROR_RESPONSE 5 boom".
[[nodiscard]] inline std::string describe(wire::RpcFrame const& frame) {
  return std::string(wire::rpc_type_name(frame.body)) + ' ' + std::to_string(frame.number) +
         std::visit(FrameText{}, frame.body);
}

}  // namespace archipelago::rpc
