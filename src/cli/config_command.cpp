// `archipelago config`: what can be set, what is set, and the pages of docs/ made from it.
#include <cstdio>
#include <iostream>

#include "cli/commands.hpp"
#include "cli/flags.hpp"
#include "realm/config_pages.hpp"

namespace archipelago::cli {
namespace {

int print(std::string const& text) {
  std::cout << text << std::flush;
  return std::cout ? kOk : kFailed;
}

std::string page(std::string const& name) {
  if (name == "reasons") return realm::reasons_page();
  if (name == "metrics") return realm::metrics_page();
  return realm::config_page();
}

}  // namespace

void add_config(CLI::App& app, Chosen& chosen) {
  auto* const command =
      app.add_subcommand("config", "Shows the effective configuration, or documents every option");
  auto const flags = add_config_flags(*command);
  auto const markdown = std::make_shared<std::string>();
  auto const showing = std::make_shared<bool>();
  auto* const show = command->add_flag(
      "--show", *showing, "Each option, its value and where it came from (also without any flag)");
  auto* const pages =
      command
          ->add_option("--markdown", *markdown, "Prints docs/CONFIG.md, or `reasons` or `metrics`")
          ->expected(0, 1)
          ->type_name("PAGE")
          ->check(CLI::IsMember({"", "config", "reasons", "metrics"}))
          ->excludes(show);
  command->callback([&chosen, flags, markdown, showing, pages] {
    bool const as_page = pages->count() > 0;
    chosen = [flags, markdown, showing, as_page] {
      return print(as_page ? page(*markdown) : realm::config_listing(load(*flags)));
    };
  });
}

}  // namespace archipelago::cli
