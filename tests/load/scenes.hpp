// The scenes of `gateway_load`: each puts one load on a running server and returns what it saw.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <vector>

#include <boost/json.hpp>

#include "load/crowd.hpp"
#include "load/server_view.hpp"

namespace archipelago::load {

struct Order {
  std::uint16_t port = 0;
  int pid = 0;
  std::size_t count = 0;  ///< players, logins or cycles
  std::size_t batch = 1;  ///< heartbeats in one write
  std::size_t rate = 0;   ///< a second
  std::size_t seconds = 5;
  std::uint64_t seed = 1;  ///< another one, other players
  // Of rooms:
  std::size_t rooms = 1;
  std::size_t members = 100;  ///< of each room
  std::size_t bytes = 60;     ///< of a body
  std::size_t reliable = 0;   ///< every so many packets of a member one is reliable
  std::size_t deaf = 0;       ///< so many members of the first room never read
};

/// Logins one after another, so many at a time that the server is never idle; each leaves at once.
boost::json::object logins(Order const& order);
/// `count` players send `rate` heartbeats a second together, `batch` in a write (a power of two).
boost::json::object heartbeats(Order const& order);
/// `count` players log in and stay; what each costs before and after its first heartbeat.
boost::json::object memory(Order const& order);
/// `count` players stand together in tens, 1 heartbeat a second each, and are told of their
/// islands; then `settled` in a line on stdout, and whatever they are told from then on is counted,
/// for `seconds` or until SIGTERM.
boost::json::object quiet(Order const& order);
/// `count` connections come and go: after accept, upgrade, challenge and login, a quarter each.
boost::json::object churn(Order const& order);
/// `rate` players a second log in and say where they are: how long until each has an island.
boost::json::object first_island(Order const& order);
/// Logins and changes of island of honest players, in peace and under attack.
boost::json::object attack(Order const& order);
/// Every member of every room sends `rate` packets a second: what each delivery costs, how long it
/// takes, what is lost.
boost::json::object rooms(Order const& order);

/// Spreads connections over 127.0.0.2 to 127.0.0.201: budgets are per address.
inline std::uint8_t host_of(std::size_t number) {
  return static_cast<std::uint8_t>(2 + number % 200);
}

inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

inline double milliseconds_since(Clock::time_point start) {
  return 1e3 * seconds_since(start);
}

inline double cpu_seconds(Usage const& from, Usage const& to) {
  return std::chrono::duration<double>(to.cpu - from.cpu).count();
}

/// Of any values; 0 when there are none.
inline double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  auto const at = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

inline boost::json::object spread_of(std::vector<double> const& values) {
  return {{"count", values.size()},
          {"p50", quantile(values, 0.5)},
          {"p99", quantile(values, 0.99)},
          {"max", quantile(values, 1)}};
}

/// A line on stderr, at most twice a second.
class Progress {
 public:
  template <class... Parts>
  void say(Parts const&... parts) {
    if (seconds_since(said_) < 0.5) return;
    said_ = Clock::now();
    ((std::cerr << "  ") << ... << parts) << std::endl;
  }

 private:
  Clock::time_point said_ = Clock::now();
};

}  // namespace archipelago::load
