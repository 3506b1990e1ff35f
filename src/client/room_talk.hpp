// The room's part of a check: two players enter, hear of one another, exchange packets, and one
// leaves.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "auth/identity.hpp"
#include "base/time.hpp"
#include "client/check_report.hpp"
#include "client/deadline.hpp"
#include "client/room_member.hpp"

namespace archipelago::client {

struct Visitor {
  auth::Identity const& identity;
  std::string url;  ///< of the room, with the visitor's own access token
};

/// Each step prints its line. One thread, blocks up to `timeout` a step.
class RoomTalk {
 public:
  RoomTalk(CheckReport& report, Visitor a, Visitor b, Millis timeout);

  /// False at the first step that fails.
  bool run();

 private:
  bool enter(std::string_view name, Visitor const& visitor, std::optional<RoomMember>& member);
  bool introduce();
  bool deliver(std::string_view name, RoomMember& from, RoomMember& to, std::string const& body,
               bool unreliable);
  bool depart();
  [[nodiscard]] Deadline deadline() const { return Deadline(timeout_); }

  CheckReport& report_;
  Visitor a_;
  Visitor b_;
  Millis timeout_;
  std::optional<RoomMember> first_;
  std::optional<RoomMember> second_;
};

}  // namespace archipelago::client
