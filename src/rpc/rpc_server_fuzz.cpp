// Any frames (each with a length byte before it) into a server whose handlers do everything
// handlers do.
#include <cstdint>
#include <cstdlib>
#include <deque>

#include "rpc/server.hpp"
#include "wire/rpc_frame.hpp"

namespace {

using namespace archipelago;
using rpc::Call;

struct Kept {
  std::deque<Call> calls;
  std::deque<rpc::OutStream> streams;
  rpc::Port* port = nullptr;
};

void keep_stream(Kept& kept, Call& call) {
  auto out = call.stream(2);
  out.on_end([&kept] {
    if (!kept.calls.empty()) kept.calls.front().reply("ended");
  });
  out.push("1");
  kept.streams.push_back(out);
  if (kept.streams.size() > 4) kept.streams.pop_front();
}

void read_all(Call call, rpc::InStream input) {
  input.next([call, input](std::optional<std::string> element) mutable {
    if (!element) return call.reply("done");
    read_all(call, input);
  });
}

rpc::Module module(Kept& kept) {
  return {"echo",
          {{"Echo", [](Call call) { call.reply(call.payload()); }},
           {"Stream", [&kept](Call call) { keep_stream(kept, call); }},
           {"Read", [](Call call) { read_all(call, call.input()); }},
           {"Keep",
            [&kept](Call call) {
              kept.calls.push_back(std::move(call));
              if (kept.calls.size() > 4) kept.calls.pop_front();
            }},
           {"Push",
            [&kept](Call const&) {
              for (auto stream : kept.streams) stream.push("p");
            }},
           {"Close",
            [&kept](Call call) {
              call.fail("closing");
              if (!kept.streams.empty()) kept.streams.front().close();
              if (kept.port != nullptr) kept.port->close();
            }},
           {"Finish", [](Call call) { call.stream(0).fail("no"); }}}};
}

void offer(Kept& kept, rpc::Port& port) {
  kept.port = &port;
  port.on_close([&kept, &port] {
    if (kept.port == &port) kept.port = nullptr;
  });
  port.offer(module(kept));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  Kept kept;
  std::uint32_t ports = 0;
  auto hooks = rpc::Server::Hooks{.send =
                                      [](std::string const& frame) {
                                        if (!wire::decode_rpc(frame)) std::abort();
                                      },
                                  .open_port = [&](rpc::Port& port) { offer(kept, port); },
                                  .next_port_id = [&] { return ++ports; }};
  rpc::Server server(std::move(hooks), {.ports = 4, .open_calls = 8, .name_bytes = 32});
  server.start();
  std::string_view rest(reinterpret_cast<char const*>(data), size);
  while (!rest.empty()) {
    auto const length = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    auto const frame = rest.substr(0, length);
    rest.remove_prefix(frame.size());
    if (!server.receive(frame)) break;
  }
  server.closed();
  return 0;
}
