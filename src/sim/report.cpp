// Figures as text.
#include "sim/report.hpp"

#include "sim/figures.hpp"

namespace archipelago::sim {
namespace {

JsonObject counts_of(std::map<std::string, std::uint64_t> const& counts) {
  JsonObject object;
  for (auto const& [name, count] : counts) object.whole(name, count);
  return object;
}

JsonObject wishes_of(WishFigures const& w) {
  return JsonObject()
      .whole("asked", w.asked)
      .whole("honoured", w.honoured)
      .whole("late", w.late)
      .whole("withdrawn", w.withdrawn)
      .whole("possible", w.possible)
      .whole("possible_honoured", w.possible_honoured)
      .object("refused", counts_of(w.refused));
}

std::string wish_rows(WishFigures const& w) {
  if (w.asked == 0) return "";
  auto text = row("wishes to join a friend",
                  std::to_string(w.asked) + " asked, " + std::to_string(w.honoured) +
                      " honoured within 3 flushes, " + std::to_string(w.late) + " later");
  text += row("  with a seat when asked", std::to_string(w.possible_honoured) + " of " +
                                              std::to_string(w.possible) + " honoured");
  for (auto const& [reason, count] : w.refused)
    text += row("  refused: " + reason, std::to_string(count));
  return text;
}

}  // namespace

std::string to_json(Report const& r) {
  return JsonObject()
             .text("op", "report")
             .text("policy", r.policy)
             .text("world", r.world)
             .whole("players", r.players)
             .whole("flushes", r.flushes)
             .whole("warmup", r.warmup)
             .object("flush_ms",
                     JsonObject().real("p50", r.flush_p50_ms).real("p99", r.flush_p99_ms))
             .object("report_ms", JsonObject().real("p50", r.report_p50_ms))
             .object("recall10", JsonObject().real("mean", r.recall_mean).real("p10", r.recall_p10))
             .real("churn_per_player_minute", r.churn)
             .object("changes", counts_of(r.changes))
             .real("free_seat", r.free_seat)
             .whole("islands", r.islands)
             .object("size", JsonObject()
                                 .whole("p50", r.size_p50)
                                 .whole("p90", r.size_p90)
                                 .whole("max", r.size_max))
             .whole("refused_reports", r.refused)
             .object("wishes", wishes_of(r.wishes))
             .text("hash", r.hash)
             .done() +
         "\n";
}

std::string to_table(Report const& r) {
  auto text = row("policy", r.policy) + row("world", r.world) +
              row("players", std::to_string(r.players)) +
              row("flushes",
                  std::to_string(r.flushes) + " measured, " + std::to_string(r.warmup) + " before");
  text += row("recall@10", fixed(r.recall_mean, 3) + " mean, " + fixed(r.recall_p10, 3) + " p10");
  text += row("changes of island", fixed(r.churn, 3) + " per player and minute");
  for (auto const& [cause, count] : r.changes) text += row("  " + cause, std::to_string(count));
  text += row("islands", std::to_string(r.islands) + " of " + std::to_string(r.size_p50) +
                             " (p50), " + std::to_string(r.size_p90) + " (p90), " +
                             std::to_string(r.size_max) + " (largest) players");
  text += row("players with a free seat", fixed(100 * r.free_seat, 1) + " %");
  text += row("CPU time of a flush",
              fixed(r.flush_p50_ms, 3) + " ms p50, " + fixed(r.flush_p99_ms, 3) + " ms p99");
  if (r.refused > 0) text += row("refused reports", std::to_string(r.refused));
  return text + wish_rows(r.wishes) + row("hash of all changes", r.hash);
}

}  // namespace archipelago::sim
