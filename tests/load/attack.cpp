// Honest players in peace, then the same while one address does everything at once.
#include <random>
#include <stdexcept>
#include <thread>

#include "load/scenes.hpp"

namespace archipelago::load {
namespace {

using std::chrono::milliseconds;

constexpr std::uint8_t kAttacker = 250;  // 127.0.0.250
constexpr std::uint8_t kFlooder = 251;   // comes back from here: the mob fills its own address
constexpr std::size_t kHalfOpen = 2'000;
constexpr std::size_t kLorises = 200;
constexpr std::size_t kGarbage = 100;
constexpr std::size_t kFloodPerTurn = 100;  // in 10 ms: 10 000 heartbeats a second
constexpr std::size_t kPlaces = 20;
constexpr float kApart = 500.0F;  // far beyond the distance at which players part

/// Players who each go from place to place, where others stand: every arrival is a new island.
class Travellers {
 public:
  Travellers(std::uint16_t port, std::size_t count)
      : identities_(make_identities(count)), crowd_(port) {
    for (auto const& identity : identities_) crowd_.add(&identity);
    next_.resize(count);
    for (std::size_t i = 0; i < count; ++i) places_.push_back(i % kPlaces);
    crowd_.events.island = [this](Player& player) { arrived(player); };
    for (auto& player : crowd_.players()) crowd_.connect(player, host_of(player.id));
    auto const inside = [this] {
      return std::ranges::all_of(crowd_.players(),
                                 [](Player const& p) { return p.stage == Stage::logged_in; });
    };
    if (!crowd_.poll_until(inside, std::chrono::seconds(20)))
      throw std::runtime_error("the travellers could not log in");
    for (auto& player : crowd_.players()) say_where(player, places_[player.id]);
    crowd_.poll_until([] { return false; }, std::chrono::seconds(3));
  }

  void step() {
    crowd_.poll(milliseconds(0));
    auto const now = Clock::now();
    for (auto& player : crowd_.players())
      if (player.id >= kPlaces && next_[player.id] < now) depart(player);
  }
  [[nodiscard]] std::vector<double> take_delays() { return std::exchange(delays_, {}); }

 private:
  void say_where(Player& player, std::size_t place) {
    auto const x = kApart * static_cast<float>(place);
    crowd_.send(player, heartbeat(x + static_cast<float>(player.id % 7), 0, player.id));
  }
  void depart(Player& player) {
    auto& place = places_[player.id];
    place = (place + 1 + random_() % (kPlaces - 1)) % kPlaces;
    player.beat = Clock::now();
    say_where(player, place);
    next_[player.id] = player.beat + milliseconds(6'000);  // whatever becomes of it
  }
  void arrived(Player& player) {
    if (player.beat == Clock::time_point{}) return;
    delays_.push_back(milliseconds_since(player.beat));
    player.beat = {};
    next_[player.id] = Clock::now() + milliseconds(random_() % 1'000);
  }

  std::deque<auth::Identity> identities_;
  Crowd crowd_;
  std::vector<std::size_t> places_;
  std::vector<Clock::time_point> next_;
  std::vector<double> delays_;
  std::minstd_rand random_{7};
};

/// One login every 50 ms, each timed from connect() to welcome.
class Guests {
 public:
  explicit Guests(std::uint16_t port) : identities_(make_identities(400, 2)), crowd_(port) {
    for (auto const& identity : identities_) crowd_.add(&identity);
    crowd_.events.reached = [this](Player& player) {
      if (player.stage != Stage::logged_in) return;
      times_.push_back(milliseconds_since(player.began));
      crowd_.leave(player, true);
    };
    crowd_.events.gone = [this](Player&) { ++refused_; };
  }
  void step() {
    crowd_.poll(milliseconds(0));
    if (Clock::now() < due_) return;
    due_ = Clock::now() + milliseconds(50);
    auto& player = crowd_.players()[started_++ % identities_.size()];
    crowd_.connect(player, host_of(started_));
  }
  [[nodiscard]] boost::json::object report() {
    auto report = spread_of(std::exchange(times_, {}));
    report["refused"] = std::exchange(refused_, 0);
    return report;
  }

 private:
  std::deque<auth::Identity> identities_;
  Crowd crowd_;
  std::vector<double> times_;
  std::size_t started_ = 0;
  std::size_t refused_ = 0;
  Clock::time_point due_{};
};

/// All from one address: sockets that say nothing, that drip, that say nonsense; and one player
/// who says too much. Whoever is thrown out comes back.
class Mob {
 public:
  explicit Mob(std::uint16_t port) : identities_(make_identities(1, 3)), crowd_(port) {
    for (std::size_t i = 0; i < kHalfOpen + kLorises + kGarbage; ++i)
      crowd_.add(nullptr).goal =
          i < kHalfOpen + kLorises || i % 2 == 0 ? Stage::connected : Stage::upgraded;
    crowd_.add(&identities_.front());
    garbage_.resize(4'096);
    for (auto& byte : garbage_) byte = static_cast<char>(random_());
    for (std::size_t i = 0; i < kFloodPerTurn; ++i) beats_ += heartbeat(1, 1, 99);
    crowd_.events.gone = [this](Player&) { ++thrown_out_; };
    crowd_.events.reached = [this](Player& player) {
      bool const noisy = player.id >= kHalfOpen + kLorises && player.id < flooder().id;
      if (noisy && player.stage == player.goal) crowd_.send(player, garbage_);
    };
  }

  void step() {
    crowd_.poll(milliseconds(0));
    if (Clock::now() < due_) return;
    due_ = Clock::now() + milliseconds(10);
    for (std::size_t i = 0; i < kFloodPerTurn; ++i) come_back();
    for (std::size_t i = 0; i < 4; ++i) drip();
    if (flooder().stage == Stage::logged_in) {
      crowd_.send(flooder(), beats_);
      flooded_ += kFloodPerTurn;
    }
  }
  [[nodiscard]] boost::json::object report() const {
    return {{"connections_begun", begun_},
            {"thrown_out", thrown_out_},
            {"heartbeats_of_one_player", flooded_}};
  }

 private:
  Player& flooder() { return crowd_.players().back(); }
  void come_back() {
    auto& player = crowd_.players()[turn_++ % crowd_.players().size()];
    auto const host = &player == &flooder() ? kFlooder : kAttacker;
    if (player.socket < 0 && crowd_.connect(player, host)) ++begun_;
  }
  void drip() {
    auto& loris = crowd_.players()[kHalfOpen + dripped_++ % kLorises];
    if (loris.stage == Stage::connected) crowd_.send(loris, "G");
  }

  std::deque<auth::Identity> identities_;
  Crowd crowd_;
  std::string garbage_;
  std::string beats_;
  std::minstd_rand random_{11};
  Clock::time_point due_{};
  std::size_t turn_ = 0;
  std::size_t dripped_ = 0;
  std::size_t begun_ = 0;
  std::size_t thrown_out_ = 0;
  std::size_t flooded_ = 0;
};

}  // namespace

boost::json::object attack(Order const& order) {
  Travellers travellers(order.port, order.count);
  Guests guests(order.port);
  Progress progress;
  auto const live = [&](std::string_view what, auto const& also) {
    for (auto const start = Clock::now();
         seconds_since(start) < static_cast<double>(order.seconds);) {
      travellers.step();
      guests.step();
      also();
      progress.say(what, ": ", static_cast<int>(seconds_since(start)), " of ", order.seconds, " s");
      std::this_thread::sleep_for(milliseconds(1));
    }
    return boost::json::object{{"login_ms", guests.report()},
                               {"island_change_ms", spread_of(travellers.take_delays())}};
  };
  live("settling", [] {});
  boost::json::object result;
  result["peace"] = live("peace", [] {});
  Mob mob(order.port);
  result["attack"] = live("attack", [&] { mob.step(); });
  result["mob"] = mob.report();
  return result;
}

}  // namespace archipelago::load
