#include "bans/deny_list.hpp"

namespace archipelago::bans {

void DenyList::replace(Source source, AddressSet addresses) {
  Set next = std::make_shared<AddressSet const>(std::move(addresses));
  std::lock_guard const lock(mutex_);
  sets_[static_cast<std::size_t>(source)].swap(next);
}  // the old set ends here, or with its last reader

bool DenyList::contains(Address const& address) const {
  for (auto const source : {Source::fetched, Source::file})
    if (auto const one = set(source); one && one->contains(address)) return true;
  return false;
}

std::size_t DenyList::size() const {
  std::size_t sum = 0;
  for (auto const source : {Source::fetched, Source::file})
    if (auto const one = set(source)) sum += one->size();
  return sum;
}

}  // namespace archipelago::bans
