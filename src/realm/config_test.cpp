// The configuration: what wins, and what each wrong value is answered with.
#include "realm/config.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "realm/config_pages.hpp"
#include "realm/options.hpp"

namespace archipelago::realm {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using Texts = std::map<std::string, std::string>;

ConfigSources sources(std::string file, Texts environment = {}, Texts flags = {}) {
  ConfigSources given;
  given.file_name = "realm.toml";
  given.file_text = std::move(file);
  given.environment = [environment = std::move(environment)](
                          std::string const& name) -> std::optional<std::string> {
    auto const at = environment.find(name);
    return at == environment.end() ? std::nullopt : std::optional(at->second);
  };
  given.flags = std::move(flags);
  return given;
}

std::string refusal(ConfigSources const& given) {
  try {
    load_config(given);
  } catch (ConfigError const& error) {
    return error.what();
  }
  return "(accepted)";
}

TEST(Config, DefaultsAreThoseOfTheDocuments) {
  auto const c = load_config({}).config;
  EXPECT_EQ(c.http.host, "127.0.0.1");
  EXPECT_EQ(c.http.port, 8000);
  EXPECT_EQ(c.islands.join_distance, 80);
  EXPECT_EQ(c.islands.leave_distance, 100);
  EXPECT_EQ(c.islands.max_peers, 100);
  EXPECT_EQ(c.islands.flush_seconds, 2);
}

TEST(Config, EveryDefaultIsWithinItsOwnRange) {
  Config config;
  for (auto& option : options(config)) {
    if (option.is_switch() || option.is_secret()) continue;
    EXPECT_TRUE(option.parse(option.shown())) << option.name();
  }
}

TEST(Config, EveryOptionHasItsOwnNames) {
  Config config;
  std::map<std::string, int> seen;
  for (auto const& option : options(config)) {
    ++seen[option.name()];
    if (!option.flag().empty()) ++seen[option.flag()];
    for (auto const& name : option.environment()) ++seen[name];
  }
  for (auto const& [name, times] : seen) EXPECT_EQ(times, 1) << name;
}

TEST(Config, AFlagBeatsTheEnvironmentBeatsTheFileBeatsTheDefault) {
  std::string const file = "[http]\nport = 1001\nhost = \"10.0.0.1\"\n[islands]\nmax_peers = 7\n";
  auto const loaded = load_config(sources(
      file, {{"HTTP_SERVER_PORT", "1002"}, {"HTTP_SERVER_HOST", "::1"}}, {{"http.port", "1003"}}));
  EXPECT_EQ(loaded.config.http.port, 1003);
  EXPECT_EQ(loaded.config.http.host, "::1");
  EXPECT_EQ(loaded.config.islands.max_peers, 7);
  EXPECT_EQ(loaded.origins.at("http.port"), "flag --port");
  EXPECT_EQ(loaded.origins.at("http.host"), "environment HTTP_SERVER_HOST");
  EXPECT_EQ(loaded.origins.at("islands.max_peers"), "file realm.toml:5");
  EXPECT_EQ(loaded.origins.at("islands.join_distance"), "default");
}

TEST(Config, TheKnownServicesEnvironmentNamesWork) {
  auto const c = load_config(sources("", {{"ARCHIPELAGO_JOIN_DISTANCE", "64"},
                                          {"ARCHIPELAGO_LEAVE_DISTANCE", "80"},
                                          {"ARCHIPELAGO_FLUSH_FREQUENCY", "0.5"},
                                          {"CHECK_HEARTBEAT_INTERVAL", "60000"},
                                          {"LIVEKIT_ISLAND_SIZE", "50"},
                                          {"ROOM_PREFIX", "R"},
                                          {"HTTP_SERVER_PORT", "5001"},
                                          {"HTTP_SERVER_HOST", "0.0.0.0"},
                                          {"HANDSHAKE_TIMEOUT", "60000"},
                                          {"MAX_USERS", "100"},
                                          {"ETH_NETWORK", "sepolia"},
                                          {"COMMIT_HASH", "abc"},
                                          {"CURRENT_VERSION", "1.2"},
                                          {"CONTENT_URL", "https://c.example/content/"},
                                          {"LAMBDAS_URL", "https://c.example/lambdas/"},
                                          {"REALM_NAME", "hela"},
                                          {"ETH_RPC_URL", "http://127.0.0.1:8545"}}))
                     .config;
  EXPECT_EQ(c.islands.join_distance, 64);
  EXPECT_EQ(c.islands.leave_distance, 80);
  EXPECT_EQ(c.islands.flush_seconds, 0.5);
  EXPECT_EQ(c.islands.heartbeat_timeout_ms, 60'000);
  EXPECT_EQ(c.islands.max_peers, 50);
  EXPECT_EQ(c.islands.id_prefix, "R");
  EXPECT_EQ(c.http.port, 5001);
  EXPECT_EQ(c.http.host, "0.0.0.0");
  EXPECT_EQ(c.limits.handshake_timeout_ms, 60'000);
  EXPECT_EQ(c.realm.max_users, 100);
  EXPECT_EQ(c.realm.eth_network, "sepolia");
  EXPECT_EQ(c.realm.commit_hash, "abc");
  EXPECT_EQ(c.realm.version, "1.2");
  EXPECT_EQ(c.realm.content_url, "https://c.example/content/");
  EXPECT_EQ(c.realm.lambdas_url, "https://c.example/lambdas/");
  EXPECT_EQ(c.realm.name, "hela");
  EXPECT_EQ(c.auth.eth_rpc, "http://127.0.0.1:8545");
}

TEST(Config, AnEmptyEnvironmentValueCountsAsUnset) {
  EXPECT_EQ(load_config(sources("", {{"HTTP_SERVER_PORT", ""}})).config.http.port, 8000);
}

TEST(Config, ListsComeAsArraysOrWithCommas) {
  auto const c = load_config(sources("[rooms]\nopen = [\"lobby\", \"stage\"]",
                                     {{"ARCHIPELAGO_HTTP_TRUSTED_PROXIES", "10.0.0.1, ::1"}}))
                     .config;
  EXPECT_THAT(c.rooms.open, testing::ElementsAre("lobby", "stage"));
  EXPECT_THAT(c.http.trusted_proxies, testing::ElementsAre("10.0.0.1", "::1"));
}

TEST(Config, AWrongFlagIsNamedWithItsValueAndRange) {
  EXPECT_EQ(refusal(sources("", {}, {{"http.port", "70000"}})),
            "http.port = \"70000\" (flag --port): must be a whole number from 0 to 65535");
}

TEST(Config, AWrongEnvironmentValueIsNamedWithItsVariable) {
  EXPECT_EQ(refusal(sources("", {{"ARCHIPELAGO_JOIN_DISTANCE", "far"}})),
            "islands.join_distance = \"far\" (environment ARCHIPELAGO_JOIN_DISTANCE): must be a "
            "number from 0.1 to 10000");
}

TEST(Config, AWrongTypeInTheFileIsNamedWithItsLine) {
  EXPECT_EQ(refusal(sources("[http]\nhost = \"10.0.0.1\"\nport = \"80\"\n")),
            "http.port = \"80\" (file realm.toml:3): must be a whole number from 0 to 65535");
  EXPECT_THAT(refusal(sources("[http]\nport = [1]\n")), HasSubstr("http.port = (a table or list)"));
  EXPECT_THAT(refusal(sources("[http]\nport = 80.5\n")), HasSubstr("http.port = \"80.5\""));
  EXPECT_THAT(refusal(sources("http = 3\n")),
              HasSubstr("\"http\" (file realm.toml:1): no such option"));
}

TEST(Config, AnUnknownKeyIsAnError) {
  EXPECT_THAT(
      refusal(sources("[http]\nprot = 80\n")),
      AllOf(HasSubstr("\"http.prot\""), HasSubstr("realm.toml:2"), HasSubstr("no such option")));
  EXPECT_THAT(refusal(sources("[natz]\nservers = [\"x\"]\n")), HasSubstr("\"natz\""));
}

TEST(Config, ARoleOfItsOwnNeedsNatsAndRoomsThatShareASecret) {
  EXPECT_THAT(refusal(sources("[process]\nrole = \"gateway\"\n")), HasSubstr("nats.servers"));
  std::string const nats = "[nats]\nservers = [\"localhost:4222\", \"tls://n.example.org\"]\n";
  for (auto const* role : {"core", "rooms"})
    EXPECT_THAT(refusal(sources(nats + "[process]\nrole = \"" + role + "\"\n")),
                HasSubstr("rooms.secret"));
  auto const loaded = load_config(sources(nats + "[process]\nrole = \"stats\"\n"));
  EXPECT_EQ(loaded.config.process.role, "stats");
  EXPECT_THAT(refusal(sources("[nats]\nservers = [\"http://n\"]\n")), HasSubstr("nats.servers"));
  EXPECT_THAT(refusal(sources("[nats]\nservers = [\"nats://u:p@n\"]\n")),
              HasSubstr("nats.servers"));
}

TEST(Config, AFileThatIsNotTomlIsNamedWithItsLine) {
  EXPECT_THAT(refusal(sources("[http]\nport = \n")), HasSubstr("file realm.toml:2: not TOML"));
}

TEST(Config, WhateverIsWrongIsToldInOneLine) {
  for (auto const* text : {"[http]\nhost =i\n \"0\"]\n[islands\n", "[\"ht\\ntp\"]\nport = 1\n",
                           "[http]\ntls_certificate = \"a\\nb\"\n"})
    EXPECT_THAT(refusal(sources(text)), Not(HasSubstr("\n"))) << text;
}

TEST(Config, NumbersThatAreNoneAreRefused) {
  for (auto const* text :
       {"", " ", "nan", "inf", "1e9", "0x10", "12 ", "1,5", "-1", "99999999999999999999"})
    EXPECT_THAT(refusal(sources("", {}, {{"islands.max_peers", text}})),
                HasSubstr("from 1 to 1000"))
        << text;
  for (auto const* text : {"", "nan", "inf", "-inf", "1e99", "2s"})
    EXPECT_THAT(refusal(sources("", {}, {{"islands.flush_seconds", text}})),
                HasSubstr("from 0.05 to 60"))
        << text;
}

/// One wrong value for each option that can be wrong.
TEST(Config, EveryOptionRefusesWhatItCannotBe) {
  Config config;
  for (auto const& option : options(config)) {
    if (option.is_secret()) continue;
    auto const wrong = std::string("\x01 not this\n");
    auto const line = refusal(sources("", {}, {{option.name(), wrong}}));
    EXPECT_THAT(line, AllOf(HasSubstr(option.name()), HasSubstr(option.flag()),
                            HasSubstr(option.expected())))
        << option.name();
    EXPECT_THAT(line, AllOf(Not(HasSubstr("\n")), Not(HasSubstr("\x01")))) << option.name();
  }
}

TEST(Config, DistancesMustLeaveRoomBetweenThem) {
  EXPECT_EQ(refusal(sources("", {{"ARCHIPELAGO_JOIN_DISTANCE", "100"}})),
            "islands.leave_distance = 100 (default): must be more than islands.join_distance = 100 "
            "(environment ARCHIPELAGO_JOIN_DISTANCE)");
}

TEST(Config, ARoomMustHoldItsIsland) {
  EXPECT_THAT(refusal(sources("", {}, {{"rooms.capacity", "99"}})),
              HasSubstr("rooms.capacity = 99 (flag --rooms-capacity)"));
}

TEST(Config, ACertificateNeedsItsKey) {
  EXPECT_THAT(refusal(sources("", {}, {{"http.tls_certificate", "c.pem"}})),
              HasSubstr("http.tls_key = (nothing)"));
  EXPECT_THAT(refusal(sources("", {}, {{"http.tls_key", "k.pem"}})),
              HasSubstr("http.tls_certificate = (nothing)"));
  EXPECT_THAT(
      refusal(sources(
          "", {},
          {{"http.tls_key", "k.pem"}, {"http.tls_certificate", "c.pem"}, {"http.shards", "2"}})),
      HasSubstr("http.shards = 2"));
}

TEST(Config, APingMustHaveTimeToBeAnswered) {
  EXPECT_THAT(refusal(sources("", {}, {{"limits.cut_after_ms", "4000"}})),
              HasSubstr("limits.ping_after_ms = 4000 (default)"));
}

TEST(Config, ASlowReadersBacklogMustHoldTheLargestMessage) {
  EXPECT_THAT(refusal(sources("", {}, {{"limits.backlog_bytes", "65536"}})),
              AllOf(HasSubstr("limits.backlog_bytes = 65536"),
                    HasSubstr("at least limits.bff_message_bytes = 1048576")));
  EXPECT_EQ(
      refusal(sources("", {},
                      {{"limits.backlog_bytes", "65536"}, {"limits.bff_message_bytes", "65536"}})),
      "(accepted)");
}

TEST(Config, TheDeadlineOfAnEndLeavesTimeToTellEverybody) {
  EXPECT_THAT(refusal(sources("", {}, {{"http.drain_ms", "10001"}})),
              HasSubstr("http.drain_deadline_ms = 10000 (default): must be at least"));
}

TEST(Config, OriginsAndAddressesAreLists) {
  auto const given = sources(
      "", {},
      {{"http.origins", "https://a.example,http://b.example:8080"}, {"limits.exempt", "::1"}});
  EXPECT_EQ(load_config(given).config.http.origins,
            (std::vector<std::string>{"https://a.example", "http://b.example:8080"}));
  for (auto const* wrong : {"a.example", "https://a.example/", "https://a.example/x", "*", "null"})
    EXPECT_THAT(refusal(sources("", {}, {{"http.origins", wrong}})), HasSubstr("origins such as"))
        << wrong;
}

TEST(Config, PublicUrlsMustBeUrls) {
  for (auto const* text : {"realm.example.org", "ftp://x", "http://", "https://u:p@x/",
                           "http://x/?q", "http://x y", "HTTP://x", "httpS://x", "http://x#f"})
    EXPECT_THAT(refusal(sources("", {}, {{"http.public_url", text}})), HasSubstr("http.public_url"))
        << text;
  EXPECT_EQ(load_config(sources("", {}, {{"http.public_url", "https://x.example/realm"}}))
                .config.http.public_url,
            "https://x.example/realm");
}

TEST(Config, ASecretIsNeitherAFlagNorEverShown) {
  auto const given = sources("[rooms]\nsecret = \"0123456789abcdef-hidden\"\n");
  EXPECT_EQ(load_config(given).config.rooms.secret, "0123456789abcdef-hidden");
  EXPECT_THAT(config_listing(load_config(given)),
              AllOf(HasSubstr("rooms.secret = (set)"), Not(HasSubstr("hidden"))));
  EXPECT_THAT(refusal(sources("", {}, {{"rooms.secret", "0123456789abcdef"}})),
              HasSubstr("no such flag"));
  EXPECT_THAT(refusal(sources("", {{"ARCHIPELAGO_ROOMS_SECRET", "short-one"}})),
              AllOf(HasSubstr("rooms.secret = (secret)"), Not(HasSubstr("short-one"))));
}

TEST(Config, AMissingFileIsNamed) {
  EXPECT_THROW(read_config_file("/nowhere/realm.toml"), ConfigError);
  EXPECT_THROW(read_config_file("/"), ConfigError);
}

std::string committed(std::string const& name) {
  std::ifstream file(std::filesystem::path(ARCHIPELAGO_SOURCE) / "docs" / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ConfigPages, TheCommittedPagesAreWhatTheProgramPrints) {
  EXPECT_EQ(committed("CONFIG.md"), config_page())
      << "run: archipelago config --markdown > docs/CONFIG.md";
  EXPECT_EQ(committed("REASONS.md"), reasons_page())
      << "run: archipelago config --markdown reasons > docs/REASONS.md";
  EXPECT_EQ(committed("METRICS.md"), metrics_page())
      << "run: archipelago config --markdown metrics > docs/METRICS.md";
}

}  // namespace
}  // namespace archipelago::realm
