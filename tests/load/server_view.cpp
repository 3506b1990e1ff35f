// /proc and /metrics.
#include "load/server_view.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace archipelago::load {
namespace {

constexpr std::int64_t kKiB = 1024;

/// The number behind `key` in a file of words.
std::int64_t number_after(std::string const& path, std::string const& key) {
  std::ifstream file(path);
  for (std::string word; file >> word;)
    if (std::int64_t value = 0; word == key && file >> value) return value;
  return 0;
}

std::chrono::microseconds cpu_time(std::string const& stat) {
  std::ifstream file(stat);
  std::string line;
  std::getline(file, line);
  std::istringstream rest(line.substr(line.rfind(')') + 2));  // field 3 comes next
  std::string skipped;
  for (int field = 3; field < 14; ++field) rest >> skipped;
  std::int64_t user = 0;
  std::int64_t system = 0;
  rest >> user >> system;
  return std::chrono::microseconds((user + system) * 1'000'000 / ::sysconf(_SC_CLK_TCK));
}

std::int64_t tcp_pages() {
  std::ifstream file("/proc/net/sockstat");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("TCP:")) return std::stoll(line.substr(line.rfind(' ') + 1));
  return 0;
}

std::string get(std::uint16_t port, std::string const& path) {
  int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (::connect(socket, reinterpret_cast<sockaddr const*>(&to), sizeof to) == 0) {
    auto const request = "GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    (void)::send(socket, request.data(), request.size(), MSG_NOSIGNAL);
    std::array<char, 16UL * 1024> buffer{};
    for (ssize_t got = 0; (got = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0;)
      answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(socket);
  return answer;
}

}  // namespace

Usage ServerView::usage() const {
  auto const process = "/proc/" + std::to_string(pid_);
  Usage now;
  now.cpu = cpu_time(process + "/stat");
  now.rss_bytes = number_after(process + "/status", "VmRSS:") * kKiB;
  for ([[maybe_unused]] auto const& entry : std::filesystem::directory_iterator(process + "/fd"))
    ++now.descriptors;
  now.kernel_tcp_bytes = tcp_pages() * ::sysconf(_SC_PAGESIZE);
  now.kernel_slab_bytes = number_after("/proc/meminfo", "SUnreclaim:") * kKiB;
  return now;
}

std::int64_t ServerView::metric(std::string const& name) const {
  std::istringstream lines(get(port_, "/metrics"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(name + " ")) return std::stoll(line.substr(name.size() + 1));
  return 0;
}

}  // namespace archipelago::load
