// Writing a line of a trace.
#include <array>
#include <charconv>
#include <utility>

#include "sim/trace.hpp"

namespace archipelago::sim::trace {
namespace {

template <class Number>
void append_number(std::string& out, Number value) {
  std::array<char, 64> digits{};  // the shortest text that reads back to the same; -0 + 0 is 0
  auto const end =
      std::to_chars(digits.data(), digits.data() + digits.size(), value + Number{}).ptr;
  out.append(digits.data(), end);
}

template <class Names>
void append_names(std::string& out, Names const& names) {
  out += '[';
  for (bool first = true; auto const& name : names) {
    if (!std::exchange(first, false)) out += ',';
    append_quoted(out, name);
  }
  out += ']';
}

void append_text(std::string& out, std::string_view name, std::optional<std::string> const& text) {
  if (!text) return;
  out.append(",\"").append(name).append("\":");
  append_quoted(out, *text);
}

class Writer {
 public:
  explicit Writer(std::string& line) : out_(line) {}

  void operator()(Config const& config) const {
    out_ += R"({"op":"config","join":)";
    append_number(out_, config.join);
    out_ += ",\"leave\":";
    append_number(out_, config.leave);
    out_ += ",\"max\":";
    append_number(out_, config.max);
    append_text(out_, "policy", config.policy);
    if (config.churn_budget) {
      out_ += ",\"churn_budget\":";
      append_number(out_, *config.churn_budget);
    }
    append_text(out_, "ids", config.ids);
  }
  void operator()(Moves const& moves) const {
    out_ += R"({"op":"move","peers":[)";
    for (bool first = true; auto const& move : moves.players) {
      if (!std::exchange(first, false)) out_ += ',';
      append_move(out_, move.player, move.at, move.desired_room);
    }
    out_ += ']';
  }
  void operator()(Adopt const& adopt) const {
    out_ += R"({"op":"adopt","peers":[)";
    for (bool first = true; auto const& [move, island] : adopt.players) {
      if (!std::exchange(first, false)) out_ += ',';
      append_adoption(out_, move.player, move.at, island, move.desired_room);
    }
    out_ += ']';
  }
  void operator()(Leave const& leave) const {
    out_ += R"({"op":"leave","peers":)";
    append_names(out_, leave.players);
  }
  void operator()(Flush const& flush) const {
    out_ += R"({"op":"flush")";
    append_moment(flush);
  }
  void operator()(Place const& place) const {
    out_ += R"({"op":"place")";
    append_moment(place);
  }
  void operator()(Settle) const { out_ += R"({"op":"settle")"; }
  void operator()(Expect const& expect) const {
    out_ += R"({"op":"expect","islands":[)";
    for (bool first = true; auto const& island : expect.islands) {
      if (!std::exchange(first, false)) out_ += ',';
      append_names(out_, island);
    }
    out_ += ']';
  }

 private:
  template <class Moment>
  void append_moment(Moment const& moment) const {
    if (moment.now) {
      out_ += ",\"now\":";
      append_number(out_, moment.now->count());
    }
    append_text(out_, "hash", moment.hash);
  }

  std::string& out_;
};

/// What entries begin with; they are not closed.
void append_stand(std::string& out, std::string_view player, engine::Position at) {
  out += '[';
  append_quoted(out, player);
  for (float const coordinate : {at.x, at.y, at.z}) {
    out += ',';
    append_number(out, coordinate);
  }
}

void end_entry(std::string& out, std::optional<std::string_view> desired_room) {
  if (desired_room) {
    out += ',';
    append_quoted(out, *desired_room);
  }
  out += ']';
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
  constexpr unsigned char kFirstPrintable = 0x20;
  out += '"';
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < kFirstPrintable) {
      out += "\\u00";
      out += "0123456789abcdef"[byte >> 4U];
      out += "0123456789abcdef"[byte & 15U];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_move(std::string& out, std::string_view player, engine::Position at,
                 std::optional<std::string_view> desired_room) {
  append_stand(out, player, at);
  end_entry(out, desired_room);
}

void append_adoption(std::string& out, std::string_view player, engine::Position at,
                     std::string_view island, std::optional<std::string_view> desired_room) {
  append_stand(out, player, at);
  out += ',';
  append_quoted(out, island);
  end_entry(out, desired_room);
}

std::string write_step(Step const& step) {
  std::string line;
  std::visit(Writer(line), step);
  line += "}\n";
  return line;
}

Partition partition(engine::Engine const& engine) {
  Partition islands;
  engine.each_island([&](engine::IslandView const& island) {
    std::set<std::string> members;
    for (auto const& m : island.members) members.emplace(m.player);
    islands.insert(std::move(members));
  });
  return islands;
}

}  // namespace archipelago::sim::trace
