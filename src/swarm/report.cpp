// Judgement and JSON.
#include "swarm/report.hpp"

#include "sim/figures.hpp"

namespace archipelago::swarm {
namespace {

using sim::JsonObject;

double millis(Micros took) {
  return static_cast<double>(took.count()) / 1e3;
}

JsonObject json(Histogram const& times) {
  return JsonObject()
      .whole("count", times.count())
      .real("p50", millis(times.quantile(0.5)))
      .real("p99", millis(times.quantile(0.99)))
      .real("max", millis(times.max()));
}

JsonObject json(Reasons const& counts) {
  JsonObject object;
  for (auto const& row : reasons())
    if (auto const count = counts.count(row.code); count > 0) object.whole(row.label, count);
  return object;
}

JsonObject json(StreamMeters const& stream) {
  return JsonObject()
      .whole("sent", stream.sent)
      .whole("unsent", stream.unsent)
      .whole("addressed", stream.addressed)
      .whole("delivered", stream.delivered)
      .whole("lost", stream.lost)
      .whole("doubled", stream.doubled)
      .object("latency_ms", json(stream.latency));
}

JsonObject json(Population const& all) {
  return JsonObject()
      .whole("wanted", all.wanted)
      .whole("online", all.online)
      .whole("on_island", all.on_island)
      .whole("in_room", all.in_room)
      .whole("missing", all.missing);
}

JsonObject json(ProcessFigures const& process) {
  return JsonObject()
      .real("cpu_seconds", process.cpu_seconds)
      .real("cpu_wait_seconds", process.cpu_wait_seconds)
      .whole("rss_before", process.rss_before)
      .whole("rss_most", process.rss_most)
      .whole("rss_end", process.rss_end)
      .whole("files_most", process.files_most)
      .whole("files_left", process.files_left);
}

/// Collects lines, each about something that happened more than 0 times.
class Findings {
 public:
  void add(std::uint64_t times, std::string const& what) {
    if (times > 0) lines_.push_back(what + ": " + std::to_string(times));
  }
  void add(Reasons const& counts, std::string const& what) {
    for (auto const& row : reasons())
      add(counts.count(row.code), what + " (" + std::string(row.label) + ")");
  }
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> unexpected(Report const& report) {
  Findings found;
  auto const& meters = report.meters;
  found.add(report.end.missing, "players who were in no room in the end");
  if (meters.entered == 0) found.lines_.emplace_back("nobody came in");
  bool const storm = report.scene == Scene::login_storm;
  if (!storm) found.add(meters.refusals, "logins refused");
  if (storm) found.add(meters.refusals.for_good(), "logins refused for good");
  found.add(meters.disconnects, "sessions ended");
  if (!storm) found.add(meters.room_failures, "rooms failed");
  if (storm) found.add(meters.room_failures.for_good(), "rooms failed for good");
  found.add(meters.after_cuts.for_good(), "refused for good after a cut");
  found.add(meters.chat.lost, "reliable messages lost");
  found.add(meters.chat.doubled, "reliable messages that came twice");
  found.add(meters.positions.doubled, "positions that came twice");
  found.add(meters.forged, "messages under another player's name");
  for (auto const& host : meters.forbidden)
    found.lines_.push_back("the realm leads to " + host +
                           ", which is not this machine (--allow-remote)");
  return found.lines_;
}

std::string to_json(Report const& report) {
  auto const& m = report.meters;
  auto const ramp = static_cast<double>(m.entered_last.count()) / 1e6;
  return JsonObject()
             .text("op", "report")
             .text("realm", report.realm)
             .text("world", report.world)
             .text("scene", name_of(report.scene))
             .whole("players", report.players)
             .real("seconds", report.seconds)
             .whole("interrupted", report.interrupted ? 1 : 0)
             .object("end", json(report.end))
             .whole("logins", m.logins)
             .whole("entered", m.entered)
             .real("logins_per_second", ramp > 0 ? static_cast<double>(m.entered) / ramp : 0.0)
             .object("login_ms", json(m.login))
             .whole("first_islands", m.first_islands)
             .object("first_island_ms", json(m.first_island))
             .whole("island_changes", m.island_changes)
             .whole("room_joins", m.room_joins)
             .object("room_join_ms", json(m.room_join))
             .whole("turnover", m.turnover)
             .whole("cuts", m.cuts)
             .object("chat", json(m.chat))
             .object("positions", json(m.positions))
             .object("refusals", json(m.refusals))
             .object("disconnects", json(m.disconnects))
             .object("room_failures", json(m.room_failures))
             .object("after_cuts", json(m.after_cuts))
             .whole("strangers", m.strangers)
             .whole("forged", m.forged)
             .object("own_lag_ms", json(m.lag))
             .object("process", json(report.process))
             .texts("unexpected", unexpected(report))
             .done() +
         "\n";
}

}  // namespace archipelago::swarm
