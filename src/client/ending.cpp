// From a close frame to a reason.
#include "archipelago/client/ending.hpp"

#include <algorithm>

#include "client/printable.hpp"

namespace archipelago::client {
namespace {

Errc meaning_of(std::uint16_t close_code) {
  switch (close_code) {
    case 1001:
    case 1012:
      return Errc::shutting_down;
    case 1002:
    case 1007:
      return Errc::malformed_packet;
    case 1003:
      return Errc::unsupported;
    case 1008:
      return Errc::unexpected_message;
    case 1009:
      return Errc::message_too_big;
    case 1011:
      return Errc::internal_error;
    case 1013:
      return Errc::overloaded;
    default:
      return Errc::peer_gone;
  }
}

}  // namespace

Ending ending(Errc code, std::string_view text) {
  return {.code = code,
          .retryable = reason(code).retryable,
          .close_code = 0,
          .text = printable(text.empty() ? reason(code).label : text)};
}

Ending ending_of_close(std::uint16_t close_code, std::string_view text) {
  auto const row = std::ranges::find(reasons(), text, &Reason::label);
  bool const known = row != reasons().end();
  auto code = known ? row->code : meaning_of(close_code);
  if (text == public_text(Errc::bad_signature)) code = Errc::bad_signature;
  auto result = ending(code, text);
  result.close_code = close_code;
  return result;
}

}  // namespace archipelago::client
