// The table of options: the only place where an option's name, type, range and help exist.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "realm/config.hpp"

namespace archipelago::realm {

/// One option bound to its place in a Config, which must outlive it.
class Option {
 public:
  using Target =
      std::variant<std::string*, bool*, std::int64_t*, double*, std::vector<std::string>*>;
  using Rule = bool (*)(std::string_view);

  Option(std::string name, Target target, std::string help);

  // Declaration, fluent.
  Option& within(double least, double most);
  Option& one_of(std::vector<std::string> choices);
  Option& must(Rule rule, std::string expected);  ///< of a text, or of each text of a list
  Option& flag(std::string name);                 ///< instead of the name with dashes
  Option& env(std::string name);                  ///< one more name, e.g. a known service's
  Option& secret();                               ///< from environment or file only, never shown

  [[nodiscard]] std::string const& name() const { return name_; }
  [[nodiscard]] std::string const& help() const { return help_; }
  [[nodiscard]] std::string const& flag() const { return flag_; }  ///< "" for secrets
  [[nodiscard]] std::vector<std::string> const& environment() const { return environment_; }
  [[nodiscard]] bool is_secret() const { return secret_; }
  [[nodiscard]] bool is_switch() const { return std::holds_alternative<bool*>(target_); }
  [[nodiscard]] Target const& target() const { return target_; }

  /// What a value may be: "a whole number from 1 to 65535".
  [[nodiscard]] std::string expected() const;
  /// The present value, as one would write it in a flag; secrets as `(set)` or "".
  [[nodiscard]] std::string shown() const;

  /// Sets the value from text; false (and unchanged) when it is not one of the expected.
  [[nodiscard]] bool parse(std::string_view text);
  // The same from typed values of a file; false when the type does not fit either.
  [[nodiscard]] bool assign(std::string value);
  [[nodiscard]] bool assign(bool value);
  [[nodiscard]] bool assign(std::int64_t value);
  [[nodiscard]] bool assign(double value);
  [[nodiscard]] bool assign(std::vector<std::string> value);

 private:
  [[nodiscard]] bool allowed(std::string_view text) const;

  std::string name_;
  Target target_;
  std::string help_;
  std::string flag_;
  std::vector<std::string> environment_;
  double least_ = 0;
  double most_ = 0;
  std::vector<std::string> choices_;
  Rule rule_ = nullptr;
  std::string expected_;
  bool secret_ = false;
};

/// Every option, in the order of docs/CONFIG.md, bound to `config`.
std::vector<Option> options(Config& config);

}  // namespace archipelago::realm
