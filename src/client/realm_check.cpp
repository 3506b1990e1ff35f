// Puts the walk and its report together.
#include "client/realm_check.hpp"

#include <ostream>

#include "client/check_report.hpp"
#include "client/printable.hpp"
#include "client/realm_walk.hpp"

namespace archipelago::client {

int run_check(CheckOptions const& options, std::ostream& out) {
  out << "checking " << printable(options.realm) << "\n" << std::flush;
  CheckReport report(out);
  RealmWalk(options, report).run();
  return report.finish();
}

}  // namespace archipelago::client
