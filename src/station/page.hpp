// The station's page, as it was built into the program: served at / to browsers, its parts below
// /assets/.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "net/http.hpp"

namespace archipelago::station {

/// One file of the page.
struct Asset {
  std::string_view path;          ///< `/` or `/assets/<name with a hash of its content>`
  std::string_view content_type;  ///< with its charset
  std::string_view hash;          ///< of the content, for the ETag
  std::string_view bytes;
  std::string_view gzip;  ///< the same, compressed; "" where that saves nothing
};

/// What CMake built in; nothing in a program without a page (docs/STATION.md).
std::span<Asset const> built_in_page() noexcept;

/// Answers for the page. Handlers share its content, which is copied once, here.
class Page {
 public:
  /// The sources, beside 'self', to which the page may connect: of the Content-Security-Policy's
  /// connect-src, separated by blanks. Any thread.
  using Connects = std::function<std::string(net::HttpRequest const&)>;

  Page(std::span<Asset const> assets, Connects connects);

  /// GET / for browsers (Accept names text/html), `otherwise` for everybody else and where there is
  /// no page; GET /assets/*. Must outlive the router.
  void register_endpoints(net::Router& router, net::HttpHandler otherwise);

 private:
  struct File {
    std::string content_type{};
    std::string hash{};
    SharedBytes bytes{};
    SharedBytes gzip{};  ///< null: none
  };

  [[nodiscard]] net::HttpResponse index(net::HttpRequest const& request) const;
  [[nodiscard]] net::HttpResponse asset(net::HttpRequest const& request) const;

  std::map<std::string, File, std::less<>> files_;
  Connects const connects_;
};

}  // namespace archipelago::station
