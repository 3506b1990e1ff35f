// The scanner's promise, for its property test and its fuzzer: it says what protobuf says.
#pragma once

#include <string_view>

#include "decentraland/kernel/comms/rfc5/ws_comms.pb.h"
#include "wire/packet.hpp"
#include "wire/rfc5.hpp"

namespace archipelago::wire {

[[nodiscard]] inline bool scanner_agrees_with_protobuf(std::string_view bytes) {
  auto const parsed = decode<decentraland::kernel::comms::rfc5::WsPacket>(bytes, bytes.size());
  auto const scan = scan_ws_packet(bytes);
  if (!parsed || !scan) return !parsed && !scan && parsed.error().code == scan.error().code;
  auto const& update = parsed->peer_update_message();  // the default one for other cases
  return static_cast<int>(scan->which) == static_cast<int>(parsed->message_case()) &&
         scan->from_alias == update.from_alias() && scan->unreliable == update.unreliable() &&
         scan->body() == update.body();
}

}  // namespace archipelago::wire
