// Backends as operators configure them.
#include "realm/backends.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "base/virtual_loop.hpp"

namespace archipelago::realm {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string refusal(std::string file) {
  ConfigSources given;
  given.file_name = "realm.toml";
  given.file_text = std::move(file);
  try {
    load_config(given);
  } catch (ConfigError const& error) {
    return error.what();
  }
  return "(accepted)";
}

struct World {
  explicit World(Config c) : config(std::move(c)) { backends.start("ws://127.0.0.1:1"); }
  std::string connection(std::string_view island) {
    return *backends.connection_string(island, player, loop.wall_now());
  }

  Config config;
  VirtualLoop loop;
  Metrics metrics;
  SeededRandom random{1};
  auth::RoomKey key = auth::RoomKey::generate(random);
  std::vector<std::string> filled;
  Backends backends{config, {loop, metrics, key, [this](auto room) { filled.emplace_back(room); }}};
  Address player = *Address::parse("0x" + std::string(40, 'a'));
};

Config with_livekit() {
  Config config;
  config.livekit.hosts = {"wss://lk.example.org"};
  config.livekit.api_key = "devkey";
  config.livekit.api_secret = "hush-hush";
  config.livekit.check_ms = 0;
  return config;
}

TEST(BackendsConfig, TheKnownServicesNamesWorkAndTheSecretIsNotShown) {
  ConfigSources given;
  given.environment = [](std::string const& name) -> std::optional<std::string> {
    std::map<std::string, std::string> const values{{"LIVEKIT_HOST", "wss://a,wss://b 300"},
                                                    {"LIVEKIT_API_KEY", "devkey"},
                                                    {"LIVEKIT_API_SECRET", "hush-hush"}};
    auto const at = values.find(name);
    return at == values.end() ? std::nullopt : std::optional(at->second);
  };
  auto const loaded = load_config(given);
  EXPECT_EQ(loaded.config.livekit.hosts, (std::vector<std::string>{"wss://a", "wss://b 300"}));
  EXPECT_EQ(loaded.config.livekit.api_secret, "hush-hush");
}

TEST(BackendsConfig, APartOfTheLiveKitSettingsIsRefusedInOneLineWithoutTheSecret) {
  auto const line = refusal("[livekit]\nhosts = [\"wss://a\"]\napi_secret = \"hush-hush\"\n");
  EXPECT_THAT(line, AllOf(StartsWith("livekit.api_key = (nothing)"), HasSubstr("livekit.hosts"),
                          Not(HasSubstr("hush"))));
  EXPECT_THAT(refusal("[livekit]\napi_secret = \"hush-hush\"\n"),
              AllOf(StartsWith("livekit.api_secret = (set)"), Not(HasSubstr("hush"))));
  EXPECT_THAT(refusal("[backends]\nrules = [\"livekit\"]\n"),
              AllOf(HasSubstr("backends.rules"), HasSubstr("livekit.hosts")));
}

TEST(BackendsConfig, AWrongHostOrRuleIsNamed) {
  for (std::string const host :
       {"lk.example.org", "https://a", "wss://a 0", "wss://a x", "wss://a  1"})
    EXPECT_THAT(refusal("[livekit]\nhosts = [\"" + host + "\"]\n"), HasSubstr("livekit.hosts"))
        << host;
  EXPECT_THAT(refusal("[backends]\nrules = [\"ws-room players>5\"]\n"),
              HasSubstr("backends.rules"));
}

TEST(Backends, WithoutAWordIslandsAreInOurOwnRooms) {
  World world{Config()};
  EXPECT_THAT(world.connection("I1"),
              StartsWith("ws-room:ws://127.0.0.1:1/rooms/I1?access_token="));
}

TEST(Backends, WithLiveKitHostsIslandsAreThere) {
  World world{with_livekit()};
  EXPECT_THAT(world.connection("I1"), StartsWith("livekit:wss://lk.example.org?access_token=eyJ"));
}

TEST(Backends, TheSimulatorIsARoomOfOursThatIsPeopled) {
  Config config;
  config.backends.rules = {"simulator"};
  World world(config);
  EXPECT_THAT(world.connection("I1"), StartsWith("ws-room:ws://127.0.0.1:1/rooms/I1?"));
  EXPECT_EQ(world.filled, std::vector<std::string>{"I1"});
}

TEST(Backends, RulesSendIslandsToDifferentBackends) {
  auto config = with_livekit();
  config.backends.rules = {"livekit players>=3", "offline zone=10:10..20:20", "ws-room"};
  World world(config);
  std::vector<adapters::IslandFacts> const islands{{.id = "I1", .players = 3, .x = 200, .z = 200},
                                                   {.id = "I2", .players = 2, .x = 200, .z = 200},
                                                   {.id = "I3", .players = 2, .x = 0, .z = 0}};
  EXPECT_TRUE(world.backends.review(islands, world.loop.now()).empty());
  EXPECT_THAT(world.connection("I1"), StartsWith("livekit:"));
  EXPECT_EQ(world.connection("I2"), "offline:offline");
  EXPECT_THAT(world.connection("I3"), StartsWith("ws-room:"));
}

}  // namespace
}  // namespace archipelago::realm
