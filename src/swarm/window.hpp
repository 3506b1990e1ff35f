// One sender's numbered messages as one receiver hears them: what is new, what came twice, what
// never came.
#pragma once

#include <bit>
#include <cstdint>

namespace archipelago::swarm {

/// 16 bytes. Remembers the newest 64: a message counts as missing once 64 later ones have been
/// heard, or when somebody asks. What was sent before the first that was heard is nobody's loss.
class Window {
 public:
  struct Taken {
    bool fresh = false;
    bool doubled = false;    ///< neither: too old to tell
    std::uint64_t lost = 0;  ///< that are given up with this one
  };

  /// A later epoch starts afresh, and nobody asks what broke off with the one before; an earlier
  /// one is no news.
  Taken take(std::uint32_t epoch, std::uint32_t sequence) {
    if (seen_ == 0 || epoch > epoch_) {
      *this = Window(epoch, sequence);
      return {.fresh = true};
    }
    auto const ahead = std::int64_t{sequence} - std::int64_t{highest_};
    if (epoch < epoch_ || ahead <= -std::int64_t{kKept}) return {};
    if (ahead <= 0) return fill(static_cast<unsigned>(-ahead));
    return {.fresh = true, .lost = slide(static_cast<std::uint64_t>(ahead))};
  }

  /// Of those before the newest that was heard.
  [[nodiscard]] std::uint64_t missing() const {
    return seen_ == 0 ? 0 : kKept - static_cast<std::uint64_t>(std::popcount(seen_));
  }
  /// Of those that were sent after the newest that was heard, `last` the last of them.
  [[nodiscard]] std::uint64_t missing_until(std::uint32_t epoch, std::uint32_t last) const {
    return seen_ == 0 || epoch != epoch_ || last <= highest_ ? 0 : last - highest_;
  }

  Window() = default;

 private:
  static constexpr std::uint64_t kKept = 64;

  Window(std::uint32_t epoch, std::uint32_t first)
      : seen_(~std::uint64_t{0}), epoch_(epoch), highest_(first) {}

  Taken fill(unsigned back) {
    auto const bit = std::uint64_t{1} << back;
    bool const fresh = (seen_ & bit) == 0;
    seen_ |= bit;
    return {.fresh = fresh, .doubled = !fresh};
  }
  std::uint64_t slide(std::uint64_t by) {
    highest_ += static_cast<std::uint32_t>(by);
    if (by >= kKept) {
      auto const lost = missing() + (by - kKept);
      seen_ = 1;
      return lost;
    }
    auto const out = seen_ >> (kKept - by);
    seen_ = seen_ << by | 1;
    return by - static_cast<std::uint64_t>(std::popcount(out));
  }

  std::uint64_t seen_ = 0;  // bit n: the newest but n was heard; 0: nothing was
  std::uint32_t epoch_ = 0;
  std::uint32_t highest_ = 0;
};

}  // namespace archipelago::swarm
