// GET /about: what this realm is and where to connect, for every generation of clients (WIRE 9).
#pragma once

#include <functional>
#include <string>

#include <boost/json/object.hpp>

#include "net/http.hpp"
#include "realm/config.hpp"
#include "realm/facts.hpp"

namespace archipelago::realm {

/// What URLs handed to clients begin with, no slash at the end: the configured public URL, else the
/// scheme of the connection and the request's Host header, else (no usable header) `listening`, the
/// address that is listened on.
std::string base_url(Config::Http const& http, net::HttpRequest const& request,
                     std::string const& listening);

/// The same as a websocket URL: `ws://…`, `wss://…`. `base` begins with http:// or https://.
std::string websocket_url(std::string const& base);

/// Takes players: healthy, not ending, and below realm.max_users.
bool accepts_users(Config::Realm const& realm, Facts const& facts);

/// The one connection string of a realm without islands, `base` as base_url(); "" for one with
/// islands.
std::string fixed_connection(Config::Comms const& comms, std::string const& base);

/// The body. `healthy` decides the status, 200 or 503. `fixed`: as fixed_connection(); then neither
/// the BFF nor archipelago is offered.
boost::json::object about(Config::Realm const& realm, Facts const& facts, std::string const& base,
                          std::string const& fixed = {});

/// Registers GET /about. `config` and what `facts` and `listening` refer to must outlive the
/// router.
void register_about(net::Router& router, Config const& config, FactsSource facts,
                    std::function<std::string()> listening);

}  // namespace archipelago::realm
