// The document with what only the running realm knows.
#include "realm/openapi.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "realm/station.hpp"

namespace archipelago::realm {
namespace {

namespace json = boost::json;

constexpr std::string_view kAlsoBelow = "x-also-below";
constexpr std::string_view kDefaultMetrics = "/metrics";

std::string text(json::string const& value) {
  return {value.data(), value.size()};
}

json::object completed_paths(json::object const& paths, std::string const& metrics) {
  json::object all;
  for (auto const& [key, value] : paths) {
    std::string const path(key);
    auto item = value.as_object();
    auto const* const below = item.if_contains(kAlsoBelow);
    auto const prefix = below == nullptr ? std::string() : text(below->as_string());
    item.erase(kAlsoBelow);
    if (!prefix.empty()) all[prefix + path] = item;
    all[path == kDefaultMetrics ? metrics : path] = std::move(item);
  }
  return all;
}

json::object document(Config const& config) {
  auto const source = openapi_document();
  auto whole = json::parse({source.data(), source.size()}).as_object();
  whole["info"].as_object()["version"] = config.realm.version;
  whole["paths"] = completed_paths(whole["paths"].as_object(), config.metrics.path);
  if (!has_page(config)) whole["paths"].as_object().erase("/assets/{name}");
  if (!config.station.enabled) whole["x-websockets"].as_object().erase("/station/feed");
  return whole;
}

/// `/peers/{id}` as the router writes it.
std::string pattern_of(std::string const& path) {
  return path.ends_with('}') ? path.substr(0, path.rfind('{')) + "*" : path;
}

std::string upper(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return word;
}

std::set<std::string> described(Config const& config) {
  auto const whole = document(config);
  std::set<std::string> all;
  for (auto const& [path, item] : whole.at("paths").as_object())
    for (auto const& [method, operation] : item.as_object())
      all.insert(upper(method) + " " + pattern_of(path));
  for (auto const& [path, about] : whole.at("x-websockets").as_object())
    all.insert("websocket " + pattern_of(path));
  return all;
}

}  // namespace

std::string openapi_json(Config const& config, net::Router const& router) {
  std::set<std::string> served;
  for (auto const& route : router.known())
    served.insert(std::string(route.websocket ? "websocket" : route.method) + " " +
                  std::string(route.pattern));
  auto whole = document(config);
  json::object paths;
  for (auto const& [path, item] : whole.at("paths").as_object())
    for (auto const& [method, operation] : item.as_object())
      if (served.contains(upper(method) + " " + pattern_of(path))) paths[path] = item;
  json::object websockets;
  for (auto const& [path, about] : whole.at("x-websockets").as_object())
    if (served.contains("websocket " + pattern_of(path))) websockets[path] = about;
  whole["paths"] = std::move(paths);
  whole["x-websockets"] = std::move(websockets);
  return json::serialize(whole);
}

std::vector<std::string> openapi_faults(Config const& config, net::Router const& router) {
  auto unserved = described(config);
  std::vector<std::string> faults;
  for (auto const& route : router.known()) {
    auto const words = std::string(route.websocket ? "websocket" : route.method) + " " +
                       std::string(route.pattern);
    if (unserved.erase(words) == 0) faults.push_back(words + " is not described");
  }
  for (auto const& words : unserved) faults.push_back(words + " is not served");
  return faults;
}

void register_openapi(net::Router& router, Config const& config) {
  auto const body = std::make_shared<std::shared_ptr<std::string const>>();
  router.http("GET", "/openapi.json", [body](net::HttpRequest const&, net::HttpReply const& reply) {
    net::HttpResponse response;
    response.shared = *body;
    reply(std::move(response));
  });
  *body = share(openapi_json(config, router));
}

}  // namespace archipelago::realm
