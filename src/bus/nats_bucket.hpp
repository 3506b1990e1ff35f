// One key of a JetStream bucket that several processes write, one after the other. Only nats_*.cpp
// includes this.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <nats/nats.h>

#include "base/time.hpp"
#include "bus/nats_link.hpp"

namespace archipelago::bus {

/// One thread. Each call waits for the server, at most about `wait`.
class NatsBucket {
 public:
  struct Entry {
    std::uint64_t revision = 0;  ///< 0: there is none
    std::string value;           ///< as somebody wrote it
  };

  NatsBucket(NatsLink& link, std::string name, Millis wait)
      : link_(link), name_(std::move(name)), wait_(wait) {}

  /// Finds the bucket or makes it: one replica, in a file. Also after a loss of the connection or
  /// of the bucket.
  natsStatus open();

  /// Nothing when the server did not answer.
  std::optional<Entry> read();
  /// The new revision; nothing when `last` (0: none) is not the revision any more, or nobody knows
  /// whether it was written.
  std::optional<std::uint64_t> write(std::string const& value, std::uint64_t last);

 private:
  struct FreeContext {
    void operator()(jsCtx* context) const { jsCtx_Destroy(context); }
  };
  struct FreeStore {
    void operator()(kvStore* store) const { kvStore_Destroy(store); }
  };

  natsStatus make(kvStore** out);

  NatsLink& link_;
  std::string const name_;
  Millis const wait_;
  std::unique_ptr<jsCtx, FreeContext> context_;
  std::unique_ptr<kvStore, FreeStore> store_;
};

}  // namespace archipelago::bus
