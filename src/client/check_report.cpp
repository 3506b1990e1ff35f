// Columns: verdict, time, step, what was seen.
#include "client/check_report.hpp"

#include <chrono>
#include <iomanip>
#include <ostream>

#include "client/printable.hpp"

namespace archipelago::client {
namespace {

constexpr int kNameWidth = 22;

Millis now() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration_cast<Millis>(Clock::now().time_since_epoch());
}

}  // namespace

CheckReport::CheckReport(std::ostream& out) : out_(out) {}

bool CheckReport::step(std::string_view name, std::string_view advice,
                       std::function<Result<std::string>()> const& run) {
  auto const begun = now();
  auto const seen = run();
  auto const took = now() - begun;
  spent_ += took;
  auto const time = std::to_string(took.count()) + " ms";
  if (seen) {
    ++passed_;
    line("ok", time, name, *seen);
    return true;
  }
  ++failed_;
  auto const label = reason(seen.error().code).label;
  auto const& detail = seen.error().detail;
  line("failed", time, name,
       detail.empty() ? std::string(label) : detail + " (" + std::string(label) + ")");
  out_ << "        what to do: " << advice << "\n" << std::flush;
  return false;
}

void CheckReport::skip(std::string_view name, std::string_view why) {
  ++skipped_;
  line("skipped", "", name, why);
}

int CheckReport::finish() {
  out_ << passed_ << " ok, " << skipped_ << " skipped, " << failed_ << " failed, " << spent_.count()
       << " ms in all" << "\n"
       << std::flush;
  return failed_ == 0 ? 0 : 1;
}

void CheckReport::line(std::string_view verdict, std::string_view time, std::string_view name,
                       std::string_view text) {
  out_ << std::left << std::setw(7) << verdict << std::right << std::setw(9) << time << "  "
       << std::left << std::setw(kNameWidth) << name << "  " << printable(text) << "\n"
       << std::flush;
}

}  // namespace archipelago::client
