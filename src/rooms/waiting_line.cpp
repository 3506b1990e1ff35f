// Turns go round by alias.
#include "rooms/waiting_line.hpp"

#include <algorithm>
#include <utility>

namespace archipelago::rooms {

void WaitingLine::push(Alias from, SharedBytes packet) {
  auto& line = lines_[from];
  line.bytes += packet->size();
  bytes_ += packet->size();
  line.packets.push_back(std::move(packet));
}

std::size_t WaitingLine::forget(Alias from) {
  auto const line = lines_.find(from);
  if (line == lines_.end()) return 0;
  auto const packets = line->second.packets.size();
  bytes_ -= line->second.bytes;
  lines_.erase(line);
  return packets;
}

WaitingLine::Next WaitingLine::next() const {
  auto const line = turn();
  return {line->first, line->second.packets.front()};
}

void WaitingLine::pop() {
  auto const line = lines_.find(turn()->first);
  last_ = line->first;
  auto const bytes = line->second.packets.front()->size();
  line->second.packets.pop_front();
  line->second.bytes -= bytes;
  bytes_ -= bytes;
  if (line->second.packets.empty()) lines_.erase(line);
}

Alias WaitingLine::loudest() const {
  auto const less = [](auto const& a, auto const& b) { return a.second.bytes < b.second.bytes; };
  return std::max_element(lines_.begin(), lines_.end(), less)->first;
}

WaitingLine::Lines::const_iterator WaitingLine::turn() const {
  auto const after = lines_.upper_bound(last_);
  return after == lines_.end() ? lines_.begin() : after;
}

}  // namespace archipelago::rooms
