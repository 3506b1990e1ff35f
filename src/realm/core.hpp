// What makes the islands of a realm, and how well it does.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "adapters/simulator.hpp"
#include "auth/room_token.hpp"
#include "base/random.hpp"
#include "bus/bus.hpp"
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
    adapters::Simulator::Fill fill;        ///< peoples a room of the simulator
    std::unique_ptr<TraceFile> recording;  ///< null: none
  };

  Core(Config const& config, Parts parts);

  /// As Backends::start(): before the loop.
  void start(std::string const& own) { backends_.start(own); }
  void stop_asking() { asking_.request_stop(); }
  void end() { backends_.end(); }  ///< after the loop

  // Any thread.
  [[nodiscard]] std::shared_ptr<islands::Snapshot const> snapshot() const {
    return islands_.snapshot();
  }
  [[nodiscard]] islands::Explainer& explainer() { return islands_.explainer(); }
  [[nodiscard]] islands::QualityPointer quality() const { return quality_.latest(); }
  /// The loop's.
  [[nodiscard]] adapters::Backend& backend() { return backends_; }

 private:
  islands::Parts island_parts(Parts const& parts);
  std::unique_ptr<engine::Engine> engine(Parts const& parts);

  Config const& config_;
  std::stop_source asking_;
  std::unique_ptr<TraceFile> recording_;
  Backends backends_;
  islands::Service islands_;
  islands::QualityWatch quality_;
};

}  // namespace archipelago::realm
