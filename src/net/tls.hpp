// The server's TLS context from the operator's files.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "net/asio.hpp"

namespace archipelago::net {

/// TLS 1.2 and later. The error names the file and what is wrong with it.
Result<std::unique_ptr<asio::ssl::context>> load_tls(std::string const& certificate_file,
                                                     std::string const& key_file);

}  // namespace archipelago::net
