// Anything on the subjects by which a realm's processes talk: a gateway with two players must take
// it. The input is messages as in fuzz_messages.hpp; the first byte of each says which subject it
// is on, the second which epoch it has.
#include <array>
#include <cstdlib>
#include <string>

#include "gateway/fuzz_messages.hpp"
#include "gateway/test_cluster.hpp"

namespace archipelago::gateway {
namespace {

namespace subjects = bus::subjects;

std::string subject_of(unsigned char number) {
  auto const who = testing::player(number % 2 == 0 ? 'a' : 'b');
  std::array<std::string, 8> const all{subjects::cluster_login(who),
                                       subjects::cluster_gateway("west"),
                                       std::string(subjects::kClusterCore),
                                       subjects::island_changed(who),
                                       subjects::client_island_changed(who),
                                       std::string(subjects::kDiscovery),
                                       std::string(subjects::kServiceDiscovery),
                                       "cluster.login.nobody"};
  return all.at(number / 2 % all.size());
}

/// No core, three in a row, and one that cannot be.
std::uint64_t epoch_of(unsigned char number) {
  return number == 0 ? 0 : number == 0xFF ? UINT64_MAX : testing::kEpoch + number % 3;
}

void publish(testing::TestRealm& realm, std::string_view message) {
  if (message.size() < 2) return;
  auto const at = [&](std::size_t i) { return static_cast<unsigned char>(message[i]); };
  realm.bus.publish(subject_of(at(0)), message.substr(2), epoch_of(at(1)));
}

void play(std::string_view input) {
  testing::TestRealm realm;
  testing::TestGateway east(realm, "east", {.max_users = 3});
  {
    testing::DirectPlayer one(realm, east.router);
    testing::RpcPlayer two(realm, east.router);
    one.log_in(testing::player('a'));
    two.log_in(testing::player('b'));
    testing::for_each_message(realm, input, [&](std::string_view message) {
      if (message.empty()) one.beat(testing::heartbeat_at(1, 2));
      publish(realm, message);
    });
    realm.advance(Millis{1'000});
    realm.heard();
  }
  if (east.gateway->sessions() != 0) std::abort();
}

}  // namespace
}  // namespace archipelago::gateway

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static bool const quiet = (archipelago::log::set_level(archipelago::log::Level::error), true);
  (void)quiet;
  archipelago::gateway::play({reinterpret_cast<char const*>(data), size});
  return 0;
}
