// One request, one connection, one deadline.
#include "net/http_client.hpp"

#include "net/dial.hpp"
#include "net/http_exchange.hpp"

namespace archipelago::net {

Result<HttpResponse> fetch(HttpFetch const& request) {
  auto const deadline = std::chrono::steady_clock::now() + request.timeout;
  auto const url = Url::parse(request.url, "http");
  if (!url) return tl::unexpected<Error>(url.error());
  auto const exchange = HttpExchange::make(request, *url);
  if (!exchange) return tl::unexpected<Error>(exchange.error());
  BlockingIo io;  // after what its tasks use
  DialOptions options;
  options.ca_file = request.ca_file;
  options.stop = request.stop;
  std::stop_callback const stopping(request.stop, [&io] { io.end(); });
  auto const transport = dial(io, *url, options, deadline);
  if (!transport) return tl::unexpected<Error>(transport.error());
  bool const in_time = io.run((*exchange)->run(*transport), deadline);
  (*transport)->cut();
  if (!in_time) return fail(Errc::upstream_failed, url->authority() + " did not answer in time");
  return (*exchange)->result(*url);
}

}  // namespace archipelago::net
