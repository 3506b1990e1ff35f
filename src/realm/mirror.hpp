// What a process knows of a realm whose islands others make.
#pragma once

#include <memory>
#include <string>

#include "bus/bus.hpp"
#include "gateway/realm_view.hpp"
#include "islands/explainer.hpp"
#include "islands/follower.hpp"
#include "islands/quality.hpp"
#include "realm/config.hpp"

namespace archipelago::realm {

/// Listens only. Made and destroyed while the loop does not run; what is passed in outlives it.
class Mirror {
 public:
  Mirror(Config const& config, Loop& loop, bus::Bus& bus, Metrics& metrics);

  // Any thread.
  [[nodiscard]] std::shared_ptr<islands::Snapshot const> snapshot() const {
    return follower_.snapshot();
  }
  [[nodiscard]] islands::QualityPointer quality() const { return quality_.latest(); }
  [[nodiscard]] gateway::RealmView const& realm() const { return realm_; }
  /// Knows no answers: those are the core's.
  [[nodiscard]] islands::Explainer& explainer() { return *explainer_; }

 private:
  islands::Follower follower_;
  islands::QualityWatch quality_;
  std::shared_ptr<islands::Explainer> const explainer_;
  std::unique_ptr<bus::Mailbox> const mailbox_;
  gateway::RealmView realm_;
};

}  // namespace archipelago::realm
