// Flags of the configuration on a subcommand, made from the table of options.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "realm/config.hpp"

namespace archipelago::cli {

/// What was typed, filled while the command line is read.
struct Flags {
  std::string file;                           ///< --config
  std::map<std::string, std::string> values;  ///< option name -> text
};

/// Adds --config and one flag for each option that is no secret.
std::shared_ptr<Flags> add_config_flags(CLI::App& command);

/// Defaults, file, environment and flags. Throws realm::ConfigError.
realm::LoadedConfig load(Flags const& flags);

}  // namespace archipelago::cli
