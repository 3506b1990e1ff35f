// Any frames in any order from two clients of the BFF protocol, all of whose proofs are believed.
#include "gateway/fuzz_messages.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  archipelago::gateway::testing::fuzz_two<archipelago::gateway::testing::RpcPlayer>(data, size);
  return 0;
}
