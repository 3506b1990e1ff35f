// Counting in and counting out.
#include "limits/admission.hpp"

namespace archipelago::limits {
namespace {

bool full(std::size_t count, std::size_t limit) {
  return limit != 0 && count >= limit;
}

}  // namespace

bool Admission::enter(std::optional<IpAddress> const& address) {
  if (full(inside_, limits_.total)) return false;
  if (address) {
    auto const known = by_network_.find(address->network());
    if (known != by_network_.end() && full(known->second, limits_.per_address)) return false;
    ++by_network_[address->network()];
  }
  ++inside_;
  return true;
}

bool Admission::roomy(std::optional<IpAddress> const& address) const {
  if (full(2 * inside_, limits_.total)) return false;
  if (!address) return true;
  auto const known = by_network_.find(address->network());
  return known == by_network_.end() || !full(2 * known->second, limits_.per_address);
}

void Admission::leave(std::optional<IpAddress> const& address) {
  if (inside_ > 0) --inside_;
  if (!address) return;
  auto const known = by_network_.find(address->network());
  if (known != by_network_.end() && --known->second == 0) by_network_.erase(known);
}

}  // namespace archipelago::limits
