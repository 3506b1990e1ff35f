// What the sections of the table of options are written with.
#pragma once

#include <string>
#include <string_view>
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

/// An IP address or a CIDR block.
bool is_address_block(std::string_view text);

/// The sections [process], [nats], [comms], [rooms], [backends], [simulator], [livekit], [limits]
/// and [metrics].
void describe_process(Table option, Config::Process& process);
void describe_nats(Table option, Config::Nats& nats);
void describe_comms(Table option, Config::Comms& comms);
void describe_rooms(Table option, Config::Rooms& rooms);
void describe_backends(Table option, Config::Backends& backends);
void describe_simulator(Table option, Config::Simulator& simulator);
void describe_livekit(Table option, Config::LiveKit& livekit);
void describe_limits(Table option, Config::Limits& limits);
void describe_metrics(Table option, Config::Metrics& metrics);

}  // namespace archipelago::realm
