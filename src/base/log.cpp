#include "base/log.hpp"

#include <atomic>
#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace archipelago::log {
namespace {

std::atomic<Level> threshold{Level::info};
std::atomic<bool> json{false};

constexpr auto kTextPattern = "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
constexpr auto kJsonPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

spdlog::logger& sink() {
  static auto const logger = [] {
    auto made = std::make_shared<spdlog::logger>("archipelago",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_level(spdlog::level::debug);
    made->set_pattern(kTextPattern, spdlog::pattern_time_type::utc);
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *logger;
}

/// JSON string escapes serve both formats.
void append_quoted(std::string& out, std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  out += '"';
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      out += "\\u00";
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_value(std::string& out, Field const& field) {
  if (auto const* text = std::get_if<std::string_view>(&field.value))
    return append_quoted(out, *text);
  if (auto const* whole = std::get_if<std::int64_t>(&field.value)) {
    out += std::to_string(*whole);
    return;
  }
  out += fmt::format("{:.3f}", std::get<double>(field.value));
}

std::string as_text(std::string_view area, std::string_view event,
                    std::initializer_list<Field> fields) {
  std::string line = fmt::format("{} {}", area, event);
  for (auto const& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    append_value(line, field);
  }
  return line;
}

std::string as_json(std::string_view area, std::string_view event,
                    std::initializer_list<Field> fields) {
  std::string line = fmt::format(R"("area":"{}","event":"{}")", area, event);
  for (auto const& field : fields) {
    line += fmt::format(R"(,"{}":)", field.key);
    append_value(line, field);
  }
  return line;
}

spdlog::level::level_enum spd_level(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

void set_level(Level level) noexcept {
  threshold = level;
}

void use_json(bool on) noexcept {
  json = on;
  sink().set_pattern(on ? kJsonPattern : kTextPattern, spdlog::pattern_time_type::utc);
}

void write(Level level, std::string_view area, std::string_view event,
           std::initializer_list<Field> fields) {
  if (level < threshold.load(std::memory_order_relaxed)) return;
  auto const line = json ? as_json(area, event, fields) : as_text(area, event, fields);
  sink().log(spd_level(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace archipelago::log
