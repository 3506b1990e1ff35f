// Structured lines for operators, on stderr: `time level area event key=value …`.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace archipelago::log {

enum class Level : std::uint8_t { debug, info, warn, error };

struct Field {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double> value;

  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, std::string const& v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, char const* v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, double v) : key(k), value(v) {}
  template <std::integral I>
  Field(std::string_view k, I v) : key(k), value(static_cast<std::int64_t>(v)) {}
};

/// Below this nothing is written. Any thread.
void set_level(Level level) noexcept;
/// JSON lines instead of text. Call before the first line.
void use_json(bool on) noexcept;

/// Never pass payloads, signatures, tokens or keys. Values are quoted and control characters
/// escaped, so that a peer's text cannot forge a line. Any thread.
void write(Level level, std::string_view area, std::string_view event,
           std::initializer_list<Field> fields = {});

inline void debug(std::string_view area, std::string_view event,
                  std::initializer_list<Field> fields = {}) {
  write(Level::debug, area, event, fields);
}
inline void info(std::string_view area, std::string_view event,
                 std::initializer_list<Field> fields = {}) {
  write(Level::info, area, event, fields);
}
inline void warn(std::string_view area, std::string_view event,
                 std::initializer_list<Field> fields = {}) {
  write(Level::warn, area, event, fields);
}
inline void error(std::string_view area, std::string_view event,
                  std::initializer_list<Field> fields = {}) {
  write(Level::error, area, event, fields);
}

}  // namespace archipelago::log
