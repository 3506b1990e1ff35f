// Members without a socket.
#include "rooms/extras.hpp"

#include <functional>
#include <set>
#include <utility>

#include "base/log.hpp"
#include "decentraland/kernel/comms/rfc5/ws_comms.pb.h"
#include "extras/company.hpp"
#include "wire/packet.hpp"
#include "wire/rfc5.hpp"

namespace archipelago::rooms {
namespace {

namespace rfc5 = decentraland::kernel::comms::rfc5;

constexpr std::size_t kMaxPacket = 256UL * 1024;

/// Where a member's packets go when there is nobody behind it, or only an ear.
class NoConnection final : public net::Connection {
 public:
  using Hear = std::function<void(std::string_view packet)>;

  NoConnection(Loop& loop, Hear hear) : loop_(loop), hear_(std::move(hear)) {}

  bool send(SharedBytes message, net::Delivery /*delivery*/) override {
    if (hear_) hear_(*message);
    return true;
  }
  net::BatchSent send_batch(net::FrameBatch const& batch, net::FrameBatch::Own const& author,
                            net::Leave /*leave*/) override {
    if (hear_) batch.for_others(author, [&](auto const& frame) { hear_(batch.payload(frame)); });
    return {.frames = batch.frames_beside(author), .bytes = batch.payload_beside(author)};
  }
  void close(Errc /*why*/, std::string_view /*text*/) override {}
  void logged_in() override {}
  [[nodiscard]] std::string const& remote() const override { return nowhere_; }
  [[nodiscard]] Loop& loop() override { return loop_; }

 private:
  Loop& loop_;
  Hear hear_;
  std::string const nowhere_ = "made up";
};

}  // namespace

/// The made-up people of one room. Its shard's.
class Extras::Troupe {
 public:
  Troupe(Loop& loop, ShardRooms& rooms, std::string room, ExtrasOptions const& options,
         Metrics& metrics)
      : loop_(loop),
        rooms_(rooms),
        room_(std::move(room)),
        options_(options),
        metrics_(metrics),
        company_(options.seed ^ std::hash<std::string>{}(room_), options.people),
        idle_since_(loop.now()),
        timer_(loop) {}
  Troupe(Troupe const&) = delete;
  Troupe& operator=(Troupe const&) = delete;
  ~Troupe() { metrics_.add(Metric::simulated_peers, -std::ssize(people_)); }

  /// `gone`: called when they leave; it may destroy this.
  void enter(std::function<void()> gone) {
    gone_ = std::move(gone);
    people_.reserve(company_.size());
    for (std::size_t who = 0; who < company_.size(); ++who) {
      auto hear = who == 0 ? NoConnection::Hear([this](auto bytes) { hear_packet(bytes); })
                           : NoConnection::Hear();
      auto connection = std::make_unique<NoConnection>(loop_, std::move(hear));
      auto seat = rooms_.enter(room_, company_.address(who), *connection);
      if (!seat) break;
      ours_.insert((*seat)->alias());
      people_.push_back({.connection = std::move(connection), .seat = std::move(*seat)});
      metrics_.add(Metric::simulated_peers);
    }
    beat();
  }

 private:
  struct Member {
    std::unique_ptr<NoConnection> connection;
    std::unique_ptr<Seat> seat;  // left first
  };

  void beat() {
    for (auto const& alias : ours_) others_.erase(alias);
    if (!others_.empty()) idle_since_ = loop_.now();
    bool const nobody = people_.empty() || people_[0].seat->lost();
    if (nobody || loop_.now() - idle_since_ > options_.patience) return std::exchange(gone_, {})();
    timer_.start(extras::Company::kBeat, [this] { beat(); });
    if (others_.empty()) return;
    for (auto const& line : company_.beat(loop_.wall_now()))
      if (line.who < people_.size()) people_[line.who].seat->relay(line.body, line.unreliable);
  }

  /// What the first of them is sent. Aliases of ours are sorted out later: the first hears of the
  /// second before that has a seat.
  void hear_packet(std::string_view bytes) {
    auto const scan = wire::scan_ws_packet(bytes);
    if (!scan) return;
    if (scan->which == wire::WsCase::peer_update) {
      if (!ours_.contains(scan->from_alias)) company_.hear(scan->body());
      return;
    }
    auto const packet = wire::decode<rfc5::WsPacket>(bytes, kMaxPacket);
    if (!packet) return;
    for (auto const& [alias, address] : packet->welcome_message().peer_identities())
      others_.insert(alias);
    if (packet->has_peer_join_message()) others_.insert(packet->peer_join_message().alias());
    if (packet->has_peer_leave_message()) others_.erase(packet->peer_leave_message().alias());
  }

  Loop& loop_;
  ShardRooms& rooms_;
  std::string const room_;
  ExtrasOptions const& options_;
  Metrics& metrics_;
  extras::Company company_;
  std::set<Alias> ours_;
  std::set<Alias> others_;
  Instant idle_since_;
  Timer timer_;
  std::function<void()> gone_;
  std::vector<Member> people_;  // last: leaving, they may be heard
};

Extras::Extras(Rooms& rooms, std::span<Loop* const> loops, ExtrasOptions options, Metrics& metrics)
    : rooms_(rooms),
      loops_(loops.begin(), loops.end()),
      options_(options),
      metrics_(metrics),
      troupes_(loops_.size()) {}

Extras::~Extras() = default;

void Extras::come_to(std::string_view room) {
  auto const shard = rooms_.home(room);
  loops_[shard]->post([this, shard, room = std::string(room)] { enter(shard, room); });
}

void Extras::enter(std::size_t shard, std::string const& room) {
  auto& troupes = troupes_[shard];
  if (troupes.contains(room)) return;
  auto& loop = *loops_[shard];
  auto& troupe = *troupes
                      .emplace(room, std::make_unique<Troupe>(loop, rooms_.shard(shard), room,
                                                              options_, metrics_))
                      .first->second;
  // Later, for they leave in the midst of their own work.
  troupe.enter([this, shard, room, &loop] {
    loop.post([this, shard, room] { troupes_[shard].erase(room); });
  });
}

}  // namespace archipelago::rooms
