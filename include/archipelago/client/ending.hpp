// How a connection ended, as a client understands it (docs/REASONS.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/errc.hpp"

namespace archipelago::client {

struct Ending {
  Errc code = Errc::peer_gone;
  /// Whether the same attempt can succeed later, after a jittered pause.
  bool retryable = true;
  /// As the server closed; 1005: its close frame had no code; 1006: it closed without one; 0: it
  /// did not close (we did, or there never was a connection).
  std::uint16_t close_code = 0;
  /// The server's words or ours, at most 256 bytes of UTF-8 without control characters.
  std::string text;
};

/// An ending that the client itself found.
Ending ending(Errc code, std::string_view text = {});

/// What a server's close frame means: its text when that is a label of docs/REASONS.md, else the
/// code. Authentication that failed is `bad_signature`, whatever the server knows about it.
Ending ending_of_close(std::uint16_t close_code, std::string_view text);

}  // namespace archipelago::client
