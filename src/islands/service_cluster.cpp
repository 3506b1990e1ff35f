// The service among other processes: gateways that tell what players know, and other cores.
#include <optional>

#include "bus/subjects.hpp"
#include "islands/cluster_messages.hpp"
#include "islands/service.hpp"

namespace archipelago::islands {
namespace {

constexpr Millis kLoginPause{1'000};  // between two answers to older sessions of one player
constexpr Millis kSlept{1'000};       // four ticks were missed: nobody listened

}  // namespace

void Service::on_batch(bus::Message const& message) {
  auto const batch = HeartbeatBatch::read(message.payload);
  if (!batch) return metrics_.reject(batch.error().code);
  metrics_.add(Metric::cluster_batches);
  for (auto const why : batch->refused()) metrics_.reject(why);
  auto const gateway = registry_.gateways.hear(batch->gateway(), loop_.now());
  for (auto const& beat : batch->beats()) on_beat(beat, gateway);
}

void Service::on_beat(Beat const& beat, Gateways::Number gateway) {
  auto* record = players_.find(beat.player);
  if (record != nullptr) {
    auto const age = registry_.compare(*record, beat.login, gateway);
    if (age == SessionAge::older) return answer_older_session(*record);
    if (age == SessionAge::newer) {
      forget(beat.player);
      record = nullptr;
    }
  }
  if (record == nullptr) note_place(beat);
  record = take_over(beat.player, beat.at, beat.desired_room, beat.told);
  if (record == nullptr) return;
  record->login = beat.login;
  record->gateway = gateway;
  if (beat.desired_room && record->wish != beat.desired_room) record->wish = *beat.desired_room;
  bool const same_way = record->way == beat.way || record->way == 0 || beat.way == 0;
  if (record->told != beat.told || !same_way) compare_told(*record, beat.told);
}

/// Who comes from another core is on an island that has a place already, and others may be there.
/// The first who tells of it is believed.
void Service::note_place(Beat const& beat) {
  if (beat.told.empty() || beat.connection.empty()) return;
  if (placed_.size() >= options_.max_players || !placed_.emplace(beat.told).second) return;
  backend_.adopt(beat.told, beat.connection);
}

/// It ends when it hears that it is not the newest.
void Service::answer_older_session(Players::Record& player) {
  auto const now = loop_.now();
  if (!mandate() || (player.login_told && now - *player.login_told < kLoginPause)) return;
  player.login_told = now;
  bus_.publish(bus::subjects::cluster_login(player.address),
               login_message(player.login, registry_.gateways.name(player.gateway)));
}

/// The gateway knows what reached the player.
void Service::compare_told(Players::Record& player, std::string_view told) {
  if (loop_.now() - player.told_at <= kAnnouncementPatience) return;
  auto const place = engine_->find(player.address.text());
  bool const lost_its_way = player.told == told;
  player.told = told;
  if (!place || place->island.empty() || (place->island == told && !lost_its_way)) return;
  player.moved = lost_its_way;
  announcer_.owe(player.address);
  retold_ = true;
  metrics_.add(Metric::cluster_retold);
}

void Service::on_gateway(bus::Message const& message) {
  auto const status = read_gateway_status(message.payload);
  if (!status) return metrics_.reject(status.error().code);
  if (message.subject != bus::subjects::cluster_gateway(status->gateway))
    return metrics_.reject(Errc::bad_request);
  registry_.hear(*status, loop_.now(),
                 [this](Address const& gone) { engine_->leave(gone.text()); });
}

void Service::tick() {
  tick_timer_.start(kClusterTick, [this] { tick(); });
  look();
  registry_.lose_gateways(loop_.now(), metrics_,
                          [this](Address const& gone) { engine_->leave(gone.text()); });
  if (auto const epoch = leads())
    bus_.publish(bus::subjects::kClusterCore,
                 core_status_message(leading_->core, *epoch, engine_->player_count(),
                                     engine_->island_count()),
                 *epoch);
  auto const epoch = mandate();
  if (!retold_ || !epoch) return;
  retold_ = false;
  announcer_.announce({}, {}, players_, moment(*epoch));
}

/// Whether others could be heard; before whatever counts silence. Of several cores often enough to
/// tell that this process slept.
void Service::look() {
  registry_.look(loop_.now(), bus_.connected_for(), leading_ ? kSlept : Millis::max());
}

/// The epoch under which it may speak; 0 of the only core.
std::optional<std::uint64_t> Service::leads() const {
  if (!bus_.connected_for()) return std::nullopt;
  if (!leading_) return 0;
  return leading_->mandate();
}

/// The epoch under which it may decide.
std::optional<std::uint64_t> Service::mandate() {
  look();
  if (leading_ && registry_.attentive_for(loop_.now()) < kLearning) return std::nullopt;
  return leads();
}

}  // namespace archipelago::islands
