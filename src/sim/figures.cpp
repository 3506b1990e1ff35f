// Figures as text.
#include "sim/figures.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "sim/trace.hpp"

namespace archipelago::sim {
namespace {

std::string number(double value) {
  std::array<char, 64> text{};
  auto const length = std::snprintf(text.data(), text.size(), "%.6g", value);
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

std::string fixed(double value, int digits) {
  std::array<char, 64> text{};
  auto const length = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return {text.data(), static_cast<std::size_t>(length)};
}

JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
  std::string quoted;
  trace::append_quoted(quoted, value);
  return raw(name, quoted);
}

JsonObject& JsonObject::real(std::string_view name, double value) {
  return raw(name, number(value));
}

JsonObject& JsonObject::whole(std::string_view name, std::uint64_t value) {
  return raw(name, std::to_string(value));
}

JsonObject& JsonObject::object(std::string_view name, JsonObject const& value) {
  return raw(name, value.done());
}

void JsonObject::append_item(std::string& list, std::string_view value) {
  if (!list.empty()) list += ',';
  trace::append_quoted(list, value);
}

JsonObject& JsonObject::raw(std::string_view name, std::string const& value) {
  if (json_.size() > 1) json_ += ',';
  trace::append_quoted(json_, name);
  json_ += ':';
  json_ += value;
  return *this;
}

std::string row(std::string name, std::string const& value) {
  constexpr std::size_t kWidth = 28;
  name.resize(std::max(kWidth, name.size() + 1), ' ');
  return name + value + "\n";
}

}  // namespace archipelago::sim
