// Frames in a row, and the chains of each author's.
#include "net/frame_batch.hpp"

#include "net/frame_writer.hpp"

namespace archipelago::net {

std::string& FrameBatch::add(std::size_t payload, bool unreliable, Own& author) {
  auto const begin = static_cast<std::uint32_t>(bytes_.size());
  append_binary_frame_header(bytes_, payload);
  auto const start = static_cast<std::uint32_t>(bytes_.size());
  auto const number = static_cast<std::uint32_t>(frames_.size());
  frames_.push_back({.begin = begin,
                     .payload = start,
                     .end = start + static_cast<std::uint32_t>(payload),
                     .next = kNone,
                     .unreliable = unreliable});
  (author.first == kNone ? author.first : frames_[author.last].next) = number;
  author.last = number;
  author.frames += 1;
  author.payload += static_cast<std::uint32_t>(payload);
  author.bytes += frames_.back().end - begin;
  payload_ += payload;
  return bytes_;
}

void FrameBatch::clear() {
  bool const large = bytes_.capacity() > kKeptBytes;
  bytes_.clear();
  frames_.clear();
  payload_ = 0;
  if (!large) return;
  bytes_.shrink_to_fit();
  frames_.shrink_to_fit();
}

bool FrameBatch::slice(Own const& author, std::span<std::string_view>& slices) const {
  std::size_t used = 0;
  std::size_t from = 0;
  auto const put = [&](std::size_t to) {
    if (to == from) return true;
    if (used == slices.size()) return false;
    slices[used++] = bytes().substr(from, to - from);
    return true;
  };
  for (auto i = author.first; i != kNone; i = frames_[i].next) {
    if (!put(frames_[i].begin)) return false;
    from = frames_[i].end;
  }
  bool const fits = put(bytes_.size());
  slices = slices.first(used);
  return fits;
}

}  // namespace archipelago::net
