// Messages of proto/ <-> bytes. Hostile bytes go in, a message or a reason comes out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace google::protobuf {
class MessageLite;
}

namespace archipelago::wire {

/// Replaces the content of `message`. At most `max_bytes` are looked at; the message owns what it
/// keeps. Errors: message_too_big, malformed_packet, invalid_utf8. Unknown fields are skipped, the
/// last of a oneof's cases wins (WIRE 1); what the official decoder lets through by accident (field
/// number 0, over-long varints) is malformed. Any thread. Cost: linear in the bytes.
[[nodiscard]] Result<> decode_into(std::string_view bytes, std::size_t max_bytes,
                                   google::protobuf::MessageLite& message);

template <class Message>
[[nodiscard]] Result<Message> decode(std::string_view bytes, std::size_t max_bytes) {
  Message message;
  if (auto done = decode_into(bytes, max_bytes, message); !done)
    return tl::unexpected(std::move(done.error()));
  return message;
}

/// The bytes that official encoders write: ascending fields, no defaults; map entries in order of
/// their keys, so that equal messages are equal bytes.
[[nodiscard]] std::string encode(google::protobuf::MessageLite const& message);

}  // namespace archipelago::wire
