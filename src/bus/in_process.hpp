// The bus of a realm that is one process.
#pragma once

#include <memory>

#include "base/metrics.hpp"
#include "bus/bus.hpp"

namespace archipelago::bus {

/// publish() takes a shared lock on the table of subscriptions and queues in each mailbox that is
/// reached; a mailbox wakes its loop once per batch. Room packets do not pass here. Mailboxes and
/// subscriptions may outlive the bus. `metrics` must outlive them all.
class InProcessBus final : public Bus {
 public:
  explicit InProcessBus(Metrics& metrics);
  ~InProcessBus() override;

  using Bus::open;
  using Bus::publish;
  [[nodiscard]] std::unique_ptr<Mailbox> open(Loop& loop, Capacity capacity, Millis rest) override;
  void publish(std::string_view subject, std::string_view payload, std::uint64_t epoch) override;
  [[nodiscard]] std::optional<Millis> connected_for() const override { return Millis::max(); }

 private:
  class Table;
  class Box;
  class Held;

  std::shared_ptr<Table> table_;
  Metrics& metrics_;
};

}  // namespace archipelago::bus
