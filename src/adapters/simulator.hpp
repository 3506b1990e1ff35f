// Islands in our own rooms, with made-up people among the real ones: for client developers.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "adapters/ws_room.hpp"

namespace archipelago::adapters {

class Simulator final : public Backend {
 public:
  /// Sees to it that a room is peopled. Any thread; soon.
  using Fill = std::function<void(std::string_view room)>;

  Simulator(WsRoom rooms, Fill fill) : rooms_(std::move(rooms)), fill_(std::move(fill)) {}

  [[nodiscard]] Result<std::string> connection_string(std::string_view island,
                                                      Address const& player,
                                                      WallTime now) override {
    auto text = rooms_.connection_string(island, player, now);
    if (text) fill_(island);
    return text;
  }
  [[nodiscard]] bool carries(std::string_view connection) const override {
    return rooms_.carries(connection);
  }

 private:
  WsRoom rooms_;
  Fill fill_;
};

}  // namespace archipelago::adapters
