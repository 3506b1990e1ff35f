// A room of made-up people that never leaves the client.
#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "client/transports.hpp"
#include "extras/company.hpp"

namespace archipelago::client {
namespace {

constexpr std::size_t kPeople = 10;
constexpr std::size_t kMaxBody = 128UL * 1024;

/// `<people>[/<seed>]`; anything else means the default.
extras::Company company_of(std::string_view parameters) {
  std::size_t people = kPeople;
  std::uint64_t seed = 1;
  auto const* const end = parameters.data() + parameters.size();
  auto const [rest, error] = std::from_chars(parameters.data(), end, people);
  if (error != std::errc{}) return {seed, kPeople};
  if (rest != end && *rest == '/') std::from_chars(rest + 1, end, seed);
  return {seed, people};
}

/// Lives while its transport does; held by itself during a call to the listener.
class Play : public std::enable_shared_from_this<Play> {
 public:
  Play(Loop& loop, std::string_view parameters)
      : loop_(loop), company_(company_of(parameters)), timer_(loop) {}

  void open(TransportListener& listener) {
    listener_ = &listener;
    loop_.post([weak = weak_from_this()] {
      if (auto const self = weak.lock(); self && !self->left_) self->begin();
    });
  }
  bool hear(std::string_view body) {
    if (!open_ || body.size() > kMaxBody) return false;
    company_.hear(body);
    return true;
  }
  void leave() {
    left_ = true;
    open_ = false;
    timer_.cancel();
  }

 private:
  void begin() {
    open_ = true;
    listener_->on_open();
    for (std::size_t who = 0; who < company_.size() && !left_; ++who)
      listener_->on_peer_joined(company_.address(who).text());
    beat();
  }

  void beat() {
    if (left_) return;
    auto const self = shared_from_this();
    timer_.start(extras::Company::kBeat, [this] { beat(); });
    for (auto const& line : company_.beat(loop_.wall_now())) {
      if (left_) return;
      listener_->on_message(
          {.from = company_.address(line.who).text(),
           .body = line.body,
           .delivery = line.unreliable ? Delivery::unreliable : Delivery::reliable});
    }
  }

  Loop& loop_;
  extras::Company company_;
  TransportListener* listener_ = nullptr;
  Timer timer_;
  bool open_ = false;
  bool left_ = false;
};

class Simulator final : public Transport {
 public:
  Simulator(Loop& loop, std::string_view parameters)
      : play_(std::make_shared<Play>(loop, parameters)) {}
  Simulator(Simulator const&) = delete;
  Simulator& operator=(Simulator const&) = delete;
  ~Simulator() override { play_->leave(); }

  void connect(TransportListener& listener) override { play_->open(listener); }
  bool send(std::string_view body, Delivery /*delivery*/) override { return play_->hear(body); }
  void leave() override { play_->leave(); }

 private:
  std::shared_ptr<Play> const play_;
};

}  // namespace

Result<std::unique_ptr<Transport>> make_simulator(Network const& network,
                                                  TransportOrder const& order) {
  return std::make_unique<Simulator>(network.loop, order.url);
}

}  // namespace archipelago::client
