// The report as a screen for people.

#include "sim/figures.hpp"
#include "swarm/report.hpp"

namespace archipelago::swarm {
namespace {

using sim::fixed;
using sim::row;

std::string number(std::uint64_t value) {
  auto text = std::to_string(value);
  for (auto at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ' ');
  return text;
}

std::string mebibytes(std::uint64_t bytes) {
  return fixed(static_cast<double>(bytes) / (1 << 20), 1) + " MiB";
}

std::string times(Histogram const& all) {
  if (all.count() == 0) return "none";
  return in_words(all.quantile(0.5)) + " p50, " + in_words(all.quantile(0.99)) + " p99, " +
         in_words(all.max()) + " longest";
}

std::string stream_rows(std::string const& name, StreamMeters const& all) {
  if (all.sent + all.unsent + all.delivered == 0) return "";
  auto text = row(name, number(all.sent) + " sent, " + number(all.delivered) + " delivered, " +
                            number(all.lost) + " lost, " + number(all.doubled) + " doubled");
  if (all.unsent > 0) text += row("  without a room", number(all.unsent));
  return text + row("  from sender to receiver", times(all.latency));
}

std::string reason_rows(std::string const& name, Reasons const& counts) {
  std::string text;
  for (auto const& reason : reasons())
    if (auto const count = counts.count(reason.code); count > 0)
      text += row(name + ": " + std::string(reason.label), number(count));
  return text;
}

std::string process_rows(ProcessFigures const& process, std::size_t players, double seconds) {
  auto const grown =
      process.rss_end > process.rss_before ? process.rss_end - process.rss_before : 0;
  auto text =
      row("the swarm itself", fixed(process.cpu_seconds, 1) + " s of CPU time (" +
                                  fixed(seconds > 0 ? 100 * process.cpu_seconds / seconds : 0, 0) +
                                  " % of a core), waited " + fixed(process.cpu_wait_seconds, 1) +
                                  " s for a core");
  text += row(
      "  memory",
      mebibytes(process.rss_end) + " in the end, " + mebibytes(process.rss_most) + " at most, " +
          fixed(static_cast<double>(grown) / 1024 / static_cast<double>(players > 0 ? players : 1),
                1) +
          " KiB a player");
  return text + row("  descriptors", number(process.files_most) + " at most, " +
                                         number(process.files_left) + " left over");
}

}  // namespace

std::string in_words(Micros took) {
  auto const count = static_cast<double>(took.count());
  if (count < 1e4) return fixed(count / 1e3, 2) + " ms";
  if (count < 1e6) return fixed(count / 1e3, 0) + " ms";
  return fixed(count / 1e6, 2) + " s";
}

std::string to_table(Report const& report) {
  auto const& m = report.meters;
  auto const ramp = static_cast<double>(m.entered_last.count()) / 1e6;
  auto text = row("realm", report.realm) + row("world", report.world);
  if (report.scene != Scene::none) text += row("scene", std::string(name_of(report.scene)));
  text += row("players", number(report.players) + " for " + fixed(report.seconds, 1) + " s" +
                             (report.interrupted ? ", interrupted" : ""));
  text += row("in the end", number(report.end.online) + " online, " + number(report.end.on_island) +
                                " on islands, " + number(report.end.in_room) + " in rooms, " +
                                number(report.end.missing) + " missing");
  text += row("logins", number(m.logins) +
                            (ramp > 0 ? ", " + fixed(static_cast<double>(m.entered) / ramp, 1) +
                                            " newcomers a second"
                                      : ""));
  text += row("  login", times(m.login));
  text += row("  first island", times(m.first_island));
  text += row("changes of island", number(m.island_changes));
  text += row("rooms entered", number(m.room_joins));
  text += row("  from island to room", times(m.room_join));
  if (m.turnover > 0) text += row("left and replaced", number(m.turnover));
  if (m.cuts > 0) text += row("links cut", number(m.cuts));
  text +=
      stream_rows("chat (reliable)", m.chat) + stream_rows("positions (unreliable)", m.positions);
  text += reason_rows("login refused", m.refusals) + reason_rows("session ended", m.disconnects) +
          reason_rows("room failed", m.room_failures) + reason_rows("after a cut", m.after_cuts);
  if (m.strangers > 0) text += row("strangers' messages", number(m.strangers));
  text += row("the swarm's own delay", times(m.lag));
  text += process_rows(report.process, report.players, report.seconds);
  for (auto const& line : unexpected(report)) text += row("unexpected", line);
  return text;
}

}  // namespace archipelago::swarm
