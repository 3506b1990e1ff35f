// What the system knows of this process, for operators.
#pragma once

namespace archipelago::realm {

struct ProcessFigures {
  double resident_bytes = 0;
  double cpu_seconds = 0;  ///< user and system
  double open_files = 0;
  double most_files = 0;       ///< the soft limit
  double started_seconds = 0;  ///< since 1970
};

/// What cannot be found out is 0. Reads /proc; O(open files), about 20 us for a hundred.
ProcessFigures process_figures();

}  // namespace archipelago::realm
