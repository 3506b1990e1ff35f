// Any file is either a configuration or one line that says what is wrong with it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "realm/config.hpp"
#include "realm/config_pages.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  archipelago::realm::ConfigSources given;
  given.file_name = "fuzz.toml";
  given.file_text.assign(reinterpret_cast<char const*>(data), size);
  try {
    auto loaded = archipelago::realm::load_config(given);
    if (loaded.config.islands.join_distance >= loaded.config.islands.leave_distance) std::abort();
    if (loaded.config.http.port < 0 || loaded.config.http.port > 65'535) std::abort();
    if (archipelago::realm::config_listing(std::move(loaded)).empty()) std::abort();
  } catch (archipelago::realm::ConfigError const& error) {
    if (std::string(error.what()).find('\n') != std::string::npos) std::abort();
  }
  return 0;
}
