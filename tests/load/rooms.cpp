// Rooms in which everybody talks, and what of it arrives.
#include <sys/resource.h>

#include "load/room_crowd.hpp"
#include "load/scenes.hpp"

namespace archipelago::load {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kWarmUp{1'000};
constexpr milliseconds kOnItsWay{500};
constexpr milliseconds kLook{250};

double own_cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  auto const seconds = [](timeval const& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

boost::json::object report(Heard const& heard) {
  return {{"sent", heard.sent},
          {"expected", heard.expected},
          {"delivered", heard.delivered},
          {"lost", heard.expected - heard.delivered},
          {"disordered", heard.disordered},
          {"echoed", heard.echoed},
          {"closed", heard.closed},
          {"delay_ms",
           {{"p50", heard.delay.quantile(0.5)},
            {"p99", heard.delay.quantile(0.99)},
            {"p999", heard.delay.quantile(0.999)},
            {"max", heard.delay.quantile(1)}}}};
}

}  // namespace

boost::json::object rooms(Order const& order) {
  ServerView const server(order.port, order.pid);
  RoomCrowd crowd(order.port, order.rooms, order.members);
  for (std::size_t i = 0; i < order.deaf; ++i) crowd.stop_reading(i);
  auto const hz = static_cast<double>(order.rate);
  auto const talk = [&](milliseconds time) { crowd.talk(time, hz, order.bytes, order.reliable); };
  auto const at_rest = server.usage();
  talk(kWarmUp);
  crowd.begin();
  auto const start = Clock::now();
  auto const before = server.usage();
  auto const own = own_cpu_seconds();
  auto peak = at_rest.rss_bytes;
  for (auto look = milliseconds{0}; look < milliseconds{1'000 * order.seconds}; look += kLook) {
    talk(kLook);
    peak = std::max(peak, server.usage().rss_bytes);
  }
  crowd.end();
  auto const cpu = cpu_seconds(before, server.usage());
  auto const clock = seconds_since(start);
  auto const own_share = (own_cpu_seconds() - own) / clock;
  crowd.listen(kOnItsWay);
  auto const delivered = static_cast<double>(crowd.heard().delivered);
  auto result = report(crowd.heard());
  result["rooms"] = order.rooms;
  result["members"] = order.members;
  result["per_second"] = delivered / clock;
  result["per_core_second"] = delivered / cpu;
  result["cpu_us_each"] = 1e6 * cpu / delivered;
  result["server_core_share"] = cpu / clock;
  result["load_core_share"] = own_share;
  result["rss_grown_bytes"] = peak - at_rest.rss_bytes;
  return result;
}

}  // namespace archipelago::load
