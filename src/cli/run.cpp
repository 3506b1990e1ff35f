// The command line as a whole: subcommands, version, and what is said when something is wrong.
#include <cstdio>
#include <exception>
#include <iostream>

#include "cli/commands.hpp"
#include "realm/config.hpp"

namespace archipelago::cli {
namespace {

int complain(std::string const& line, int status) {
  std::cerr << "archipelago: " << line << '\n';
  return status;
}

std::string first_line(std::string const& text) {
  return text.substr(0, text.find('\n'));
}

int read_command_line(CLI::App& app, int argc, char const* const* argv) {
  try {
    app.parse(argc, argv);
    return kOk;
  } catch (CLI::ParseError const& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return complain(first_line(error.what()) + " (archipelago --help)", kWrongUsage);
  }
}

}  // namespace

int run(int argc, char const* const* argv) {
  CLI::App app(
      "The communications of a Decentraland-style world in one program: logins, islands, rooms.",
      "archipelago");
  app.set_version_flag("--version", "archipelago " ARCHIPELAGO_VERSION);
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Help for every subcommand");
  Chosen chosen;
  add_serve(app, chosen);
  add_check(app, chosen);
  add_simulate(app, chosen);
  add_swarm(app, chosen);
  add_config(app, chosen);
  auto const status = read_command_line(app, argc, argv);
  if (!chosen) return status;
  try {
    return chosen();
  } catch (realm::ConfigError const& error) {
    return complain(error.what(), kWrongUsage);
  } catch (std::exception const& error) {
    return complain(error.what(), kFailed);
  }
}

}  // namespace archipelago::cli
