#include "bus/mailbox_queue.hpp"

#include <utility>

#include "base/log.hpp"

namespace archipelago::bus {
namespace {

std::size_t size(Message const& message) {
  return message.subject.size() + message.payload.size();
}

}  // namespace

void MailboxQueue::push(std::shared_ptr<Message const> message, std::shared_ptr<Target> target) {
  std::lock_guard lock(mutex_);
  if (closed_) return;
  auto const bytes = size(*message);
  if (!fits(bytes, target->weight)) return shed(target->weight, message->subject);
  waiting_bytes_ += bytes;
  metrics_.add(Metric::bus_waiting_bytes, static_cast<std::int64_t>(bytes));
  waiting_.push_back({std::move(message), std::move(target)});
  // Within the lock: after close() nothing touches the loop, which may end then.
  if (!std::exchange(awake_, true)) loop_.post([self = shared_from_this()] { self->drain(); });
}

void MailboxQueue::drain() {
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

void MailboxQueue::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  waiting_.clear();
  emptied();
}

bool MailboxQueue::fits(std::size_t bytes, Weight weight) const {
  std::size_t const shares = weight == Weight::vital ? 2 : 1;
  auto const within = [shares](std::size_t limit, std::size_t filled) {
    return limit == 0 || filled <= shares * limit;
  };
  return within(capacity_.messages, waiting_.size() + 1) &&
         within(capacity_.bytes, waiting_bytes_ + bytes);
}

void MailboxQueue::shed(Weight weight, std::string_view subject) {
  metrics_.add(Metric::bus_messages_dropped);
  metrics_.reject(Errc::overloaded);
  if (weight != Weight::vital) return;
  metrics_.add(Metric::bus_vital_dropped);
  if (!std::exchange(told_, true))
    log::error("bus", "vital messages lost", {{"first", subject}, {"waiting", waiting_.size()}});
}

void MailboxQueue::emptied() {
  metrics_.add(Metric::bus_waiting_bytes, -static_cast<std::int64_t>(waiting_bytes_));
  waiting_bytes_ = 0;
  told_ = false;
}

}  // namespace archipelago::bus
