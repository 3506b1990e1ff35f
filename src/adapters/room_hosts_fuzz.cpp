// Whatever is said in a room host's name: either it is not believed, or its islands' connection
// strings are such as clients can read.
#include <cstdint>
#include <cstdlib>

#include "adapters/room_hosts_fixture.hpp"
#include "wire/connection_string.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace archipelago;
  adapters::testing::Fleet fleet;
  auto const core = fleet.placer();
  std::string_view const payload(reinterpret_cast<char const*>(data), size);
  core->hosts.adopt("I1", payload);
  core->islands = {{"I1", 1}, {"I2", 2}};
  fleet.bus.publish(bus::subjects::cluster_rooms("a"), payload);
  fleet.loop.run_posted();
  static_cast<void>(core->review());
  auto const player = *Address::parse("0x" + std::string(40, 'a'));
  auto const text = core->hosts.connection_string("I2", player, {});
  if (!text) return 0;
  auto const read = wire::resolve_connection_string(*text);
  if (!read || read->backend != wire::Backend::ws_room) std::abort();
  if (!core->hosts.carries(std::string_view(*text).substr(0, text->find('?')))) std::abort();
  return 0;
}
