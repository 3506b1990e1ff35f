// What makes the islands of a realm, and how well it does.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "adapters/simulator.hpp"
#include "auth/room_token.hpp"
#include "base/random.hpp"
#include "bus/bus.hpp"
#include "bus/lease.hpp"
#include "islands/core.hpp"
#include "islands/quality.hpp"
#include "islands/service.hpp"
#include "realm/backends.hpp"
#include "realm/config.hpp"
#include "realm/trace_file.hpp"

namespace archipelago::realm {

class Core {
 public:
  /// What is referred to outlives this.
  struct Parts {
    Loop& loop;
    bus::Bus& bus;
    Metrics& metrics;
    Random& random;
    auth::RoomKey const& key;
    adapters::Simulator::Fill fill;        ///< as Backends::Parts::fill
    std::unique_ptr<TraceFile> recording;  ///< null: none
    std::string id;                        ///< of this process
    std::unique_ptr<bus::Lease> lease;     ///< null: the realm is this process
  };

  Core(Config const& config, Parts parts);

  /// As Backends::start(): before the loop.
  void start(std::string const& own) { backends_.start(own); }
  void stop_asking() { asking_.request_stop(); }
  /// After the loop: lets another core lead.
  void end();

  // Any thread.
  [[nodiscard]] std::shared_ptr<islands::Snapshot const> snapshot() const {
    return alone_ ? alone_->snapshot() : among_others_->snapshot();
  }
  [[nodiscard]] islands::Explainer& explainer() {
    return alone_ ? alone_->explainer() : among_others_->explainer();
  }
  [[nodiscard]] islands::QualityPointer quality() const { return quality_.latest(); }
  /// The loop's.
  [[nodiscard]] adapters::Backend& backend() { return backends_; }

 private:
  Backends::Parts backend_parts(Parts& parts);
  void go_alone(Parts const& parts);
  void go_among_others(Parts const& parts);
  std::unique_ptr<engine::Engine> engine(WallTime epoch, Random& random);

  Config const& config_;
  std::stop_source asking_;
  std::unique_ptr<TraceFile> const recording_;
  std::unique_ptr<bus::Lease> lease_;
  Backends backends_;
  // One of the two:
  std::optional<islands::Service> alone_;
  std::optional<islands::Core> among_others_;
  islands::QualityWatch quality_;
};

}  // namespace archipelago::realm
