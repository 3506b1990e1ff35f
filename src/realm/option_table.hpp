// How the sections of the table of options are written.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "realm/options.hpp"

namespace archipelago::realm {

/// Collects rows, so that a section below reads as a list.
class Table {
 public:
  explicit Table(std::vector<Option>& rows) : rows_(rows) {}
  template <class T>
  Option& operator()(std::string name, T& place, std::string help) {
    return rows_.emplace_back(std::move(name), Option::Target(&place), std::move(help));
  }

 private:
  std::vector<Option>& rows_;
};

void describe_rooms(Table option, Config::Rooms& rooms);
void describe_limits(Table option, Config::Limits& limits);

}  // namespace archipelago::realm
