// The subcommands: each adds itself to the program and, when it was asked for, runs and returns the
// exit status.
#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

namespace archipelago::cli {

inline constexpr int kOk = 0;
inline constexpr int kFailed =
    1;  ///< the work could not be done: a taken port, a realm that does not answer
inline constexpr int kWrongUsage = 2;  ///< the command line or the configuration is wrong

/// What the chosen subcommand does; set by its callback.
using Chosen = std::function<int()>;

void add_serve(CLI::App& app, Chosen& chosen);
void add_check(CLI::App& app, Chosen& chosen);
void add_config(CLI::App& app, Chosen& chosen);
void add_swarm(CLI::App& app, Chosen& chosen);
void add_simulate(CLI::App& app, Chosen& chosen);

/// The whole program: reads the command line, runs one subcommand, says what is wrong in one line
/// on stderr.
int run(int argc, char const* const* argv);

}  // namespace archipelago::cli
