// gateway_load: puts one load on a server of this machine; progress on stderr, one JSON object on
// stdout. tools/bench_gateway.py starts the server and makes a table of the objects.
#include <exception>
#include <iostream>
#include <map>
#include <string>

#include <CLI/CLI.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "load/scenes.hpp"

namespace archipelago::load {
namespace {

using Scene = boost::json::object (*)(Order const&);

std::map<std::string, Scene> const kScenes{{"logins", logins},
                                           {"heartbeats", heartbeats},
                                           {"memory", memory},
                                           {"churn", churn},
                                           {"first_island", first_island},
                                           {"attack", attack},
                                           {"rooms", rooms},
                                           {"quiet", quiet}};

void allow_sockets() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

int run(int argc, char const* const* argv) {
  CLI::App app("Puts one load on an archipelago of this machine.", "gateway_load");
  std::string scene;
  Order order;
  app.add_option("scene", scene)->required()->check(CLI::IsMember(kScenes));
  app.add_option("--port", order.port, "of the server")->required();
  app.add_option("--pid", order.pid, "of the server")->required();
  app.add_option("--count", order.count, "players, logins or cycles");
  app.add_option("--batch", order.batch, "heartbeats in one write")->check(CLI::Range(1, 64));
  app.add_option("--rate", order.rate, "a second");
  app.add_option("--seconds", order.seconds);
  app.add_option("--seed", order.seed, "another one, other players (quiet)");
  app.add_option("--rooms", order.rooms, "so many");
  app.add_option("--members", order.members, "of each room");
  app.add_option("--bytes", order.bytes, "of a body");
  app.add_option("--reliable", order.reliable, "every so many packets of a member one is reliable");
  app.add_option("--deaf", order.deaf, "so many members of the first room never read");
  CLI11_PARSE(app, argc, argv);
  ::alarm(static_cast<unsigned>(order.seconds) + 240);  // whatever happens
  allow_sockets();
  std::cout << boost::json::serialize(kScenes.at(scene)(order)) << '\n';
  return 0;
}

}  // namespace
}  // namespace archipelago::load

int main(int argc, char** argv) {
  try {
    return archipelago::load::run(argc, argv);
  } catch (std::exception const& e) {
    std::cerr << "gateway_load: " << e.what() << '\n';
    return 1;
  }
}
