// GET /openapi.json: every HTTP endpoint, described. Its source is openapi.json beside this file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/http.hpp"
#include "realm/config.hpp"

namespace archipelago::realm {

/// The source: paths that are also served below another one (`x-also-below`) stand in it once, and
/// metrics where they are by default.
std::string_view openapi_document() noexcept;

/// What is answered: of the paths those that `router` serves (not every role serves all), the
/// metrics' where `config` has it, and this build's version.
std::string openapi_json(Config const& config, net::Router const& router);

/// What speaks against the document: `GET /path is not described` for each route of `router` that
/// is missing in it, `GET /path is not served` for each of its paths, or websockets, that `router`
/// does not know. Empty when they say the same.
std::vector<std::string> openapi_faults(Config const& config, net::Router const& router);

/// Once all other routes are there.
void register_openapi(net::Router& router, Config const& config);

}  // namespace archipelago::realm
