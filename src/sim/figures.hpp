// Figures as text: JSON objects in one line, and tables for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace archipelago::sim {

/// `digits` after the point.
[[nodiscard]] std::string fixed(double value, int digits);

/// One JSON object, member by member; numbers as people write them. Names are not checked for
/// repetition.
class JsonObject {
 public:
  JsonObject& text(std::string_view name, std::string_view value);
  JsonObject& real(std::string_view name, double value);  ///< finite; six digits
  JsonObject& whole(std::string_view name, std::uint64_t value);
  JsonObject& object(std::string_view name, JsonObject const& value);
  JsonObject& texts(std::string_view name, auto const& values) {
    std::string list;
    for (auto const& value : values) append_item(list, value);
    return raw(name, "[" + list + "]");
  }
  [[nodiscard]] std::string done() const { return json_ + "}"; }

 private:
  static void append_item(std::string& list, std::string_view value);
  JsonObject& raw(std::string_view name, std::string const& value);
  std::string json_ = "{";
};

/// One line of a table, with its line feed.
[[nodiscard]] std::string row(std::string name, std::string const& value);

}  // namespace archipelago::sim
