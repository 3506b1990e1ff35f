// Who gets which update.
#include "station/viewers.hpp"

#include <utility>

namespace archipelago::station {

std::optional<IpAddress> GuestBook::charged(std::string const& remote) const {
  auto address = IpAddress::parse(remote);
  return address && unlimited_.contain(*address) ? std::nullopt : address;
}

bool GuestBook::enter(std::string const& remote) {
  std::lock_guard const lock(mutex_);
  if (!book_.enter(charged(remote))) return false;
  metrics_.add(Metric::station_viewers);
  return true;
}

void GuestBook::leave(std::string const& remote) {
  std::lock_guard const lock(mutex_);
  book_.leave(charged(remote));
  metrics_.add(Metric::station_viewers, -1);
}

bool GuestBook::empty() const {
  std::lock_guard const lock(mutex_);
  return book_.inside() == 0;
}

void ShardViewers::enter(Viewer& viewer) {
  viewers_.insert(&viewer);
  want_whole();
}

void ShardViewers::delta(SharedBytes const& update) {
  bool behind = false;
  for (auto* const viewer : viewers_) {
    if (viewer->knows_nothing_yet() || (viewer->current() && viewer->send(update))) continue;
    metrics_.add(Metric::station_updates_missed);
    behind = true;
  }
  if (behind) want_whole();
}

void ShardViewers::whole(SharedBytes const& update) {
  asked_ = false;
  for (auto* const viewer : viewers_) {
    if (viewer->current()) continue;
    if (!update) return want_whole();  // it came meanwhile
    viewer->send(update);
  }
}

void ShardViewers::want_whole() {
  if (!std::exchange(asked_, true)) ask_whole_();
}

void Viewer::on_open() {
  inside_ = book_.enter(connection_.remote());
  if (!inside_) return connection_.close(Errc::too_many_viewers);
  connection_.logged_in();  // nothing to prove, and no place of those who have to is taken
  shard_.enter(*this);
}

void Viewer::on_message(std::string_view /*bytes*/) {
  connection_.close(Errc::unexpected_message);
}

void Viewer::on_closed(Errc /*why*/) {
  if (!inside_) return;
  shard_.leave(*this);
  book_.leave(connection_.remote());
}

bool Viewer::send(SharedBytes const& update) {
  bool const sent = connection_.send(update, net::Delivery::unreliable);
  if (sent) knows_ = Knows::everything;
  if (!sent && current()) knows_ = Knows::less;
  return sent;
}

}  // namespace archipelago::station
