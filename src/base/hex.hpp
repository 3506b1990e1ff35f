// Hexadecimal text <-> bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace archipelago {

/// Lower case, no prefix.
std::string to_hex(std::string_view bytes);

/// Even number of digits of either case, no prefix; otherwise nothing.
std::optional<std::string> from_hex(std::string_view digits);

}  // namespace archipelago
