// One option: how its value is read, checked and shown.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "realm/options.hpp"

namespace archipelago::realm {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

std::string number(double value) {
  std::array<char, 32> text{};
  auto const [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} ? std::string(text.data(), end) : std::string("?");
}

/// Ranges read better without exponents.
std::string plain(double value) {
  return value == std::floor(value) && std::abs(value) < 1e15
             ? std::to_string(static_cast<std::int64_t>(value))
             : number(value);
}

std::string joined(std::vector<std::string> const& parts, std::string_view separator) {
  std::string text;
  for (auto const& part : parts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

template <class T>
bool parse_number(std::string_view text, T& value) {
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    auto const comma = std::min(text.find(','), text.size());
    auto part = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

std::string dashed(std::string name) {
  std::replace_if(name.begin(), name.end(), [](char c) { return c == '.' || c == '_'; }, '-');
  return name;
}

std::string environment_name(std::string_view name) {
  std::string text = "ARCHIPELAGO_";
  for (char const c : name)
    text += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

}  // namespace

Option::Option(std::string name, Target target, std::string help)
    : name_(std::move(name)),
      target_(target),
      help_(std::move(help)),
      flag_("--" + dashed(name_)),
      environment_{environment_name(name_)} {}

Option& Option::within(double least, double most) {
  least_ = least;
  most_ = most;
  return *this;
}

Option& Option::one_of(std::vector<std::string> choices) {
  choices_ = std::move(choices);
  return *this;
}

Option& Option::must(Rule rule, std::string expected) {
  rule_ = rule;
  expected_ = std::move(expected);
  return *this;
}

Option& Option::flag(std::string name) {
  flag_ = std::move(name);
  return *this;
}

Option& Option::env(std::string name) {
  environment_.push_back(std::move(name));
  return *this;
}

Option& Option::secret() {
  secret_ = true;
  flag_.clear();
  return *this;
}

std::string Option::expected() const {
  if (!choices_.empty()) return "one of " + joined(choices_, ", ");
  auto const range = " from " + plain(least_) + " to " + plain(most_);
  return std::visit(
      Overloaded{
          [&](std::string*) { return expected_.empty() ? std::string("a text") : expected_; },
          [](bool*) { return std::string("true or false"); },
          [&](std::int64_t*) { return "a whole number" + range; },
          [&](double*) { return "a number" + range; },
          [&](std::vector<std::string>*) { return "a list of " + expected_; },
      },
      target_);
}

std::string Option::shown() const {
  auto text = std::visit(Overloaded{
                             [](std::string* value) { return *value; },
                             [](bool* value) { return std::string(*value ? "true" : "false"); },
                             [](std::int64_t* value) { return std::to_string(*value); },
                             [](double* value) { return number(*value); },
                             [](std::vector<std::string>* value) { return joined(*value, ","); },
                         },
                         target_);
  return secret_ && !text.empty() ? "(set)" : text;
}

bool Option::parse(std::string_view text) {
  return std::visit(Overloaded{
                        [&](std::string*) { return assign(std::string(text)); },
                        [&](bool*) {
                          if (text == "true" || text == "1" || text.empty()) return assign(true);
                          return (text == "false" || text == "0") && assign(false);
                        },
                        [&](std::int64_t*) {
                          std::int64_t value = 0;
                          return parse_number(text, value) && assign(value);
                        },
                        [&](double*) {
                          double value = 0;
                          return parse_number(text, value) && assign(value);
                        },
                        [&](std::vector<std::string>*) { return assign(split(text)); },
                    },
                    target_);
}

bool Option::allowed(std::string_view text) const {
  if (!choices_.empty()) return std::find(choices_.begin(), choices_.end(), text) != choices_.end();
  return rule_ == nullptr || rule_(text);
}

bool Option::assign(std::string value) {
  auto* const* place = std::get_if<std::string*>(&target_);
  if (place == nullptr || !allowed(value)) return false;
  **place = std::move(value);
  return true;
}

bool Option::assign(bool value) {
  auto* const* place = std::get_if<bool*>(&target_);
  if (place == nullptr) return false;
  **place = value;
  return true;
}

bool Option::assign(std::int64_t value) {
  if (std::holds_alternative<double*>(target_)) return assign(static_cast<double>(value));
  auto* const* place = std::get_if<std::int64_t*>(&target_);
  auto const wide = static_cast<double>(value);
  if (place == nullptr || wide < least_ || wide > most_) return false;
  **place = value;
  return true;
}

bool Option::assign(double value) {
  auto* const* place = std::get_if<double*>(&target_);
  if (place == nullptr || !(value >= least_ && value <= most_)) return false;  // also refuses NaN
  **place = value;
  return true;
}

bool Option::assign(std::vector<std::string> value) {
  auto* const* place = std::get_if<std::vector<std::string>*>(&target_);
  if (place == nullptr) return false;
  if (!std::all_of(value.begin(), value.end(), [this](auto const& text) { return allowed(text); }))
    return false;
  **place = std::move(value);
  return true;
}

}  // namespace archipelago::realm
