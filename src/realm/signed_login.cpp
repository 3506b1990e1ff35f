// Signed request in, connection string out.
#include "realm/signed_login.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/log.hpp"

namespace archipelago::realm {
namespace {

namespace json = boost::json;

bool same_name(std::string_view a, std::string_view b) {
  auto const small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, small, small);
}

auth::SignedRequest signed_request(net::HttpRequest const& request, std::string path) {
  return {.method = request.method,
          .path = std::move(path),
          .header = [&request](std::string_view name) -> std::string const* {
            auto const found = std::ranges::find_if(
                request.headers, [name](auto const& h) { return same_name(h.first, name); });
            return found == request.headers.end() ? nullptr : &found->second;
          }};
}

int status_of(Errc why) {
  if (why == Errc::bad_request) return 400;
  if (why == Errc::banned || why == Errc::forbidden_intent) return 403;
  bool const ours = why == Errc::overloaded || why == Errc::wallet_unverifiable ||
                    why == Errc::upstream_failed || why == Errc::internal_error ||
                    why == Errc::realm_full;
  return ours ? 503 : 401;
}

/// The checks before the curve say it in the official words already.
std::string message_of(Error const& why) {
  auto const status = status_of(why.code);
  if (status == 503) return std::string(reason(why.code).label);
  if (why.code == Errc::banned) return "Banned";
  bool const official =
      status != 401 || why.detail.starts_with("Invalid ") || why.detail.starts_with("Expired ");
  return official ? why.detail : "Invalid signature: " + why.detail;
}

void send(int status, json::object const& body, net::HttpReply const& reply) {
  net::HttpResponse response;
  response.status = status;
  response.body = json::serialize(body);
  response.headers = {{"Cache-Control", "no-store"}};
  reply(std::move(response));
}

}  // namespace

void SignedLogin::register_endpoint(net::Router& router) {
  router.http("POST", std::string(kSignedLoginPath),
              [this](net::HttpRequest const& request, net::HttpReply const& reply) {
                parts_.loop.post([this, request, reply] { answer(request, reply); });
              });
}

Result<auth::SignedFetch> SignedLogin::read(net::HttpRequest const& request) const {
  auto const now = parts_.loop.wall_now();
  auto fetch = auth::read_signed_fetch(signed_request(request, request.path), now);
  if (!fetch && fetch.error().code == Errc::challenge_mismatch && !prefix_.empty())
    fetch = auth::read_signed_fetch(signed_request(request, prefix_ + request.path), now);
  if (fetch && !auth::is_comms_handshake(*fetch))
    return fail(Errc::forbidden_intent, "Access denied, invalid metadata");
  if (fetch && !parts_.accepts()) return fail(Errc::realm_full);
  if (fetch && parts_.verifier.bars(fetch->attempt.claimed)) return fail(Errc::banned, "");
  return fetch;
}

void SignedLogin::answer(net::HttpRequest const& request, net::HttpReply const& reply) {
  auto fetch = read(request);
  if (!fetch) return refuse(fetch.error(), reply);
  parts_.verifier.verify(std::move(fetch->attempt), parts_.loop,
                         [this, reply](Result<Address> const& player) { proved(player, reply); });
}

void SignedLogin::proved(Result<Address> const& player, net::HttpReply const& reply) {
  if (!player) return refuse(player.error(), reply);
  if (parts_.verifier.bars(*player)) return refuse({Errc::banned, ""}, reply);
  auto const connection = parts_.backend.connection_string(room_, *player, parts_.loop.wall_now());
  if (!connection) return refuse(connection.error(), reply);
  parts_.metrics.add(Metric::signed_logins);
  log::info("signed-login", "login", {{"player", player->text()}});
  send(200, {{"fixedAdapter", *connection}}, reply);
}

void SignedLogin::refuse(Error const& why, net::HttpReply const& reply) {
  parts_.metrics.reject(why.code);
  // Not the detail: it quotes the metadata, in which clients put secrets.
  log::info("signed-login", "refused", {{"reason", reason(why.code).label}});
  send(status_of(why.code), {{"ok", false}, {"message", message_of(why)}}, reply);
}

}  // namespace archipelago::realm
