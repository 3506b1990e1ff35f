// Caching, compression and the headers that keep the page to itself.
#include "station/page.hpp"

#include <utility>

namespace archipelago::station {
namespace {

/// No script, style, image or connection but our own; nobody frames it, no form leads elsewhere.
std::string policy(std::string const& connects) {
  return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
         "font-src 'self'; worker-src 'self'; manifest-src 'self'; connect-src 'self'" +
         (connects.empty() ? "" : " " + connects) +
         "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

/// Of the list `names` in a header; a weight of 0 (RFC 9110 section 12.4.2) means: not this.
bool names(std::string_view list, std::string_view wanted) {
  auto const at = list.find(wanted);
  if (at == std::string_view::npos) return false;
  auto const rest = list.substr(at + wanted.size());
  auto const weight = rest.substr(0, rest.find(','));
  return weight.find("q=0") == std::string_view::npos ||
         weight.find_first_of("123456789") != std::string_view::npos;
}

template <class File>
net::HttpResponse respond(File const& file, net::HttpRequest const& request, std::string caching) {
  bool const zipped = file.gzip && names(request.header("accept-encoding"), "gzip");
  auto const tag = "\"" + file.hash + (zipped ? "-gzip\"" : "\"");
  net::HttpResponse response;
  response.headers = {{"ETag", tag},
                      {"Cache-Control", std::move(caching)},
                      {"Vary", "Accept, Accept-Encoding"},
                      {"X-Content-Type-Options", "nosniff"}};
  if (names(request.header("if-none-match"), tag)) {
    response.status = 304;
    return response;
  }
  response.content_type = file.content_type;
  response.shared = zipped ? file.gzip : file.bytes;
  if (zipped) response.headers.emplace_back("Content-Encoding", "gzip");
  return response;
}

}  // namespace

Page::Page(std::span<Asset const> assets, Connects connects) : connects_(std::move(connects)) {
  for (auto const& asset : assets)
    files_.emplace(asset.path,
                   File{.content_type = std::string(asset.content_type),
                        .hash = std::string(asset.hash),
                        .bytes = share(std::string(asset.bytes)),
                        .gzip = asset.gzip.empty() ? nullptr : share(std::string(asset.gzip))});
}

void Page::register_endpoints(net::Router& router, net::HttpHandler otherwise) {
  if (!files_.contains("/")) return router.http("GET", "/", std::move(otherwise));
  router.http("GET", "/",
              [this, otherwise = std::move(otherwise)](net::HttpRequest const& request,
                                                       net::HttpReply const& reply) {
                if (names(request.header("accept"), "text/html")) return reply(index(request));
                otherwise(request, [reply](net::HttpResponse response) {
                  response.headers.emplace_back("Vary", "Accept");
                  reply(std::move(response));
                });
              });
  router.http("GET", "/assets/*",
              [this](net::HttpRequest const& request, net::HttpReply const& reply) {
                reply(asset(request));
              });
}

net::HttpResponse Page::index(net::HttpRequest const& request) const {
  auto response = respond(files_.find("/")->second, request, "no-cache");
  response.headers.emplace_back("Content-Security-Policy", policy(connects_(request)));
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  return response;
}

net::HttpResponse Page::asset(net::HttpRequest const& request) const {
  auto const found = files_.find(request.path);
  if (found != files_.end())
    return respond(found->second, request, "public, max-age=31536000, immutable");
  net::HttpResponse response;
  response.status = 404;
  response.body = R"({"error":"Not Found"})";
  return response;
}

}  // namespace archipelago::station
