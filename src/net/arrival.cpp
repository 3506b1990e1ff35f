// Between two shards: what is not taken over is closed.
#include "net/arrival.hpp"

#include <exception>

#include <unistd.h>

#include "base/log.hpp"
#include "net/http_session.hpp"
#include "net/shard_impl.hpp"

namespace archipelago::net {
namespace {

void run_session(std::shared_ptr<ServerCore> const& core, Shard& shard, Arrival arrival) {
  if (core->stopping) return;
  try {
    auto session = std::make_shared<HttpSession>(core, shard, std::move(arrival));
    asio::co_spawn(shard.impl().io.get_executor(), session->run(), kept_while_running(session));
  } catch (std::exception const& e) {  // no descriptor, no memory: this connection only
    log::error("net", "session_failed", {{"what", e.what()}});
  }
}

}  // namespace

Arrival::Arrival(Arrival&& other) noexcept
    : descriptor(std::exchange(other.descriptor, -1)),
      v6(other.v6),
      peer(other.peer),
      began(other.began),
      place(std::move(other.place)),
      unread(std::move(other.unread)),
      moved(std::move(other.moved)) {}

Arrival::~Arrival() {
  if (descriptor >= 0) ::close(descriptor);
}

Socket take_socket(Shard& shard, Arrival& arrival) {
  Socket socket(shard.impl().io.get_executor());
  socket.assign(arrival.v6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), arrival.descriptor);
  arrival.descriptor = -1;
  return socket;
}

void start_session(std::shared_ptr<ServerCore> core, Shard& shard, Arrival arrival) {
  auto const parcel = std::make_shared<Arrival>(std::move(arrival));  // tasks are copyable
  shard.post(
      [core = std::move(core), &shard, parcel] { run_session(core, shard, std::move(*parcel)); });
}

}  // namespace archipelago::net
