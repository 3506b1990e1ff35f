// `archipelago check http://…`: two made-up players walk through the whole life of a realm and say
// what they saw.
#pragma once

#include <iosfwd>
#include <string>

#include "base/time.hpp"

namespace archipelago::client {

struct CheckOptions {
  std::string realm;       ///< http:// or https:// URL
  Millis timeout{10'000};  ///< for each step
};

/// Reads /about, logs two guests in (one over the BFF, one directly, where both are offered), lets
/// them meet far from everybody else, talk in their island's room, part, meet again, and one of
/// them log in twice. Stops at the first step that fails. Blocks; prints to `out`. Returns the exit
/// status: 0 when everything that could be tried went well.
int run_check(CheckOptions const& options, std::ostream& out);

}  // namespace archipelago::client
