// Cuts a fuzzer's input into websocket messages: two bytes of length, then the message; the length
// 0xFFFF lets a second pass instead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/log.hpp"
#include "gateway/test_realm.hpp"

namespace archipelago::gateway::testing {

template <class OnMessage>
void for_each_message(TestRealm& realm, std::string_view input, OnMessage&& on_message) {
  constexpr std::size_t kSecondPasses = 0xFFFF;
  while (input.size() >= 2) {
    auto const low = static_cast<unsigned char>(input[0]);
    auto const high = static_cast<unsigned char>(input[1]);
    std::size_t const length = low | static_cast<std::size_t>(high) << 8U;
    input.remove_prefix(2);
    if (length == kSecondPasses) {
      realm.advance(Millis{1'000});
      continue;
    }
    on_message(input.substr(0, length));
    realm.settle();
    input.remove_prefix(std::min(length, input.size()));
  }
}

/// Plays the input to two connections in turn, so that they meet; nobody may be left behind.
template <class Player>
void fuzz_two(std::uint8_t const* data, std::size_t size) {
  static bool const quiet = (log::set_level(log::Level::error), true);
  (void)quiet;
  TestRealm realm;
  {
    Player one(realm);
    Player two(realm);
    bool turn = false;  // an empty message hands over
    std::string_view const input(reinterpret_cast<char const*>(data), size);
    for_each_message(realm, input, [&](std::string_view message) {
      if (message.empty())
        turn = !turn;
      else
        (turn ? two : one).send_raw(message);
    });
  }
  if (realm.directory.size() != 0) std::abort();
}

}  // namespace archipelago::gateway::testing
