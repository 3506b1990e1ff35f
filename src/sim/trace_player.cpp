// Steps of a trace become calls of an engine.
#include "sim/trace_player.hpp"

#include <utility>
#include <vector>

#include "sim/answer.hpp"

namespace archipelago::sim {
namespace {

constexpr Millis kUsualFlush{2'000};
constexpr int kMostFlushesToSettle = 200;

}  // namespace

void Overrides::apply(Settings& settings) const {
  if (policy) settings.policy = *policy;
  if (join) settings.limits.join_distance = *join;
  if (leave) settings.limits.leave_distance = *leave;
  if (max) settings.limits.max_peers = *max;
  if (churn_budget) settings.churn_budget = *churn_budget;
}

TracePlayer::TracePlayer(Options options)
    : options_(std::move(options)), settings_(options_.settings) {
  options_.overrides.apply(settings_);
}

TracePlayer::~TracePlayer() = default;

Result<> TracePlayer::line(std::string_view text) {
  ++lines_;
  if (text.find_first_not_of(" \t\r") == std::string_view::npos) return {};
  auto const step = trace::read_step(text);
  if (!step) return tl::unexpected(step.error());
  return this->step(*step);
}

Result<> TracePlayer::step(trace::Step const& step) {
  if (!engine_ && !std::holds_alternative<trace::Config>(step))
    if (auto const problem = problem_with(settings_)) return fail(Errc::malformed_json, *problem);
  return std::visit([this](auto const& it) { return on(it); }, step);
}

Report TracePlayer::report() const {
  auto report = meters_.report();
  report.policy = settings_.policy;
  return report;
}

void TracePlayer::start(Settings settings) {
  engine_ = options_.make(settings);
  settings_ = std::move(settings);
}

engine::Engine& TracePlayer::running() {
  if (!engine_) start(settings_);
  return *engine_;
}

/// A new engine: history begins anew, time and figures go on.
Result<> TracePlayer::on(trace::Config const& config) {
  auto settings = options_.settings;
  apply(config, settings);
  options_.overrides.apply(settings);
  if (auto const problem = problem_with(settings)) return fail(Errc::malformed_json, *problem);
  start(std::move(settings));
  return {};
}

Result<> TracePlayer::on(trace::Moves const& moves) {
  auto const began = options_.cpu();
  for (auto const& m : moves.players) running().report(m.player, m.at, m.desired_room);
  reports_ += options_.cpu() - began;
  return {};
}

Result<> TracePlayer::on(trace::Adopt const& adopt) {
  for (auto const& [m, island] : adopt.players) {
    running().adopt(m.player, m.at, island, m.desired_room);
    auto const seen = running().find(m.player);
    if (seen && !seen->island.empty()) meters_.add_adopted(m.player);
  }
  return {};
}

Result<> TracePlayer::on(trace::Leave const& leave) {
  for (auto const& name : leave.players) running().leave(name);
  return {};
}

std::span<engine::Change const> TracePlayer::flush(Millis now) {
  auto& engine = running();
  auto const began = options_.cpu();
  auto const changes = engine.flush(now);
  FlushCost const cost{std::exchange(reports_, {}), options_.cpu() - began};
  meters_.add(engine, changes, now_ ? now - *now_ : Millis{}, cost, options_.measure);
  now_ = now;
  return changes;
}

Result<> TracePlayer::on(trace::Flush const& flush) {
  auto const now = flush.now.value_or(now_.value_or(Millis{}) + kUsualFlush);
  if (now_ && now < *now_) return fail(Errc::malformed_json, "\"now\" goes back");
  auto const changes = this->flush(now);
  options_.say(flush_line(++answers_, changes, options_.show_islands ? engine_.get() : nullptr));
  compare(flush.hash);
  return {};
}

Result<> TracePlayer::on(trace::Place const& place) {
  auto const now = place.now.value_or(now_.value_or(Millis{}));
  if (now_ && now < *now_) return fail(Errc::malformed_json, "\"now\" goes back");
  auto const changes = running().place(now);
  meters_.add_placed(changes);
  options_.say(place_line(changes));
  compare(place.hash);
  return {};
}

void TracePlayer::compare(std::optional<std::string> const& recorded) {
  if (!recorded || options_.overrides.any()) return;
  auto const hash = meters_.hash().text();
  if (*recorded == hash) return;
  std::string line = R"({"op":"hash","line":)" + std::to_string(lines_) + ",\"recorded\":";
  trace::append_quoted(line, *recorded);
  complain(line + ",\"replayed\":\"" + hash + "\"}\n");
}

/// Between flushes everybody stands still and goes on sending heartbeats, as clients do: the
/// reference policy looks only at islands with news, and may need several flushes.
Result<> TracePlayer::on(trace::Settle const& /*settle*/) {
  NetChanges net;
  bool rests = false;
  for (int i = 0; i < kMostFlushesToSettle && !rests; ++i) {
    if (i > 0) report_all();
    auto const changes = flush(now_.value_or(Millis{}) + kUsualFlush);
    rests = changes.empty();
    net.add(changes);
  }
  options_.say(flush_line(++answers_, net.take(), options_.show_islands ? engine_.get() : nullptr));
  if (!rests)
    complain(R"({"op":"settle","line":)" + std::to_string(lines_) + R"(,"unsettled_after":)" +
             std::to_string(kMostFlushesToSettle) + "}\n");
  return {};
}

Result<> TracePlayer::on(trace::Expect const& expect) {
  auto const is = trace::partition(running());
  if (is != expect.islands) complain(mismatch_line(lines_, expect.islands, is));
  return {};
}

void TracePlayer::report_all() {
  trace::Moves standing;
  engine_->each_island([&](engine::IslandView const& island) {
    for (auto const& m : island.members)
      standing.players.push_back({std::string(m.player), m.at, std::nullopt});
  });
  for (auto const& m : standing.players) engine_->report(m.player, m.at);
}

void TracePlayer::complain(std::string const& line) {
  ++mismatches_;
  options_.say(line);
}

}  // namespace archipelago::sim
