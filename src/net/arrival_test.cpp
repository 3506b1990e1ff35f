// A connection between two shards.
#include "net/arrival.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "net/shard_impl.hpp"

namespace archipelago::net {
namespace {

bool is_open(int descriptor) {
  return ::fcntl(descriptor, F_GETFD) != -1;
}

TEST(Arrival, WhatIsNotTakenOverIsClosed) {
  int const descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  {
    Arrival arrival;
    arrival.descriptor = descriptor;
  }
  EXPECT_FALSE(is_open(descriptor));
}

TEST(Arrival, WhatTheSystemDoesNotTakeIsClosedAndNotLeaked) {
  Shard shard;
  int const descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  {
    Arrival first;
    first.descriptor = descriptor;
    auto taken = take_socket(shard, first);
    Arrival again;
    again.descriptor = descriptor;  // watched already: assigning it fails
    EXPECT_ANY_THROW(take_socket(shard, again));
    EXPECT_EQ(again.descriptor, descriptor) << "still the arrival's to close";
    taken.release();
  }
  EXPECT_FALSE(is_open(descriptor));
}

}  // namespace
}  // namespace archipelago::net
