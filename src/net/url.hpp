// An http, https, ws or wss URL taken apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace archipelago::net {

struct Url {
  bool tls = false;
  std::string host;        ///< name or address, IPv6 without brackets
  std::uint16_t port = 0;  ///< as given, or the scheme's
  std::string target;      ///< path and query, at least "/"

  /// Value of the Host header.
  [[nodiscard]] std::string authority() const;

  /// `schemes`: "http" takes http and https, "ws" takes ws and wss. User names and fragments are
  /// refused.
  static Result<Url> parse(std::string_view text, std::string_view schemes);
};

}  // namespace archipelago::net
