// Calls become lines of a trace.
#include "sim/recorder.hpp"

#include <algorithm>
#include <utility>

namespace archipelago::sim {
namespace {

std::optional<std::string> in_ascii(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  constexpr unsigned char kFirstBeyond = 0x80;
  std::string plain(*text);
  std::ranges::replace_if(
      plain, [](char c) { return static_cast<unsigned char>(c) >= kFirstBeyond; }, '?');
  return plain;
}

}  // namespace

Recorder::Recorder(std::unique_ptr<engine::Engine> inner, trace::Config const& config, Sink sink)
    : inner_(std::move(inner)), sink_(std::move(sink)), lines_(trace::write_step(config)) {
  hand_over();
}

void Recorder::open(Open what) {
  if (open_ == what) {
    lines_ += ',';
    return;
  }
  close();
  open_ = what;
  lines_ += what == Open::moves       ? R"({"op":"move","peers":[)"
            : what == Open::adoptions ? R"({"op":"adopt","peers":[)"
                                      : R"({"op":"leave","peers":[)";
}

void Recorder::close() {
  if (std::exchange(open_, Open::none) != Open::none) lines_ += "]}\n";
}

void Recorder::hand_over() {
  close();
  if (sink_ && !lines_.empty() && !sink_(std::exchange(lines_, {}))) sink_ = nullptr;
  lines_.clear();
}

engine::Admission Recorder::report(std::string_view player, engine::Position at,
                                   std::optional<std::string_view> desired_room) {
  auto const admission = inner_->report(player, at, desired_room);
  if (!sink_ || is_refused(admission)) return admission;
  open(Open::moves);
  trace::append_move(lines_, player, at, in_ascii(desired_room));
  if (lines_.size() >= kChunkBytes) hand_over();
  return admission;
}

engine::Admission Recorder::adopt(std::string_view player, engine::Position at,
                                  std::string_view island,
                                  std::optional<std::string_view> desired_room) {
  auto const admission = inner_->adopt(player, at, island, desired_room);
  if (!sink_ || is_refused(admission)) return admission;
  open(Open::adoptions);
  trace::append_adoption(lines_, player, at, island, in_ascii(desired_room));
  if (lines_.size() >= kChunkBytes) hand_over();
  return admission;
}

void Recorder::leave(std::string_view player) {
  inner_->leave(player);
  if (!sink_) return;
  open(Open::leaves);
  trace::append_quoted(lines_, player);
  if (lines_.size() >= kChunkBytes) hand_over();
}

template <class Moment>
void Recorder::record(Moment moment, std::span<engine::Change const> changes) {
  if (!sink_) return;
  hash_.add_flush(changes);
  moment.hash = hash_.text();
  close();
  lines_ += trace::write_step(moment);
  hand_over();
}

std::span<engine::Change const> Recorder::flush(std::chrono::milliseconds now) {
  auto const changes = inner_->flush(now);
  record(trace::Flush{.now = now, .hash = {}}, changes);
  return changes;
}

std::span<engine::Change const> Recorder::place(std::chrono::milliseconds now) {
  auto const changes = inner_->place(now);
  record(trace::Place{.now = now, .hash = {}}, changes);
  return changes;
}

void Recorder::each_island(std::function<void(engine::IslandView const&)> const& see) const {
  inner_->each_island(see);
}

bool Recorder::see_island(std::string_view id,
                          std::function<void(engine::IslandView const&)> const& see) const {
  return inner_->see_island(id, see);
}

std::optional<engine::PlayerView> Recorder::find(std::string_view player) const {
  return inner_->find(player);
}

std::size_t Recorder::player_count() const {
  return inner_->player_count();
}

std::size_t Recorder::island_count() const {
  return inner_->island_count();
}

engine::Counters const& Recorder::counters() const {
  return inner_->counters();
}

engine::WishCounters Recorder::wishes() const {
  return inner_->wishes();
}

std::span<engine::RefusedWish const> Recorder::refused_wishes() const {
  return inner_->refused_wishes();
}

std::optional<engine::Explanation> Recorder::explain(std::string_view player,
                                                     std::size_t nearest) const {
  return inner_->explain(player, nearest);
}

std::uint64_t Recorder::work() const {
  return inner_->work();
}

}  // namespace archipelago::sim
