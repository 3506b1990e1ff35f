// Messages for many connections at once, encoded once as the frames that all of them get.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace archipelago::net {

/// Frames of a server are unmasked, so the same bytes go to everybody; only that nobody hears
/// itself makes a difference. The frames lie one behind the other, and each author knows where its
/// own are: what a connection gets is all bytes but those. One thread. Adding costs a copy of the
/// payload, and no allocation once the batch has been as full before; clear() keeps up to
/// kKeptBytes of memory.
class FrameBatch {
 public:
  static constexpr std::size_t kKeptBytes = 32UL * 1024;
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  /// Where an author's frames are; made anew after each clear().
  struct Own {
    std::uint32_t first = kNone;
    std::uint32_t last = kNone;
    std::uint32_t frames = 0;
    std::uint32_t payload = 0;  ///< bytes
    std::uint32_t bytes = 0;    ///< with headers
  };

  struct Frame {
    std::uint32_t begin;
    std::uint32_t payload;
    std::uint32_t end;
    std::uint32_t next;  ///< of the same author; kNone: it has no more
    bool unreliable;

    [[nodiscard]] std::size_t size() const { return end - payload; }
  };

  /// Begins a binary frame; the caller appends `payload` bytes, no more and no less, to what is
  /// returned before anything else is done here. Together less than 4 GiB.
  [[nodiscard]] std::string& add(std::size_t payload, bool unreliable, Own& author);
  void clear();

  [[nodiscard]] bool empty() const { return frames_.empty(); }
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  /// What is not the author's: frames, and bytes of their payloads and with headers.
  [[nodiscard]] std::size_t frames_beside(Own const& author) const {
    return frames_.size() - author.frames;
  }
  [[nodiscard]] std::size_t payload_beside(Own const& author) const {
    return payload_ - author.payload;
  }
  [[nodiscard]] std::size_t bytes_beside(Own const& author) const {
    return bytes_.size() - author.bytes;
  }
  [[nodiscard]] std::string_view bytes(Frame const& frame) const {
    return bytes().substr(frame.begin, frame.end - frame.begin);
  }
  [[nodiscard]] std::string_view payload(Frame const& frame) const {
    return bytes().substr(frame.payload, frame.end - frame.payload);
  }

  /// All frames but the author's, in order: `each(frame)`.
  template <class Each>
  void for_others(Own const& author, Each each) const {
    auto own = author.first;
    for (std::uint32_t i = 0; i < frames_.size(); ++i) {
      if (i == own)
        own = frames_[i].next;
      else
        each(frames_[i]);
    }
  }

  /// The same as `slices`, as few as there can be. False when there is no room for them.
  [[nodiscard]] bool slice(Own const& author, std::span<std::string_view>& slices) const;

 private:
  std::string bytes_;
  std::vector<Frame> frames_;
  std::size_t payload_ = 0;
};

}  // namespace archipelago::net
