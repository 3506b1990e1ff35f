// The body of /about and the URLs in it.
#include "realm/about.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "realm/signed_login.hpp"
#include "wire/connection_string.hpp"

namespace archipelago::realm {
namespace {

namespace json = boost::json;

/// A Host header goes into URLs that others read: only what a host and a port are made of.
bool is_host_header(std::string_view host) {
  return !host.empty() && host.size() <= 255 && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view(".-_:[]").find(c) != std::string_view::npos;
  });
}

void put_build(json::object& part, Config::Realm const& realm) {
  if (!realm.version.empty()) part["version"] = realm.version;
  if (!realm.commit_hash.empty()) part["commitHash"] = realm.commit_hash;
}

/// Content and lambdas are other people's servers that clients talk to themselves: naming them is
/// all we do, and a realm that names none is whole without them.
json::object elsewhere(std::string const& url) {
  json::object part{{"healthy", true}};
  if (!url.empty()) part["publicUrl"] = url;
  return part;
}

json::object configurations(Config::Realm const& realm) {
  json::object part;
  if (realm.eth_network == "mainnet") part["networkId"] = 1;
  if (realm.eth_network == "goerli") part["networkId"] = 5;
  if (realm.eth_network == "sepolia") part["networkId"] = 11155111;
  part["globalScenesUrn"] = json::array();
  part["scenesUrn"] = json::array();
  part["realmName"] = realm.name;
  return part;
}

json::object comms(Config::Realm const& realm, Facts const& facts, std::string const& base,
                   std::string const& fixed) {
  json::object part{{"healthy", facts.core_alive}, {"protocol", "v3"}};
  put_build(part, realm);
  part["usersCount"] = facts.players;
  if (fixed.empty()) {
    part["adapter"] = "archipelago:archipelago:" + websocket_url(base) + "/archipelago/ws";
  } else {
    part["adapter"] = fixed == wire::kOffline ? fixed : wire::fixed_adapter(fixed);
    part["fixedAdapter"] = fixed;
  }
  return part;
}

json::object bff(Config::Realm const& realm, Facts const& facts) {
  json::object part{{"healthy", true}};
  put_build(part, realm);
  part["userCount"] = facts.sessions;
  part["protocolVersion"] = "1.0_0";
  part["publicUrl"] = "/bff";
  return part;
}

}  // namespace

std::string base_url(Config::Http const& http, net::HttpRequest const& request,
                     std::string const& listening) {
  if (!http.public_url.empty()) {
    auto url = http.public_url;
    while (url.ends_with('/')) url.pop_back();
    return url;
  }
  auto const host = request.header("host");
  if (!is_host_header(host)) return listening;
  return (request.tls ? "https://" : "http://") + std::string(host);
}

std::string websocket_url(std::string const& base) {
  return "ws" + base.substr(4);
}

bool accepts_users(Config::Realm const& realm, Facts const& facts) {
  return facts.core_alive && !facts.ending &&
         (realm.max_users == 0 || facts.sessions < realm.max_users);
}

std::string fixed_connection(Config::Comms const& comms, std::string const& base) {
  if (comms.mode == "fixed-adapter") return comms.adapter;
  if (comms.mode == "signed-login")
    return wire::signed_login_string(base + std::string(kSignedLoginPath));
  return comms.mode == "offline" ? std::string(wire::kOffline) : std::string();
}

json::object about(Config::Realm const& realm, Facts const& facts, std::string const& base,
                   std::string const& fixed) {
  json::object body{{"healthy", facts.core_alive},
                    {"content", elsewhere(realm.content_url)},
                    {"lambdas", elsewhere(realm.lambdas_url)},
                    {"configurations", configurations(realm)},
                    {"comms", comms(realm, facts, base, fixed)}};
  if (fixed.empty()) body["bff"] = bff(realm, facts);
  body["acceptingUsers"] = accepts_users(realm, facts);
  return body;
}

void register_about(net::Router& router, Config const& config, FactsSource facts,
                    std::function<std::string()> listening) {
  auto answer = [&config, facts = std::move(facts), listening = std::move(listening)](
                    net::HttpRequest const& request, net::HttpReply const& reply) {
    auto const now = facts();
    net::HttpResponse response;
    response.status = now.core_alive ? 200 : 503;
    auto const base = base_url(config.http, request, listening());
    response.body =
        json::serialize(about(config.realm, now, base, fixed_connection(config.comms, base)));
    reply(std::move(response));
  };
  router.http("GET", "/about", std::move(answer));
}

}  // namespace archipelago::realm
