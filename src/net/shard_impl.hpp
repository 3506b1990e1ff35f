// The Asio side of a shard, for net's own sources.
#pragma once

#include <memory>
#include <thread>

#include "net/asio.hpp"
#include "net/asio_loop.hpp"
#include "net/shard.hpp"

namespace archipelago::net {

struct Shard::Impl {
  asio::io_context io{1};
  asio::executor_work_guard<Executor> work{io.get_executor()};
  std::shared_ptr<AsioLoop> loop = std::make_shared<AsioLoop>(io);
  std::thread thread;
};

}  // namespace archipelago::net
