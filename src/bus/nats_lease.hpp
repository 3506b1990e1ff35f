// A lease that several cores want, over a JetStream bucket.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "bus/lease.hpp"
#include "bus/nats_options.hpp"

namespace archipelago::bus {

struct LeaseOptions {
  std::string
      core{};  ///< who this is, for whoever looks into the bucket; without control characters
  std::string bucket = "archipelago";
  /// Without a sign of the leader for so long another leads. The leader gives one four times in it,
  /// and itself believes in its lead for an eighth less.
  Millis lease{600};
  /// After campaign(): only then is a lease taken over that somebody has had before. A bucket in
  /// which nobody ever was is taken at once.
  Millis listen_first{1'000};
  std::function<WallTime()> wall{};  ///< nothing: the system's clock
};

/// All writes are compare-and-set, so that of many one wins. Everybody measures the lease by a
/// monotonic clock from what it saw itself: clocks need not agree. An epoch is
/// max(wall clock in ms, last epoch + 1).
///
/// Has a connection and a thread of its own: renewals do not wait behind messages. Whoever leads
/// should look at Bus::connected_for() too, which says whether it is heard.
class NatsLease final : public Lease {
 public:
  /// Waits for a server as long as `nats` says, and some seconds for JetStream. Error: one line for
  /// an operator.
  static Result<std::unique_ptr<NatsLease>> open(NatsOptions nats, LeaseOptions options);
  /// Without resign() others wait for the lease to end, as if this process had failed. Waits for
  /// the server, at most some seconds.
  ~NatsLease() override;

  void campaign(Loop& loop, std::function<void(std::uint64_t epoch)> won,
                std::function<void()> lost) override;
  [[nodiscard]] std::uint64_t epoch() const override;
  void resign() override;

 private:
  class Campaign;

  explicit NatsLease(std::unique_ptr<Campaign> campaign);

  std::unique_ptr<Campaign> campaign_;
};

}  // namespace archipelago::bus
