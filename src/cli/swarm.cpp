// `archipelago swarm`: the flags.
#include <memory>

#include "cli/commands.hpp"
#include "cli/swarm_options.hpp"

namespace archipelago::cli {
namespace {

constexpr char const* kFooter =
    "It sends to this machine only, whatever the realm says, unless --allow-remote is given: this "
    "is a tool for your own realm. The exit status is 0 when nothing unexpected happened: in the "
    "end everybody is in a room, nobody was refused or disconnected, no reliable message was lost "
    "or came twice. Ctrl-C ends it early, with the report.";

void add_place(CLI::App& command, SwarmFlags& to) {
  command.add_option("--realm", to.realm, "Where the realm is, e.g. http://127.0.0.1:8000")
      ->required()
      ->type_name("URL");
  command
      .add_option("--peers", to.peers,
                  "Players; each needs three descriptors, and about 40 KiB of memory here")
      ->check(CLI::Range(std::size_t{1}, std::size_t{200'000}))
      ->capture_default_str();
  command.add_option("--world", to.world, "Where they stand: city, plazas, crowd or growing")
      ->check(CLI::IsMember({"city", "plazas", "crowd", "growing"}))
      ->capture_default_str();
  command
      .add_option("--mobility", to.mobility,
                  "walk: everyone, without rest; mixed: one of five, others stand and stroll, and "
                  "1 % leave for good every 2 s and are replaced")
      ->check(CLI::IsMember({"walk", "mixed"}))
      ->capture_default_str();
  command
      .add_option("--scene", to.scene,
                  "concert: all walk to one spot and back; teleport-storm: every 5 s one of five "
                  "jumps; login-storm: all log in at once; flapping: one of ten loses its link "
                  "every 20 s, for runs of 40 s and more")
      ->check(CLI::IsMember({"none", "concert", "teleport-storm", "login-storm", "flapping"}))
      ->capture_default_str();
  command.add_option("--seed", to.seed, "Another seed, another world; keys are always fresh")
      ->capture_default_str();
}

void add_behaviour(CLI::App& command, SwarmFlags& to) {
  command
      .add_option("--protocol", to.protocol,
                  "bff, ws (the direct one), or auto: as /about says, ws first")
      ->check(CLI::IsMember({"auto", "bff", "ws"}))
      ->capture_default_str();
  command.add_option("--rate", to.rate, "Heartbeats a second of each player")
      ->check(CLI::Range(0.034, 20.0))
      ->capture_default_str();
  command.add_option("--duration", to.duration, "Seconds from the first login on")
      ->check(CLI::Range(1.0, 604'800.0))
      ->capture_default_str();
  command
      .add_option("--login-rate", to.login_rate, "Players that come in a second, in the beginning")
      ->check(CLI::Range(0.1, 100'000.0))
      ->capture_default_str();
  command.add_flag("--chat", to.chat,
                   "Each player says something in its room every 5 s, reliably: measures delivery");
  command
      .add_option("--positions", to.positions,
                  "Positions a second that each player sends to its room, unreliably")
      ->check(CLI::Range(0.0, 30.0))
      ->capture_default_str();
}

void add_machine(CLI::App& command, SwarmFlags& to) {
  command.add_option("--threads", to.threads, "Threads that the players share")
      ->check(CLI::Range(std::size_t{1}, std::size_t{64}))
      ->capture_default_str();
  command
      .add_option("--sources", to.sources,
                  "Loopback addresses that players come from, 127.0.0.1 and up, so that limits of "
                  "one address are not met; 0: one for each hundred players")
      ->check(CLI::Range(std::size_t{0}, std::size_t{10'000}))
      ->capture_default_str();
  command.add_flag("--allow-remote", to.allow_remote,
                   "Send to other machines too: only to a realm whose owner knows");
  command.add_option("--ca-file", to.ca_file, "PEM of authorities to trust for https and wss")
      ->type_name("FILE");
  command.add_option("--report", to.report, "table: for people; json: one object in one line")
      ->check(CLI::IsMember({"json", "table"}))
      ->capture_default_str();
}

}  // namespace

void add_swarm(CLI::App& app, Chosen& chosen) {
  auto* const command = app.add_subcommand(
      "swarm", "Thousands of honest players against a realm, and a report of what they met");
  command->footer(kFooter);
  auto const flags = std::make_shared<SwarmFlags>();
  add_place(*command, *flags);
  add_behaviour(*command, *flags);
  add_machine(*command, *flags);
  command->callback([&chosen, flags] { chosen = [flags] { return swarm(*flags); }; });
}

}  // namespace archipelago::cli
