// Reading a line of a trace. Whatever stands in it, the answer is a step or one sentence.
#include <array>
#include <cmath>
#include <utility>

#include <boost/json.hpp>

#include "sim/trace.hpp"

namespace archipelago::sim::trace {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 8;

auto wrong(std::string detail) {
  return fail(Errc::malformed_json, std::move(detail));
}

json::value const* member(json::object const& line, std::string_view name) {
  return line.if_contains(json::string_view(name.data(), name.size()));
}

std::optional<double> number(json::value const* value) {
  if (value == nullptr || !value->is_number()) return std::nullopt;
  boost::system::error_code error;
  auto const n = value->to_number<double>(error);
  if (error) return std::nullopt;
  return n;
}

std::optional<std::string> text(json::value const* value) {
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::string quoted(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}

Result<std::vector<std::string>> names(json::value const* list, std::string const& of) {
  if (list == nullptr || !list->is_array()) return wrong(of + " must be an array of ids");
  std::vector<std::string> all;
  all.reserve(list->get_array().size());
  for (auto const& entry : list->get_array()) {
    auto name = text(&entry);
    if (!name) return wrong(of + " must be an array of ids");
    all.push_back(std::move(*name));
  }
  return all;
}

/// [id, x, y, z], and a room where `room_at` says; `least` entries.
Result<Move> read_stand(json::value const& entry, std::size_t least, std::size_t room_at,
                        char const* shape) {
  auto const* const list = entry.if_array();
  if (list == nullptr || list->size() < least || list->size() > room_at + 1) return wrong(shape);
  Move move;
  auto id = text(&(*list)[0]);
  std::array<std::optional<double>, 3> const at{number(&(*list)[1]), number(&(*list)[2]),
                                                number(&(*list)[3])};
  if (!id || !at[0] || !at[1] || !at[2]) return wrong(shape);
  move.player = std::move(*id);
  move.at = {static_cast<float>(*at[0]), static_cast<float>(*at[1]), static_cast<float>(*at[2])};
  if (list->size() > room_at && !(*list)[room_at].is_null()) {
    move.desired_room = text(&(*list)[room_at]);
    if (!move.desired_room) return wrong(shape);
  }
  return move;
}

Result<Move> read_move(json::value const& entry) {
  return read_stand(entry, 4, 4, "each of \"peers\" must be [id, x, y, z] or [id, x, y, z, room]");
}

Result<Adoption> read_adoption(json::value const& entry) {
  constexpr auto kShape =
      "each of \"peers\" must be [id, x, y, z, island] or [id, x, y, z, island, room]";
  auto player = read_stand(entry, 5, 5, kShape);
  if (!player) return tl::unexpected(player.error());
  auto island = text(&entry.get_array()[4]);
  if (!island) return wrong(kShape);
  return Adoption{std::move(*player), std::move(*island)};
}

/// "peers": entries of one kind.
template <class Of, class Entry>
Result<Step> read_peers(json::object const& line, Result<Entry> (*read)(json::value const&)) {
  auto const* const peers = member(line, "peers");
  if (peers == nullptr || !peers->is_array()) return wrong("\"peers\" must be an array");
  Of all;
  all.players.reserve(peers->get_array().size());
  for (auto const& each : peers->get_array()) {
    auto entry = read(each);
    if (!entry) return tl::unexpected(entry.error());
    all.players.push_back(std::move(*entry));
  }
  return all;
}

Result<Step> read_moves(json::object const& line) {
  return read_peers<Moves>(line, read_move);
}

Result<Step> read_adoptions(json::object const& line) {
  return read_peers<Adopt>(line, read_adoption);
}

Result<Step> read_leave(json::object const& line) {
  auto players = names(member(line, "peers"), "\"peers\"");
  if (!players) return tl::unexpected(players.error());
  return Leave{std::move(*players)};
}

/// Absent is fine, another type is not.
Result<> optional_text(json::object const& line, std::string_view name,
                       std::optional<std::string>& into) {
  auto const* const value = member(line, name);
  if (value == nullptr) return {};
  into = text(value);
  if (!into) return wrong(quoted(name) + " must be a text");
  return {};
}

Result<Step> read_config(json::object const& line) {
  auto const join = number(member(line, "join")), leave = number(member(line, "leave")),
             max = number(member(line, "max"));
  if (!join || !leave || !max) return wrong("\"join\", \"leave\" and \"max\" must be numbers");
  if (!(*max >= 0 && *max <= 4'294'967'295.0) || *max != std::floor(*max))
    return wrong("\"max\" must be a whole number");
  Config config{.join = static_cast<float>(*join),
                .leave = static_cast<float>(*leave),
                .max = static_cast<std::uint32_t>(*max),
                .policy = {},
                .churn_budget = {},
                .ids = {}};
  if (auto ok = optional_text(line, "policy", config.policy); !ok)
    return tl::unexpected(ok.error());
  if (auto ok = optional_text(line, "ids", config.ids); !ok) return tl::unexpected(ok.error());
  if (auto const* const budget = member(line, "churn_budget")) {
    config.churn_budget = number(budget);
    if (!config.churn_budget) return wrong("\"churn_budget\" must be a number");
  }
  return config;
}

/// A flush or a placement: when, and which hash was recorded.
template <class Moment>
Result<Step> read_moment(json::object const& line) {
  constexpr double kMostMs = 1e15;
  Moment moment;
  if (auto ok = optional_text(line, "hash", moment.hash); !ok) return tl::unexpected(ok.error());
  if (auto const* const now = member(line, "now")) {
    auto const ms = number(now);
    if (!ms || !(*ms >= 0 && *ms <= kMostMs) || *ms != std::floor(*ms))
      return wrong("\"now\" must be a whole number of milliseconds");
    moment.now = Millis(static_cast<std::int64_t>(*ms));
  }
  return moment;
}

Result<Step> read_settle(json::object const& /*line*/) {
  return Settle{};
}

Result<Step> read_expect(json::object const& line) {
  auto const* const islands = member(line, "islands");
  if (islands == nullptr || !islands->is_array()) return wrong("\"islands\" must be an array");
  Expect expect;
  for (auto const& island : islands->get_array()) {
    auto members = names(&island, "each of \"islands\"");
    if (!members) return tl::unexpected(members.error());
    expect.islands.emplace(members->begin(), members->end());
  }
  return expect;
}

struct Op {
  std::string_view name;
  Result<Step> (*read)(json::object const&);
};
constexpr std::array kOps{Op{"config", read_config},       Op{"move", read_moves},
                          Op{"adopt", read_adoptions},     Op{"leave", read_leave},
                          Op{"flush", read_moment<Flush>}, Op{"place", read_moment<Place>},
                          Op{"settle", read_settle},       Op{"expect", read_expect}};

}  // namespace

Result<Step> read_step(std::string_view line) {
  if (line.size() > kMaxLineBytes) return wrong("the line is too long");
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::monotonic_resource memory;
  boost::system::error_code error;
  auto const parsed =
      json::parse(json::string_view(line.data(), line.size()), error, &memory, options);
  if (error) return wrong("not JSON: " + error.message());
  auto const* const object = parsed.if_object();
  if (object == nullptr) return wrong("must be an object");
  auto const name = text(member(*object, "op"));
  if (!name) return wrong("\"op\" must be a text");
  for (auto const& op : kOps)
    if (op.name == *name) return op.read(*object);
  return wrong("\"op\" must be config, move, adopt, leave, flush, place, settle or expect");
}

}  // namespace archipelago::sim::trace
