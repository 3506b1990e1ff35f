// Writes single protobuf fields: for frames which are spliced around bytes that are already
// encoded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace archipelago::wire {

/// Bytes that `value` takes as a varint, 1..10.
[[nodiscard]] constexpr std::size_t varint_size(std::uint64_t value) noexcept {
  std::size_t size = 1;
  for (; value >= 0x80; value >>= 7U) ++size;
  return size;
}

inline void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) out.push_back(static_cast<char>((value & 0x7FU) | 0x80U));
  out.push_back(static_cast<char>(value));
}

/// Bytes of a length-delimited field with a number below 16; such a field is written even when it
/// is empty.
[[nodiscard]] constexpr std::size_t bytes_field_size(std::size_t length) noexcept {
  return 1 + varint_size(length) + length;
}

inline void append_bytes_head(std::string& out, unsigned field, std::size_t length) {
  out.push_back(static_cast<char>((field << 3U) | 2U));
  append_varint(out, length);
}

inline void append_bytes_field(std::string& out, unsigned field, std::string_view value) {
  append_bytes_head(out, field, value.size());
  out.append(value);
}

inline void append_varint_field(std::string& out, unsigned field, std::uint64_t value) {
  out.push_back(static_cast<char>(field << 3U));
  append_varint(out, value);
}

inline void append_fixed32_field(std::string& out, unsigned field, std::uint32_t value) {
  out.push_back(static_cast<char>((field << 3U) | 5U));
  for (unsigned shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(value >> shift));
}

}  // namespace archipelago::wire
