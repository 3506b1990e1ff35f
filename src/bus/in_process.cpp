#include "bus/in_process.hpp"

#include <mutex>
#include <shared_mutex>
#include <utility>

#include "bus/mailbox_queue.hpp"
#include "bus/subject_tree.hpp"

namespace archipelago::bus {

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
  Box(std::shared_ptr<Table> table, std::shared_ptr<MailboxQueue> queue)
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
  std::shared_ptr<MailboxQueue> queue_;
};

InProcessBus::InProcessBus(Metrics& metrics)
    : table_(std::make_shared<Table>()), metrics_(metrics) {}
InProcessBus::~InProcessBus() = default;

std::unique_ptr<Mailbox> InProcessBus::open(Loop& loop, Capacity capacity, Millis rest) {
  return std::make_unique<Box>(table_,
                               std::make_shared<MailboxQueue>(loop, capacity, rest, metrics_));
}

void InProcessBus::publish(std::string_view subject, std::string_view payload,
                           std::uint64_t epoch) {
  table_->deliver(subject, payload, epoch);
}

}  // namespace archipelago::bus
