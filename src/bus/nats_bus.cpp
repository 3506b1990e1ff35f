#include "bus/nats_bus.hpp"

#include <string>
#include <utility>

#include "bus/mailbox_queue.hpp"
#include "bus/nats_sender.hpp"

namespace archipelago::bus {

/// Keeps a subscription for as long as its owner wants it.
class NatsBus::Held final : public Subscription::Impl {
 public:
  Held(std::shared_ptr<Sender> sender, std::string pattern, std::shared_ptr<Target> target)
      : sender_(std::move(sender)), pattern_(std::move(pattern)), target_(std::move(target)) {
    sender_->subscribe(pattern_, target_);
  }
  Held(Held const&) = delete;
  Held& operator=(Held const&) = delete;
  ~Held() override {
    sender_->unsubscribe(pattern_, target_);
    target_->active = false;
  }

 private:
  std::shared_ptr<Sender> sender_;
  std::string pattern_;
  std::shared_ptr<Target> target_;
};

class NatsBus::Box final : public Mailbox {
 public:
  Box(std::shared_ptr<Sender> sender, std::shared_ptr<MailboxQueue> queue)
      : sender_(std::move(sender)), queue_(std::move(queue)) {}
  Box(Box const&) = delete;
  Box& operator=(Box const&) = delete;
  ~Box() override { queue_->close(); }

  Subscription subscribe(std::string_view pattern, Handler handler, Weight weight) override {
    auto target = std::make_shared<Target>(Target{queue_, std::move(handler), weight});
    return Subscription(std::make_unique<Held>(sender_, std::string(pattern), std::move(target)));
  }

 private:
  std::shared_ptr<Sender> sender_;
  std::shared_ptr<MailboxQueue> queue_;
};

Result<std::unique_ptr<NatsBus>> NatsBus::connect(NatsOptions options, Metrics& metrics) {
  auto sender = std::make_shared<Sender>(metrics);
  if (auto started = sender->start(std::move(options)); !started)
    return tl::unexpected(started.error());
  return std::unique_ptr<NatsBus>(new NatsBus(std::move(sender), metrics));
}

NatsBus::NatsBus(std::shared_ptr<Sender> sender, Metrics& metrics)
    : sender_(std::move(sender)), metrics_(metrics) {}

NatsBus::~NatsBus() {
  sender_->stop();
}

std::unique_ptr<Mailbox> NatsBus::open(Loop& loop, Capacity capacity, Millis rest) {
  return std::make_unique<Box>(sender_,
                               std::make_shared<MailboxQueue>(loop, capacity, rest, metrics_));
}

void NatsBus::publish(std::string_view subject, std::string_view payload, std::uint64_t epoch) {
  sender_->publish(subject, payload, epoch);
}

std::optional<Millis> NatsBus::connected_for() const {
  return sender_->connected_for();
}

bool NatsBus::flush(Millis within) {
  return sender_->flush(within);
}

}  // namespace archipelago::bus
