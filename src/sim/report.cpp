// Figures as text.
#include "sim/report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include <boost/json.hpp>

namespace archipelago::sim {
namespace {

namespace json = boost::json;

std::string fixed(double value, int digits) {
  std::array<char, 64> text{};
  auto const length = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return {text.data(), static_cast<std::size_t>(length)};
}

json::object wishes_of(WishFigures const& w) {
  json::object refused;
  for (auto const& [reason, count] : w.refused) refused[reason] = count;
  return {{"asked", w.asked},
          {"honoured", w.honoured},
          {"late", w.late},
          {"possible", w.possible},
          {"possible_honoured", w.possible_honoured},
          {"refused", std::move(refused)}};
}

std::string row(std::string name, std::string const& value) {
  constexpr std::size_t kWidth = 28;
  name.resize(std::max(kWidth, name.size() + 1), ' ');
  return name + value + "\n";
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
  json::object const all{{"op", "report"},
                         {"policy", r.policy},
                         {"world", r.world},
                         {"players", r.players},
                         {"flushes", r.flushes},
                         {"warmup", r.warmup},
                         {"flush_ms", {{"p50", r.flush_p50_ms}, {"p99", r.flush_p99_ms}}},
                         {"report_ms", {{"p50", r.report_p50_ms}}},
                         {"recall10", {{"mean", r.recall_mean}, {"p10", r.recall_p10}}},
                         {"churn_per_player_minute", r.churn},
                         {"free_seat", r.free_seat},
                         {"islands", r.islands},
                         {"size", {{"p50", r.size_p50}, {"p90", r.size_p90}, {"max", r.size_max}}},
                         {"refused_reports", r.refused},
                         {"wishes", wishes_of(r.wishes)},
                         {"hash", r.hash}};
  return json::serialize(all) + "\n";
}

std::string to_table(Report const& r) {
  auto text = row("policy", r.policy) + row("world", r.world) +
              row("players", std::to_string(r.players)) +
              row("flushes",
                  std::to_string(r.flushes) + " measured, " + std::to_string(r.warmup) + " before");
  text += row("recall@10", fixed(r.recall_mean, 3) + " mean, " + fixed(r.recall_p10, 3) + " p10");
  text += row("changes of island", fixed(r.churn, 3) + " per player and minute");
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
