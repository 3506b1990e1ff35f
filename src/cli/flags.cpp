// From the table of options to CLI11 and back.
#include "cli/flags.hpp"

#include "realm/options.hpp"

namespace archipelago::cli {
namespace {

std::string help(realm::Option const& option) {
  auto text = option.help() + " " + option.expected() +
              "; default: " + (option.shown().empty() ? "none" : option.shown());
  text += "; env:";
  for (auto const& name : option.environment()) text += " " + name;
  return text;
}

}  // namespace

std::shared_ptr<Flags> add_config_flags(CLI::App& command) {
  auto flags = std::make_shared<Flags>();
  command
      .add_option("--config", flags->file,
                  "TOML file with any of these options; env: ARCHIPELAGO_CONFIG")
      ->type_name("FILE");
  realm::Config defaults;
  for (auto const& option : realm::options(defaults)) {
    if (option.flag().empty()) continue;
    auto const take = [flags, name = option.name()](CLI::results_t const& given) {
      flags->values[name] = given.empty() ? "" : given.back();
      return true;
    };
    command.add_option(option.flag(), take, help(option))
        ->type_name("VALUE")
        ->expected(1)
        ->take_last();
  }
  return flags;
}

realm::LoadedConfig load(Flags const& flags) {
  realm::ConfigSources sources;
  sources.environment = realm::process_environment;
  sources.flags = flags.values;
  sources.file_name = flags.file.empty()
                          ? realm::process_environment("ARCHIPELAGO_CONFIG").value_or("")
                          : flags.file;
  if (!sources.file_name.empty()) sources.file_text = realm::read_config_file(sources.file_name);
  return realm::load_config(sources);
}

}  // namespace archipelago::cli
