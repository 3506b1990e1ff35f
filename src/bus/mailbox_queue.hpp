// What waits for one mailbox, whichever bus it belongs to.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/loop.hpp"
#include "base/metrics.hpp"
#include "bus/bus.hpp"

namespace archipelago::bus {

class MailboxQueue;

/// One subscription. `handler` and `active` belong to the mailbox's loop.
struct Target {
  std::shared_ptr<MailboxQueue> queue;
  Handler handler;
  Weight weight = Weight::droppable;
  bool active = true;
};

/// Bounds, batches and wakes as bus.hpp promises them. `loop` must be there until close(),
/// `metrics` for as long as the queue.
class MailboxQueue : public std::enable_shared_from_this<MailboxQueue> {
 public:
  MailboxQueue(Loop& loop, Capacity capacity, Millis rest, Metrics& metrics)
      : loop_(loop), capacity_(capacity), rest_(rest), metrics_(metrics) {}

  /// Any thread. Never blocks for longer than it takes another thread to append.
  void push(std::shared_ptr<Message const> message, std::shared_ptr<Target> target);

  /// Its owner has gone. What waits refers back to this queue: without this neither would end.
  void close();

 private:
  struct Entry {
    std::shared_ptr<Message const> message;
    std::shared_ptr<Target> target;
  };

  void drain();
  [[nodiscard]] bool fits(std::size_t bytes, Weight weight) const;
  void shed(Weight weight, std::string_view subject);
  void emptied();

  Loop& loop_;
  Capacity const capacity_;
  Millis const rest_;
  Metrics& metrics_;
  std::mutex mutex_;  // guards what follows
  bool closed_ = false;
  bool awake_ = false;  // drain() will come
  bool told_ = false;   // of a vital message that was lost since the last batch
  std::size_t waiting_bytes_ = 0;
  std::vector<Entry> waiting_;
};

}  // namespace archipelago::bus
