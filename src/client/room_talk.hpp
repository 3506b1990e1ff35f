// The room's part of a check: two players enter, hear of one another, exchange packets, and one
// leaves.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "archipelago/client/identity.hpp"
#include "client/check_report.hpp"
#include "client/visit.hpp"

namespace archipelago::client {

struct Visitor {
  Identity identity;
  std::string connection;  ///< string of the room, with the visitor's own access token
};

/// Each step prints its line. One thread, blocks up to `timeout` a step.
class RoomTalk {
 public:
  RoomTalk(HandTurned& network, CheckReport& report, Visitor a, Visitor b, Millis timeout);

  /// False at the first step that fails, or when the room is of a kind that is not spoken here.
  bool run();

 private:
  bool enter(std::string_view name, Visitor const& visitor, std::unique_ptr<Visit>& visit);
  bool introduce();
  bool deliver(std::string_view name, Visit& from, Visit& to, std::string const& body,
               Delivery delivery);
  [[nodiscard]] std::string const& address_of(Visit const& visit) const {
    return (&visit == first_.get() ? a_ : b_).identity.address();
  }
  bool depart();

  HandTurned& network_;
  CheckReport& report_;
  Visitor a_;
  Visitor b_;
  Millis timeout_;
  std::unique_ptr<Visit> first_;
  std::unique_ptr<Visit> second_;
};

}  // namespace archipelago::client
