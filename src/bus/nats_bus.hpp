// The bus of a realm that is several processes (adr/0018).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/metrics.hpp"
#include "base/result.hpp"
#include "bus/bus.hpp"
#include "bus/nats_options.hpp"

namespace archipelago::bus {

/// A process hears its own messages too, over the server, and nobody's while that is away.
///
/// Publishing, subscribing and the end of a subscription only leave a note for one thread of the
/// bus, which alone waits for the network: none of them takes longer than it takes another thread
/// to leave its own. A message is sent after everything that its thread subscribed before.
///
/// What is published while the server is away waits, at most kAwayBytes of it and for kFresh, the
/// oldest is dropped first: a gap of a moment costs nothing, and after a longer one nobody hears
/// where players stood back then. What cannot be sent, also for its size (the server's limit), is
/// counted (`nats_publish_failures`).
///
/// All subscriptions of one pattern are one subscription on the server. What comes from there is
/// bounded and checked by subject and size only: payloads are for their receivers to doubt.
///
/// Mailboxes and subscriptions may outlive the bus. `metrics` must outlive them all.
class NatsBus final : public Bus {
 public:
  static constexpr std::size_t kAwayBytes = std::size_t{256} << 10U;
  static constexpr std::size_t kWaitingBytes = std::size_t{16} << 20U;  ///< while connected
  static constexpr Millis kFresh{1'000};
  /// Larger messages are neither sent nor taken, whatever the server allows.
  static constexpr std::size_t kMaxPayload = std::size_t{8} << 20U;

  /// Waits for a server as long as the options say. Error: one line for an operator.
  static Result<std::unique_ptr<NatsBus>> connect(NatsOptions options, Metrics& metrics);
  /// Sends what was published, which takes at most some two seconds.
  ~NatsBus() override;

  using Bus::open;
  using Bus::publish;
  [[nodiscard]] std::unique_ptr<Mailbox> open(Loop& loop, Capacity capacity, Millis rest) override;
  void publish(std::string_view subject, std::string_view payload, std::uint64_t epoch) override;
  [[nodiscard]] std::optional<Millis> connected_for() const override;

  /// Waits until the server has all that was published and subscribed before; false after `within`.
  /// Any thread but those of mailboxes, which it would block.
  bool flush(Millis within);

 private:
  class Sender;
  class Held;
  class Box;

  NatsBus(std::shared_ptr<Sender> sender, Metrics& metrics);

  std::shared_ptr<Sender> sender_;
  Metrics& metrics_;
};

}  // namespace archipelago::bus
