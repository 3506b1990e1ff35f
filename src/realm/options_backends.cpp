// The table's sections [comms], [backends], [simulator] and [livekit].
#include <algorithm>
#include <string_view>

#include "adapters/rule.hpp"
#include "realm/livekit_hosts.hpp"
#include "realm/options_table.hpp"
#include "rooms/options.hpp"
#include "wire/connection_string.hpp"

namespace archipelago::realm {
namespace {

bool is_fixed_connection(std::string_view text) {
  if (text.empty()) return true;
  auto const parsed = wire::resolve_connection_string(text);
  return parsed && parsed->backend != wire::Backend::archipelago &&
         !text.starts_with("fixed-adapter:");
}

bool is_plain_name(std::string_view text) {
  return archipelago::rooms::is_room_id(text) && text.find('.') == std::string_view::npos;
}

bool is_rule(std::string_view text) {
  return text.size() <= 256 && adapters::Rule::parse(text).has_value();
}

bool is_host(std::string_view text) {
  return parse_livekit_host(text).has_value();
}

/// Without spaces and control characters.
bool is_credential(std::string_view text) {
  return text.size() <= 256 &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

void describe_comms(Table option, Config::Comms& comms) {
  option("comms.mode", comms.mode,
         "How players meet: on islands (`archipelago`), where `comms.adapter` leads "
         "(`fixed-adapter`), in one room that a signed request opens (`signed-login`), or not at "
         "all (`offline`).")
      .one_of({"archipelago", "fixed-adapter", "signed-login", "offline"})
      .env("COMMS_MODE");
  option("comms.adapter", comms.adapter,
         "Connection string of a realm with a fixed adapter, e.g. "
         "`ws-room:wss://rooms.example.org/rooms/plaza`.")
      .must(is_fixed_connection, "a connection string such as ws-room:wss://…, or nothing")
      .env("COMMS_ADAPTER");
  option("comms.room", comms.room, "Room of those who log in with POST /signed-login.")
      .must(is_plain_name, "1 to 64 letters, digits, dashes and underscores");
}

void describe_backends(Table option, Config::Backends& backends) {
  option("backends.rules", backends.rules,
         "Which backend carries which islands (docs/BACKENDS.md): the first rule that fits an "
         "island and whose backend is healthy and has room. Nothing: `livekit` when there are "
         "LiveKit hosts, else `ws-room`.")
      .must(is_rule,
            "rules such as \"livekit players>=60 fill<90\", \"ws-room zone=-10:-10..10:10\"");
  option("backends.slack_percent", backends.slack_percent,
         "How far an island may fall short of a rule that it is carried by until it moves.")
      .within(0, 90);
  option("backends.stay_seconds", backends.stay_seconds,
         "Seconds for which no rule moves an island that has just moved; a failure does.")
      .within(0, 3'600);
  option("backends.room_players", backends.room_players,
         "Players that our own rooms take before a rule goes on to the next backend; 0: no limit.")
      .within(0, 1'000'000);
}

void describe_simulator(Table option, Config::Simulator& simulator) {
  option("simulator.peers", simulator.peers,
         "Made-up people in each room of the backend `simulator`, for client developers.")
      .within(1, 200);
  option("simulator.seed", simulator.seed, "Who they are and what they do.")
      .within(0, 1'000'000'000);
}

void describe_livekit(Table option, Config::LiveKit& livekit) {
  option("livekit.hosts", livekit.hosts,
         "LiveKit servers, each with the players that it takes, e.g. `wss://lk.example.org 500`; "
         "without a number: any. All know the same API key.")
      .must(is_host, "ws:// or wss:// URLs, each with a space and a number of players, or none")
      .env("LIVEKIT_HOST");
  option("livekit.api_key", livekit.api_key, "Name of the key that LiveKit's tokens are made with.")
      .must(is_credential, "a text of at most 256 visible characters")
      .env("LIVEKIT_API_KEY");
  option("livekit.api_secret", livekit.api_secret, "The key itself.")
      .must(is_credential, "a text of at most 256 visible characters")
      .env("LIVEKIT_API_SECRET")
      .secret();
  option("livekit.token_seconds", livekit.token_seconds,
         "Seconds within which an assigned player must have joined its LiveKit room.")
      .within(10, 86'400);
  option("livekit.tokens", livekit.tokens,
         "Tokens as today's known service makes them, or as the one of 2022 and 2023 did.")
      .one_of({"current", "seed"});
  option("livekit.check_ms", livekit.check_ms,
         "Milliseconds between two looks at each LiveKit host (GET of its root); three bad ones in "
         "a row and its islands move, two good ones and it takes islands again. 0: no looks.")
      .within(0, 3'600'000);
  option("livekit.check_timeout_ms", livekit.check_timeout_ms,
         "Milliseconds that a LiveKit host has to answer.")
      .within(50, 60'000);
}

}  // namespace archipelago::realm
