// ISO 8601 as ECMAScript profiles it, with the latitude that V8 allows.
#include "auth/date.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>

namespace archipelago::auth {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::int64_t kMsPerMinute = 60'000;
constexpr std::int64_t kMsPerDay = 86'400'000;
constexpr std::int64_t kFarthest =
    8'640'000'000'000'000;  // ECMAScript: 100 million days either side of 1970

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// What is left to read.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool at_digit() const { return !rest_.empty() && is_digit(rest_.front()); }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// '+' or '-' as +1 or -1; 0 when neither stands here.
  int take_sign() { return take('+') ? 1 : take('-') ? -1 : 0; }

  /// Exactly `digits` digits, as a number in [low, high].
  std::optional<int> number(std::size_t digits, int low, int high) {
    if (rest_.size() < digits) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (!is_digit(rest_[i])) return std::nullopt;
      value = value * 10 + (rest_[i] - '0');
    }
    if (value < low || value > high) return std::nullopt;
    rest_.remove_prefix(digits);
    return value;
  }

  /// One digit or more; the first three as milliseconds.
  std::optional<int> fraction() {
    if (!at_digit()) return std::nullopt;
    int ms = 0;
    int scale = 100;
    for (; at_digit(); rest_.remove_prefix(1), scale /= 10) ms += (rest_.front() - '0') * scale;
    return ms;
  }

 private:
  std::string_view rest_;
};

std::optional<int> read_year(Cursor& in) {
  int const sign = in.take_sign();
  if (sign == 0) return in.number(4, 0, 9999);
  auto const year = in.number(6, 0, 999'999);
  if (!year || (sign < 0 && *year == 0)) return std::nullopt;
  return sign * *year;
}

/// Days since 1970. A day past the end of its month runs on into the next.
std::optional<std::int64_t> read_day(Cursor& in) {
  auto const year = read_year(in);
  if (!year) return std::nullopt;
  int month = 1;
  int day = 1;
  if (in.take('-')) {
    auto const read_month = in.number(2, 1, 12);
    if (!read_month) return std::nullopt;
    month = *read_month;
    if (in.take('-')) {
      auto const read_day_of_month = in.number(2, 1, 31);
      if (!read_day_of_month) return std::nullopt;
      day = *read_day_of_month;
    }
  }
  // std::chrono::year ends at 32767; the calendar repeats every 400 years of 146 097 days.
  int const eras = *year / 400;
  auto const first = sys_days(std::chrono::year(*year % 400) / month / 1);
  return first.time_since_epoch().count() + std::int64_t{eras} * 146'097 + day - 1;
}

/// `HH:MM[:SS[.fraction]]` in milliseconds.
std::optional<std::int64_t> read_time(Cursor& in) {
  auto const hour = in.number(2, 0, 24);
  if (!hour || !in.take(':')) return std::nullopt;
  auto const minute = in.number(2, 0, 59);
  if (!minute) return std::nullopt;
  int second = 0;
  int ms = 0;
  if (in.take(':')) {
    auto const read_second = in.number(2, 0, 59);
    if (!read_second) return std::nullopt;
    second = *read_second;
    if (in.take('.')) {
      auto const read_ms = in.fraction();
      if (!read_ms) return std::nullopt;
      ms = *read_ms;
    }
  }
  if (*hour == 24 && (*minute != 0 || second != 0 || ms != 0)) return std::nullopt;
  return ((std::int64_t{*hour} * 60 + *minute) * 60 + second) * 1000 + ms;
}

/// Milliseconds that the zone is ahead of UTC.
std::optional<std::int64_t> read_zone(Cursor& in) {
  if (in.at_end() || in.take('Z')) return 0;
  int const sign = in.take_sign();
  if (sign == 0) return std::nullopt;
  auto const hours = in.number(2, 0, 23);
  if (!hours || !in.take(':')) return std::nullopt;
  auto const minutes = in.number(2, 0, 59);
  if (!minutes) return std::nullopt;
  return sign * (std::int64_t{*hours} * 60 + *minutes) * kMsPerMinute;
}

}  // namespace

std::optional<WallTime> parse_date(std::string_view text) noexcept {
  Cursor in(text);
  auto const day = read_day(in);
  if (!day) return std::nullopt;
  std::int64_t ms = *day * kMsPerDay;
  if (!in.at_end()) {
    if (!in.take('T') && !in.take(' ')) return std::nullopt;
    auto const time = read_time(in);
    auto const zone = time ? read_zone(in) : std::nullopt;
    if (!zone || !in.at_end()) return std::nullopt;
    ms += *time - *zone;
  }
  if (ms < -kFarthest || ms > kFarthest) return std::nullopt;
  return WallTime{ms};
}

std::string format_date(WallTime time) {
  auto const since_epoch = Millis(time.ms_since_epoch);
  auto const whole_days = std::chrono::floor<days>(since_epoch);
  auto const eras = whole_days.count() / 146'097;
  std::chrono::year_month_day const date{sys_days(whole_days - days(eras * 146'097))};
  auto const year = static_cast<int>(date.year()) + static_cast<int>(eras) * 400;
  std::chrono::hh_mm_ss const clock(since_epoch - whole_days);

  std::array<char, 48> text;
  char const* const format = year < 0      ? "-%06d-%02u-%02uT%02d:%02d:%02d.%03dZ"
                             : year > 9999 ? "+%06d-%02u-%02uT%02d:%02d:%02d.%03dZ"
                                           : "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ";
  int const length = std::snprintf(
      text.data(), text.size(), format, year < 0 ? -year : year,
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace archipelago::auth
