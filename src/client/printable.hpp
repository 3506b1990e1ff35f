// What a server said, made fit for people.
#pragma once

#include <string>
#include <string_view>

namespace archipelago::client {

/// Fit for a terminal and a log: control characters, what is not UTF-8, and what follows 200 bytes
/// are replaced.
std::string printable(std::string_view text);

}  // namespace archipelago::client
