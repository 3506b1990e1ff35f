// Small answers for operators and orchestrators.
#include "realm/operations.hpp"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <openssl/crypto.h>

namespace archipelago::realm {
namespace {

namespace json = boost::json;
using net::HttpReply;
using net::HttpRequest;
using net::HttpResponse;

HttpResponse with_json(json::object const& body, int status = 200) {
  HttpResponse response;
  response.status = status;
  response.body = json::serialize(body);
  return response;
}

HttpResponse with_text(std::string body, std::string type = "text/plain; charset=utf-8") {
  HttpResponse response;
  response.content_type = std::move(type);
  response.body = std::move(body);
  return response;
}

/// As the known statistics service does.
HttpResponse for_pages(HttpResponse response) {
  response.credentials = true;
  return response;
}

/// Ready: clients that come now are served.
HttpResponse readiness(Facts const& facts) {
  bool const ready = facts.core_alive && !facts.ending && !facts.overloaded;
  auto response = with_json({{"details", json::object()}, {"status", ready ? "pass" : "fail"}},
                            ready ? 200 : 503);
  response.content_type = "application/health+json; charset=utf-8";
  return response;
}

HttpResponse status(Config::Realm const& realm, Facts const& facts) {
  return with_json({{"version", realm.version},
                    {"currentTime", facts.now.ms_since_epoch},
                    {"commitHash", realm.commit_hash},
                    {"userCount", facts.sessions}});
}

HttpResponse root(Config const& config) {
  return with_json(
      {{"name", "archipelago"},
       {"description", "The communications of a realm: players log in, meet on islands and talk."},
       {"realmName", config.realm.name},
       {"version", config.realm.version},
       {"endpoints",
        {{"realm", "/about"},
         {"websockets", {"/bff/rpc", "/rpc", "/archipelago/ws", "/ws", "/rooms/{id}"}},
         {"statistics",
          {"/peers", "/islands", "/parcels", "/hot-scenes", "/rooms/status", "/status",
           "/core-status"}},
         {"operations",
          {"/health/live", "/health/ready", config.metrics.path, "/openapi.json"}}}}});
}

/// Takes as long for a wrong token as for the right one.
bool knows_token(HttpRequest const& request, std::string const& token) {
  if (token.empty()) return true;
  auto const wanted = "Bearer " + token;
  auto const given = request.header("authorization");
  return given.size() == wanted.size() &&
         CRYPTO_memcmp(given.data(), wanted.data(), wanted.size()) == 0;
}

HttpResponse unauthorized() {
  auto response = with_json({{"error", "Unauthorized"}}, 401);
  response.headers = {{"WWW-Authenticate", "Bearer"}};
  return response;
}

/// A handler that needs nothing of the request.
template <class F>
net::HttpHandler answering(F make) {
  return [make = std::move(make)](HttpRequest const&, HttpReply const& reply) { reply(make()); };
}

}  // namespace

net::HttpHandler description(Config const& config) {
  return answering([&config] { return root(config); });
}

void register_operations(net::Router& router, Config const& config, Metrics& metrics,
                         FactsSource const& facts, ScrapeSource const& scrape) {
  router.http("GET", "/health/live", answering([] { return with_text("alive"); }));
  router.http("GET", "/health/ready", answering([facts] { return readiness(facts()); }));
  router.http("GET", "/health/startup", answering([facts] { return readiness(facts()); }));
  router.http("GET", "/status",
              answering([&config, facts] { return for_pages(status(config.realm, facts())); }));
  router.http(
      "GET", "/core-status", answering([facts] {
        auto const now = facts();
        return for_pages(with_json({{"healthy", now.core_alive}, {"userCount", now.players}}));
      }));
  router.http("GET", config.metrics.path,
              [&config, &metrics, scrape](HttpRequest const& request, HttpReply const& reply) {
                if (!knows_token(request, config.metrics.token)) {
                  metrics.reject(Errc::bad_request);
                  return reply(unauthorized());
                }
                reply(with_text(prometheus_text(metrics, scrape(), config.realm),
                                "text/plain; version=0.0.4; charset=utf-8"));
              });
}

}  // namespace archipelago::realm
