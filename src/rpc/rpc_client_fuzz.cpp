// Any frames (each with a length byte before it) from a hostile server into a client that asks for
// all it can.
#include <cstdint>
#include <cstdlib>

#include "rpc/client.hpp"

namespace {

using namespace archipelago;

struct Asker {
  std::size_t asked = 0;
  std::size_t answered = 0;
};

void read(Asker& asker, rpc::RemoteStream stream) {
  ++asker.asked;
  stream.next([&asker, stream](Result<std::optional<std::string>> const& element) mutable {
    ++asker.answered;
    if (element && *element) read(asker, stream);
  });
}

void use(Asker& asker, rpc::RemoteModule const& module) {
  for (auto const& procedure : module.procedures()) {
    ++asker.asked;
    module.call(procedure.procedure_name, "x",
                [&asker](Result<std::string> const&) { ++asker.answered; });
    auto stream = module.stream(procedure.procedure_name, "y");
    read(asker, stream);
    if (procedure.procedure_id % 3 == 0) stream.close();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  Asker asker;
  rpc::Client client([](std::string const&) {},
                     {.under_way = 64, .procedures = 16, .name_bytes = 64});
  client.create_port("p", [&](Result<rpc::RemotePort> port) {
    if (port)
      port->load("m", [&](Result<rpc::RemoteModule> module) {
        if (module) use(asker, *module);
      });
  });
  std::string_view rest(reinterpret_cast<char const*>(data), size);
  while (!rest.empty()) {
    auto const length = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    auto const frame = rest.substr(0, length);
    rest.remove_prefix(frame.size());
    if (!client.receive(frame)) break;
  }
  client.closed();
  if (asker.asked != asker.answered) std::abort();
  return 0;
}
