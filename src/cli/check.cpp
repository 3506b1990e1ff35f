// `archipelago check`: two made-up players walk through a realm's whole life-cycle.
#include <iostream>
#include <memory>

#include "cli/commands.hpp"
#include "client/realm_check.hpp"

namespace archipelago::cli {

void add_check(CLI::App& app, Chosen& chosen) {
  auto* const command = app.add_subcommand(
      "check", "Walks the whole life-cycle against any realm, step by step, with times");
  auto const url = std::make_shared<std::string>();
  auto const seconds = std::make_shared<double>(10);
  command->add_option("realm", *url, "Where the realm is, e.g. http://127.0.0.1:8000")
      ->required()
      ->type_name("URL");
  command->add_option("--timeout", *seconds, "Seconds for each step")
      ->check(CLI::Range(0.1, 600.0))
      ->capture_default_str();
  command->callback([&chosen, url, seconds] {
    chosen = [url, seconds] {
      client::CheckOptions options;
      options.realm = *url;
      options.timeout = Millis(static_cast<std::int64_t>(*seconds * 1'000));
      return client::run_check(options, std::cout);
    };
  });
}

}  // namespace archipelago::cli
