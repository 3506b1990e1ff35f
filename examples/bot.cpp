// A bot that walks in a circle, greets whoever comes, and answers questions.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>

#include <boost/asio/io_context.hpp>

#include "archipelago/client/packets.hpp"
#include "archipelago/client/player.hpp"

using namespace archipelago::client;

class Bot {
 public:
  Bot(Network const& network, std::string realm)
      : network_(network),
        step_(network.loop),
        player_(network, Identity::guest(network.random, network.loop.wall_now()),
                {.realm = {.realm = std::move(realm)}}, events()) {
    player_.start();
    walk();
  }

 private:
  PlayerEvents events() {
    return {.status =
                [](Status const& status) {
                  if (status.why) std::printf("offline: %s\n", status.why->text.c_str());
                },
            .island = [](IslandChange const& to) { std::printf("on %s\n", to.island.c_str()); },
            .joined = [this](std::string_view who) { say("hello, " + std::string(who)); },
            .message = [this](Message const& message) { hear(message); }};
  }
  void hear(Message const& message) {
    auto const packet = parse_packet(message.body);
    auto const* const chat = std::get_if<Chat>(&packet);
    if (chat && chat->text.ends_with("?")) say("you ask me, " + std::string(message.from));
  }
  void say(std::string text) {
    auto const now = network_.loop.wall_now().ms_since_epoch;
    player_.send(to_packet(Chat{std::move(text), static_cast<double>(now)}));
  }
  void walk() {
    auto const angle = static_cast<float>(++steps_) / 100;
    Position const at{20 * std::cos(angle), 0, 20 * std::sin(angle)};
    player_.move_to(at);
    player_.send(to_packet(Whereabouts{.index = steps_, .at = at}), Delivery::unreliable);
    step_.start(std::chrono::milliseconds(100), [this] { walk(); });
  }

  Network network_;
  archipelago::Timer step_;
  std::uint32_t steps_ = 0;
  Player player_;
};

int main(int, char** arguments) {
  boost::asio::io_context io;
  IoNetwork network(io);
  Bot const bot(network.network(), arguments[1] ? arguments[1] : "http://localhost:8000");
  io.run();
}
