#include "bans/list_keeper.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace archipelago::bans {
namespace {

constexpr Millis kRetry{15'000};

std::string_view name(Source source) {
  return source == Source::file ? "file" : "fetched";
}

}  // namespace

void ListKeeper::read_now() {
  timer_.cancel();
  if (std::exchange(reading_, true)) {
    again_ = true;
    return;
  }
  if (parts_.submit([this, now = parts_.loop.wall_now()] { read(now); })) return;
  failed({Errc::overloaded, "no thread to read it"});
  finished(false);
}

void ListKeeper::read(WallTime now) {
  auto list = read_();
  bool const good = list.has_value();
  if (!good)
    failed(list.error());
  else if (*list)
    accept(**std::move(list), now);
  parts_.loop.post([this, good] { finished(good); });
}

void ListKeeper::accept(List list, WallTime now) {
  auto const entries = list.addresses.size();
  parts_.lists.replace(source_, std::move(list.addresses));
  parts_.metrics.set(Metric::bans_listed, static_cast<std::int64_t>(parts_.lists.size()));
  if (source_ == Source::fetched)
    parts_.metrics.set(Metric::ban_list_loaded, now.ms_since_epoch / 1'000);
  log::info("bans", "list_loaded",
            {{"list", name(source_)}, {"entries", entries}, {"skipped", list.skipped}});
  if (parts_.changed) parts_.changed();
}

void ListKeeper::failed(Error const& error) {
  parts_.metrics.add(source_ == Source::file ? Metric::ban_failures_file
                                             : Metric::ban_failures_list);
  log::warn("bans", "list_not_loaded",
            {{"list", name(source_)},
             {"why", error.detail},
             {"kept", parts_.lists.loaded(source_) ? "the last good one" : "none"}});
}

void ListKeeper::finished(bool good) {
  reading_ = false;
  if (std::exchange(again_, false)) return read_now();
  timer_.start(good ? every_ : std::min(every_, kRetry), [this] { read_now(); });
}

}  // namespace archipelago::bans
