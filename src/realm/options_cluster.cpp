// The table's sections [process] and [nats].
#include <algorithm>
#include <string_view>

#include <boost/url/parse.hpp>

#include "realm/options_table.hpp"

namespace archipelago::realm {
namespace {

constexpr auto kFile = "the name of a file, or nothing";

bool is_file_name(std::string_view text) {
  return text.size() <= 256 &&
         std::ranges::all_of(text, [](char c) { return c > 0x1f && c != 0x7f; });
}

/// Known services are told of theirs without a scheme, too.
bool is_nats_url(std::string_view text) {
  auto const whole =
      (text.find("://") == std::string_view::npos ? "nats://" : "") + std::string(text);
  auto const url = boost::urls::parse_absolute_uri(whole);
  return !url.has_error() && text.size() <= 1'024 &&
         (url->scheme() == "nats" || url->scheme() == "tls") && !url->host().empty() &&
         !url->has_userinfo() && url->path().empty() && !url->has_query() && !url->has_fragment();
}

/// Without spaces and control characters.
bool is_credential(std::string_view text) {
  return text.size() <= 256 &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_bucket(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

}  // namespace

void describe_process(Table option, Config::Process& process) {
  option(
      "process.role", process.role,
      "What of a realm this process is (docs/SCALE.md): `all` of it, or over NATS the front door "
      "(`gateway`), what makes the islands (`core`), a host of island rooms (`rooms`), or what "
      "answers for statistics and the station (`stats`).")
      .one_of({"all", "gateway", "core", "rooms", "stats"})
      .flag("--role")
      .env("ARCHIPELAGO_ROLE");
}

void describe_nats(Table option, Config::Nats& nats) {
  option("nats.servers", nats.servers,
         "NATS servers, e.g. nats://127.0.0.1:4222 or tls://nats.example.org; nothing: this "
         "process is the whole realm.")
      .must(is_nats_url, "nats:// or tls:// URLs, or hosts with ports, without user name and path")
      .flag("--nats")
      .env("NATS_URL");
  option("nats.user", nats.user, "User name for NATS; nothing: none.")
      .must(is_credential, "at most 256 visible characters")
      .env("NATS_USER");
  option("nats.password", nats.password, "Password for NATS, or with no user name the token.")
      .must(is_credential, "at most 256 visible characters")
      .env("NATS_PASSWORD")
      .secret();
  option("nats.credentials", nats.credentials,
         "File with a NATS user's JWT and key (`.creds`); nothing: none.")
      .must(is_file_name, kFile);
  option("nats.tls_ca", nats.tls_ca,
         "PEM file with the authorities that NATS servers' certificates are checked against; "
         "nothing: the system's.")
      .must(is_file_name, kFile);
  option("nats.tls_certificate", nats.tls_certificate,
         "PEM file with the certificate to show to NATS servers; nothing: none.")
      .must(is_file_name, kFile);
  option("nats.tls_key", nats.tls_key, "PEM file with that certificate's private key.")
      .must(is_file_name, kFile);
  option(
      "nats.wait_ms", nats.wait_ms,
      "Milliseconds for which the start waits for a NATS server; a connection that is lost later "
      "is sought for ever.")
      .within(0, 600'000);
  option("nats.dialect", nats.dialect,
         "Whose subjects gateways speak beside ours: those of today's services (`today`), those of "
         "the BFF era (`bff`), or both; cores speak and hear both.")
      .one_of({"today", "bff", "both"});
  option("nats.batches", nats.batches,
         "Gateways send heartbeats many at a time while a core of ours leads; no: each on its own "
         "subject, as a known statistics service needs it.");
  option("nats.standby", nats.standby,
         "Cores choose one leader among them, which needs JetStream on the NATS servers; no: this "
         "core is the only one.");
  option("nats.lease_ms", nats.lease_ms,
         "Milliseconds without a sign of the leading core after which another leads.")
      .within(200, 60'000);
  option("nats.bucket", nats.bucket,
         "JetStream key-value bucket in which the cores of this realm choose their leader.")
      .must(is_bucket, "1 to 64 letters, digits, dashes and underscores");
}

}  // namespace archipelago::realm
