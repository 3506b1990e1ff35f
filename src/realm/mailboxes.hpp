// A mailbox for each shard, for the parts of the realm that live on all of them.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "bus/bus.hpp"
#include "net/shard.hpp"

namespace archipelago::realm {

inline std::vector<Loop*> loops(net::ShardPool& shards) {
  std::vector<Loop*> all;
  all.reserve(shards.size());
  for (std::size_t i = 0; i < shards.size(); ++i) all.push_back(&shards[i]);
  return all;
}

inline std::vector<std::unique_ptr<bus::Mailbox>> open_mailboxes(bus::Bus& bus,
                                                                 net::ShardPool& shards,
                                                                 bus::Capacity capacity) {
  std::vector<std::unique_ptr<bus::Mailbox>> all;
  all.reserve(shards.size());
  for (auto* const loop : loops(shards)) all.push_back(bus.open(*loop, capacity));
  return all;
}

template <class T>
std::vector<T*> pointers(std::vector<std::unique_ptr<T>> const& owners) {
  std::vector<T*> all;
  all.reserve(owners.size());
  for (auto const& owner : owners) all.push_back(owner.get());
  return all;
}

}  // namespace archipelago::realm
