// The server as its machine sees it: processor time, memory, descriptors; and what it counts
// itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace archipelago::load {

struct Usage {
  std::chrono::microseconds cpu{};  ///< user and system, all threads
  std::int64_t rss_bytes = 0;
  std::int64_t descriptors = 0;
  std::int64_t kernel_tcp_bytes = 0;   ///< buffers of all TCP sockets of the machine, both ends
  std::int64_t kernel_slab_bytes = 0;  ///< unreclaimable slab of the machine
};

class ServerView {
 public:
  ServerView(std::uint16_t port, int pid) : port_(port), pid_(pid) {}
  [[nodiscard]] Usage usage() const;
  /// A sample of /metrics without labels; 0 if there is none.
  [[nodiscard]] std::int64_t metric(std::string const& name) const;

 private:
  std::uint16_t port_;
  int pid_;
};

}  // namespace archipelago::load
