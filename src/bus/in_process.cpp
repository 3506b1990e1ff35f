#include "bus/in_process.hpp"

#include <mutex>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "bus/subject_tree.hpp"

namespace archipelago::bus {

/// One subscription. `handler` and `active` belong to the mailbox's loop.
struct InProcessBus::Target {
  std::shared_ptr<Queue> queue;
  Handler handler;
  Weight weight = Weight::droppable;
  bool active = true;
};

/// What waits for one mailbox.
struct InProcessBus::Queue : std::enable_shared_from_this<Queue> {
  struct Entry {
    std::shared_ptr<Message const> message;
    std::shared_ptr<Target> target;
  };

  Queue(Loop& l, std::size_t c, Millis r, Metrics& m) : loop(l), capacity(c), rest(r), metrics(m) {}

  void push(std::shared_ptr<Message const> message, std::shared_ptr<Target> target) {
    bool asleep = false;
    {
      std::lock_guard lock(mutex);
      if (closed) return;
      if (waiting.size() >= (target->weight == Weight::vital ? 2 * capacity : capacity)) {
        metrics.add(Metric::bus_messages_dropped);
        metrics.reject(Errc::overloaded);
        return;
      }
      asleep = !std::exchange(awake, true);
      waiting.push_back({std::move(message), std::move(target)});
    }
    if (asleep) loop.post([self = shared_from_this()] { self->drain(); });
  }

  void drain() {
    std::vector<Entry> batch;
    {
      std::lock_guard lock(mutex);
      batch.swap(waiting);
      awake = rest > Millis{0} && !batch.empty();
      if (awake) loop.start_timer(rest, [self = shared_from_this()] { self->drain(); });
    }
    for (auto const& entry : batch)
      if (entry.target->active) entry.target->handler(*entry.message);
  }

  /// Its owner has gone. What waits refers back to this queue: without this neither would end.
  void close() {
    std::lock_guard lock(mutex);
    closed = true;
    waiting.clear();
  }

  Loop& loop;
  std::size_t const capacity;
  Millis const rest;
  Metrics& metrics;
  std::mutex mutex;  // guards what follows
  bool closed = false;
  bool awake = false;  // drain() will come
  std::vector<Entry> waiting;
};

class InProcessBus::Table {
 public:
  void add(std::string_view pattern, std::shared_ptr<Target> target) {
    std::unique_lock lock(mutex_);
    tree_.insert(pattern, std::move(target));
  }
  void remove(std::string_view pattern, std::shared_ptr<Target> const& target) {
    std::unique_lock lock(mutex_);
    tree_.erase(pattern, target);
  }
  void deliver(std::string_view subject, std::string_view payload) const {
    std::shared_ptr<Message const> message;  // made for the first who wants it
    std::shared_lock lock(mutex_);
    tree_.match(subject, [&](std::shared_ptr<Target> const& target) {
      if (!message)
        message =
            std::make_shared<Message const>(Message{std::string(subject), std::string(payload)});
      target->queue->push(message, target);
    });
  }

 private:
  mutable std::shared_mutex mutex_;
  SubjectTree<std::shared_ptr<Target>> tree_;
};

/// Keeps a subscription in the table for as long as its owner wants it.
class InProcessBus::Held final : public Subscription::Impl {
 public:
  Held(std::shared_ptr<Table> table, std::string pattern, std::shared_ptr<Target> target)
      : table_(std::move(table)), pattern_(std::move(pattern)), target_(std::move(target)) {
    table_->add(pattern_, target_);
  }
  Held(Held const&) = delete;
  Held& operator=(Held const&) = delete;
  ~Held() override {
    table_->remove(pattern_, target_);
    target_->active = false;
  }

 private:
  std::shared_ptr<Table> table_;
  std::string pattern_;
  std::shared_ptr<Target> target_;
};

class InProcessBus::Box final : public Mailbox {
 public:
  Box(std::shared_ptr<Table> table, std::shared_ptr<Queue> queue)
      : table_(std::move(table)), queue_(std::move(queue)) {}

  Box(Box const&) = delete;
  Box& operator=(Box const&) = delete;
  ~Box() override { queue_->close(); }

  Subscription subscribe(std::string_view pattern, Handler handler, Weight weight) override {
    auto target = std::make_shared<Target>(Target{queue_, std::move(handler), weight});
    return Subscription(std::make_unique<Held>(table_, std::string(pattern), std::move(target)));
  }

 private:
  std::shared_ptr<Table> table_;
  std::shared_ptr<Queue> queue_;
};

InProcessBus::InProcessBus(Metrics& metrics)
    : table_(std::make_shared<Table>()), metrics_(metrics) {}
InProcessBus::~InProcessBus() = default;

std::unique_ptr<Mailbox> InProcessBus::open(Loop& loop, std::size_t capacity, Millis rest) {
  return std::make_unique<Box>(table_, std::make_shared<Queue>(loop, capacity, rest, metrics_));
}

void InProcessBus::publish(std::string_view subject, std::string_view payload) {
  table_->deliver(subject, payload);
}

}  // namespace archipelago::bus
