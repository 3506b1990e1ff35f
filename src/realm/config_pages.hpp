// The pages that are made from tables: docs/CONFIG.md, docs/REASONS.md, docs/METRICS.md, and
// `config --show`.
#pragma once

#include <string>

#include "realm/config.hpp"

namespace archipelago::realm {

/// One line an option: name = value, and where the value came from. Secrets are not shown.
std::string config_listing(LoadedConfig loaded);

// The generated pages of docs/, exactly as committed.
std::string config_page();
std::string reasons_page();
std::string metrics_page();

}  // namespace archipelago::realm
