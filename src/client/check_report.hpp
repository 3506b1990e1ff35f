// The page that `archipelago check` prints: one line per step, a summary, what to do about a
// failure.
#pragma once

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace archipelago::client {

class CheckReport {
 public:
  explicit CheckReport(std::ostream& out);

  /// Runs the step and prints its line: ok or failed, milliseconds, and what it says it saw. False
  /// when it failed; `advice` is printed then: what the reader can do next.
  bool step(std::string_view name, std::string_view advice,
            std::function<Result<std::string>()> const& run);
  void skip(std::string_view name, std::string_view why);

  /// Prints the summary. Exit status: 0 when nothing failed, else 1.
  int finish();

 private:
  void line(std::string_view verdict, std::string_view time, std::string_view name,
            std::string_view text);

  std::ostream& out_;
  std::size_t passed_ = 0;
  std::size_t skipped_ = 0;
  std::size_t failed_ = 0;
  Millis spent_{0};
};

}  // namespace archipelago::client
