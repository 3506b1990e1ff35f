#include "bus/in_process.hpp"

#include <mutex>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "base/log.hpp"
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
class InProcessBus::Queue : public std::enable_shared_from_this<Queue> {
 public:
  Queue(Loop& loop, Capacity capacity, Millis rest, Metrics& metrics)
      : loop_(loop), capacity_(capacity), rest_(rest), metrics_(metrics) {}

  void push(std::shared_ptr<Message const> message, std::shared_ptr<Target> target) {
    bool asleep = false;
    {
      std::lock_guard lock(mutex_);
      if (closed_) return;
      auto const bytes = size(*message);
      if (!fits(bytes, target->weight)) return shed(target->weight, message->subject);
      asleep = !std::exchange(awake_, true);
      waiting_bytes_ += bytes;
      metrics_.add(Metric::bus_waiting_bytes, static_cast<std::int64_t>(bytes));
      waiting_.push_back({std::move(message), std::move(target)});
    }
    if (asleep) loop_.post([self = shared_from_this()] { self->drain(); });
  }

  void drain() {
    std::vector<Entry> batch;
    {
      std::lock_guard lock(mutex_);
      batch.swap(waiting_);
      emptied();
      awake_ = rest_ > Millis{0} && !batch.empty();
      if (awake_) loop_.start_timer(rest_, [self = shared_from_this()] { self->drain(); });
    }
    for (auto const& entry : batch)
      if (entry.target->active) entry.target->handler(*entry.message);
  }

  /// Its owner has gone. What waits refers back to this queue: without this neither would end.
  void close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    waiting_.clear();
    emptied();
  }

 private:
  struct Entry {
    std::shared_ptr<Message const> message;
    std::shared_ptr<Target> target;
  };

  static std::size_t size(Message const& message) {
    return message.subject.size() + message.payload.size();
  }

  [[nodiscard]] bool fits(std::size_t bytes, Weight weight) const {
    std::size_t const shares = weight == Weight::vital ? 2 : 1;
    auto const within = [shares](std::size_t limit, std::size_t filled) {
      return limit == 0 || filled <= shares * limit;
    };
    return within(capacity_.messages, waiting_.size() + 1) &&
           within(capacity_.bytes, waiting_bytes_ + bytes);
  }

  void shed(Weight weight, std::string_view subject) {
    metrics_.add(Metric::bus_messages_dropped);
    metrics_.reject(Errc::overloaded);
    if (weight != Weight::vital) return;
    metrics_.add(Metric::bus_vital_dropped);
    if (!std::exchange(told_, true))
      log::error("bus", "vital messages lost", {{"first", subject}, {"waiting", waiting_.size()}});
  }

  void emptied() {
    metrics_.add(Metric::bus_waiting_bytes, -static_cast<std::int64_t>(waiting_bytes_));
    waiting_bytes_ = 0;
    told_ = false;
  }

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
  void deliver(std::string_view subject, std::string_view payload, std::uint64_t epoch) const {
    std::shared_ptr<Message const> message;  // made for the first who wants it
    std::shared_lock lock(mutex_);
    tree_.match(subject, [&](std::shared_ptr<Target> const& target) {
      if (!message)
        message = std::make_shared<Message const>(
            Message{std::string(subject), std::string(payload), epoch});
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

std::unique_ptr<Mailbox> InProcessBus::open(Loop& loop, Capacity capacity, Millis rest) {
  return std::make_unique<Box>(table_, std::make_shared<Queue>(loop, capacity, rest, metrics_));
}

void InProcessBus::publish(std::string_view subject, std::string_view payload,
                           std::uint64_t epoch) {
  table_->deliver(subject, payload, epoch);
}

}  // namespace archipelago::bus
