// TLS contexts: the server's from the operator's files, the client's from who it trusts.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "net/asio.hpp"

namespace archipelago::net {

/// TLS 1.2 and later. The error names the file and what is wrong with it.
Result<std::unique_ptr<asio::ssl::context>> load_tls(std::string const& certificate_file,
                                                     std::string const& key_file);

/// For outgoing connections. `ca_file`: PEM of authorities to trust; empty: the system's. Error:
/// upstream_failed.
Result<std::unique_ptr<asio::ssl::context>> load_trust(std::string const& ca_file);

}  // namespace archipelago::net
