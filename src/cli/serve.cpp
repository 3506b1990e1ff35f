// `archipelago serve`: a realm until a signal ends it.
#include <csignal>
#include <iostream>

#include <unistd.h>

#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/flags.hpp"
#include "cli/process.hpp"
#include "cli/signals.hpp"
#include "realm/realm.hpp"

namespace archipelago::cli {
namespace {

void set_up_log(realm::Config::Log const& wanted) {
  if (wanted.level == "debug") log::set_level(log::Level::debug);
  if (wanted.level == "info") log::set_level(log::Level::info);
  if (wanted.level == "warn") log::set_level(log::Level::warn);
  if (wanted.level == "error") log::set_level(log::Level::error);
  log::use_json(wanted.format == "json");
}

void compare(std::uint64_t files, std::int64_t connections) {
  if (files < static_cast<std::uint64_t>(connections))
    log::warn("realm", "few_files",
              {{"allowed", files}, {"connections", connections}, {"advice", "raise ulimit -n"}});
}

/// For a service always; at a terminal, whose closing sends it too, only where there is something
/// to read again.
bool hangup_means_reload(realm::Config::Bans const& bans) {
  return ::isatty(STDIN_FILENO) == 0 || !bans.file.empty() || !bans.list_url.empty();
}

int serve(Flags const& flags) {
  EndSignals signals;
  auto const loaded = load(flags);
  if (hangup_means_reload(loaded.config.bans)) signals.also(SIGHUP);
  set_up_log(loaded.config.log);
  auto const files = raise_file_limit();  // a connection is a file
  auto realm = realm::Realm::start(loaded.config, [&signals] { return signals.pending(); });
  if (!realm) {
    std::cerr << "archipelago: " << realm.error().detail << '\n';
    return kFailed;
  }
  compare(files, loaded.config.limits.connections);
  std::cout << "archipelago ready on " << (*realm)->url() << '\n' << std::flush;  // awaited
  while (signals.wait() == SIGHUP) (*realm)->reload();
  (*realm)->stop();
  return kOk;
}

}  // namespace

void add_serve(CLI::App& app, Chosen& chosen) {
  auto* const command = app.add_subcommand("serve", "Runs a realm until SIGTERM or SIGINT");
  auto const flags = add_config_flags(*command);
  command->callback([&chosen, flags] { chosen = [flags] { return serve(*flags); }; });
}

}  // namespace archipelago::cli
