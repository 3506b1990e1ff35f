// Writes down what an engine is told, as a trace that replays to the same hash.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "archipelago/engine.hpp"
#include "sim/change_hash.hpp"
#include "sim/trace.hpp"

namespace archipelago::sim {

/// An engine around an engine: does what the inner one does, and hands whole lines of trace to a
/// sink: at the latest with each flush, at most about kChunkBytes at a time. Recording ends for
/// good when the sink refuses: what was written until then is a trace of its own right, cut at a
/// line. Reports that the engine refused are left out, for they change nothing. Ids of players
/// and of islands that adopt them must be UTF-8; in a wish, which may be anything that a client
/// sent, other than ASCII becomes '?' (no island has such an id). Cost: about 50 ns a report.
class Recorder final : public engine::Engine {
 public:
  using Sink = std::function<bool(std::string lines)>;

  static constexpr std::size_t kChunkBytes = 64U << 10U;

  Recorder(std::unique_ptr<engine::Engine> inner, trace::Config const& config, Sink sink);

  engine::Admission report(std::string_view player, engine::Position at,
                           std::optional<std::string_view> desired_room) override;
  engine::Admission adopt(std::string_view player, engine::Position at, std::string_view island,
                          std::optional<std::string_view> desired_room) override;
  void leave(std::string_view player) override;
  std::span<engine::Change const> flush(std::chrono::milliseconds now) override;
  std::span<engine::Change const> place(std::chrono::milliseconds now) override;
  void each_island(std::function<void(engine::IslandView const&)> const& see) const override;
  bool see_island(std::string_view id,
                  std::function<void(engine::IslandView const&)> const& see) const override;
  [[nodiscard]] std::optional<engine::PlayerView> find(std::string_view player) const override;
  [[nodiscard]] std::size_t player_count() const override;
  [[nodiscard]] std::size_t island_count() const override;
  [[nodiscard]] engine::Counters const& counters() const override;
  [[nodiscard]] engine::WishCounters wishes() const override;
  [[nodiscard]] std::span<engine::RefusedWish const> refused_wishes() const override;
  [[nodiscard]] std::optional<engine::Explanation> explain(std::string_view player,
                                                           std::size_t nearest) const override;
  [[nodiscard]] std::uint64_t work() const override;

  [[nodiscard]] bool recording() const { return sink_ != nullptr; }

 private:
  enum class Open : std::uint8_t { none, moves, adoptions, leaves };
  void open(Open what);  ///< a line of this kind, ready for one more entry
  void close();
  void hand_over();
  template <class Moment>
  void record(Moment moment, std::span<engine::Change const> changes);

  std::unique_ptr<engine::Engine> inner_;
  Sink sink_;
  std::string lines_;
  Open open_ = Open::none;
  ChangeHash hash_;
};

}  // namespace archipelago::sim
