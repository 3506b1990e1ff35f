// Outgoing HTTP and HTTPS, blocking: for worker threads, never for a shard.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/http.hpp"

namespace archipelago::net {

struct HttpFetch {
  std::string method = "GET";
  std::string url;  ///< http:// or https://
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Millis timeout{5'000};                 ///< for everything together: name, connection, TLS, answer
  std::size_t max_body = 1024UL * 1024;  ///< of the answer
  std::string ca_file;                   ///< PEM of authorities to trust; empty: the system's
  std::stop_token stop{};                ///< ends the waiting of net::fetch() at once
};

/// The answer, whatever its status; redirects are not followed. Errors: bad_request (the URL or a
/// header), message_too_big, upstream_failed (anything else; the detail says what, and never quotes
/// the URL's query). Any thread, blocks up to `timeout`.
Result<HttpResponse> fetch(HttpFetch const& request);

}  // namespace archipelago::net
