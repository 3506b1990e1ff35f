// Answers as lines.
#include "sim/answer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace archipelago::sim {
namespace {

void append_id(std::string& out, std::string_view id) {
  if (id.empty())
    out += "null";
  else
    trace::append_quoted(out, id);
}

void append_islands(std::string& out, engine::Engine const& engine) {
  out += ",\"islands\":{";
  engine.each_island([&, first = true](engine::IslandView const& island) mutable {
    if (!std::exchange(first, false)) out += ',';
    trace::append_quoted(out, island.id);
    out += ":[";
    for (std::size_t i = 0; i < island.members.size(); ++i) {
      if (i > 0) out += ',';
      trace::append_quoted(out, island.members[i].player);
    }
    out += ']';
  });
  out += '}';
}

template <class Changes>
void append_changes(std::string& line, Changes const& changes) {
  line += "\"changes\":[";
  for (bool first = true; auto const& change : changes) {
    line += std::exchange(first, false) ? R"({"peer":)" : R"(,{"peer":)";
    trace::append_quoted(line, change.player);
    line += ",\"island\":";
    append_id(line, change.to);
    line += ",\"from\":";
    append_id(line, change.from);
    line += '}';
  }
  line += ']';
}

template <class Changes>
std::string line_of(std::size_t n, Changes const& changes, engine::Engine const* with_islands) {
  auto line = R"({"op":"flush","n":)" + std::to_string(n) + ",";
  append_changes(line, changes);
  if (with_islands != nullptr) append_islands(line, *with_islands);
  return line + "}\n";
}

void append_difference(std::string& out, trace::Partition const& these,
                       trace::Partition const& without) {
  out += '[';
  for (bool first = true; auto const& island : these) {
    if (without.contains(island)) continue;
    out += std::exchange(first, false) ? "[" : ",[";
    for (bool first_name = true; auto const& name : island) {
      if (!std::exchange(first_name, false)) out += ',';
      trace::append_quoted(out, name);
    }
    out += ']';
  }
  out += ']';
}

}  // namespace

void NetChanges::add(std::span<engine::Change const> changes) {
  for (auto const& change : changes) {
    if (auto const known = place_.find(change.player); known != place_.end()) {
      changes_[known->second].to = change.to;
      continue;
    }
    place_.emplace(change.player, changes_.size());
    changes_.push_back(
        {std::string(change.player), std::string(change.to), std::string(change.from)});
  }
}

std::vector<OwnedChange> NetChanges::take() {
  std::erase_if(changes_, [](OwnedChange const& c) { return c.to == c.from; });
  place_.clear();
  return std::exchange(changes_, {});
}

std::string flush_line(std::size_t n, std::span<OwnedChange const> changes,
                       engine::Engine const* with_islands) {
  return line_of(n, changes, with_islands);
}

std::string flush_line(std::size_t n, std::span<engine::Change const> changes,
                       engine::Engine const* with_islands) {
  return line_of(n, changes, with_islands);
}

std::string place_line(std::span<engine::Change const> changes) {
  std::string line = R"({"op":"place",)";
  append_changes(line, changes);
  return line + "}\n";
}

std::string mismatch_line(std::size_t line, trace::Partition const& wanted,
                          trace::Partition const& is) {
  auto out = R"({"op":"expect","line":)" + std::to_string(line) + ",\"missing\":";
  append_difference(out, wanted, is);
  out += ",\"unexpected\":";
  append_difference(out, is, wanted);
  return out + "}\n";
}

}  // namespace archipelago::sim
