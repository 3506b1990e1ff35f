// How a process reaches NATS.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace archipelago::bus {

/// What is empty is not used. Files are read again at each new connection.
struct NatsOptions {
  std::vector<std::string> servers{};  ///< nats:// or tls:// URLs, or hosts with ports; one or more
  std::string user{};
  std::string password{};         ///< with no user: the token
  std::string credentials{};      ///< file: a user's JWT and key
  std::string tls_ca{};           ///< PEM file; nothing: the system's authorities
  std::string tls_certificate{};  ///< PEM file, with tls_key
  std::string tls_key{};
  std::string name = "archipelago";  ///< as operators see the connection on the server
  Millis connect_within{30'000};     ///< for so long the first connection is tried
  std::function<bool()> give_up{};   ///< asked meanwhile: no longer; nothing: never
};

}  // namespace archipelago::bus
