// From snapshots to viewers.
#include "station/feed.hpp"

#include <utility>

namespace archipelago::station {
namespace {

constexpr std::size_t kMostToHear = 125;  // whatever it is, it is too much
constexpr double kUnknown = -1;

}  // namespace

Feed::Feed(FeedParts parts, FeedOptions options)
    : loop_(parts.loop),
      shard_loops_(std::move(parts.shards)),
      snapshots_(std::move(parts.snapshots)),
      quality_(std::move(parts.quality)),
      realm_(std::move(parts.realm)),
      pause_(options.look),
      book_(options.viewers, std::move(options.unlimited), parts.metrics),
      meter_(parts.metrics, std::move(parts.lag)),
      timer_(loop_) {
  shards_.reserve(shard_loops_.size());
  for (std::size_t i = 0; i < shard_loops_.size(); ++i)
    shards_.push_back(std::make_unique<ShardViewers>(
        parts.metrics, [this, i] { loop_.post([this, i] { give_whole(i); }); }));
}

void Feed::register_endpoint(net::Router& router) {
  net::WebsocketEndpoint endpoint;
  endpoint.max_message_bytes = kMostToHear;
  endpoint.open = [this](net::HttpRequest const&, net::Connection& connection,
                         std::size_t shard) -> std::shared_ptr<net::Protocol> {
    return std::make_shared<Viewer>(connection, *shards_.at(shard), book_);
  };
  router.websocket("/station/feed", std::move(endpoint));
}

void Feed::give_whole(std::size_t shard) {
  if (!known_) look();
  if (known_ && !whole_) whole_ = finish(encoder_.whole());
  shard_loops_[shard]->post(
      [viewers = shards_[shard].get(), update = whole_] { viewers->whole(update); });
}

void Feed::look() {
  if (book_.empty()) return rest();
  if (auto snapshot = snapshots_(); snapshot != known_) advance(std::move(snapshot));
  timer_.start(pause_, [this] { look(); });
}

void Feed::advance(SnapshotPointer snapshot) {
  auto const quality = quality_();
  auto news = encoder_.advance(*snapshot, *quality);
  known_ = std::move(snapshot);
  whole_.reset();
  pulse_ = meter_.take(loop_.now());
  pulse_.set_recall(static_cast<float>(quality->recall_mean.value_or(kUnknown)));
  pulse_.set_churn_min(static_cast<float>(quality->churn));
  pulse_.set_players(static_cast<std::uint32_t>(known_->players));
  pulse_.set_islands(static_cast<std::uint32_t>(known_->islands.size()));
  auto const update = finish(std::move(news));
  for (std::size_t i = 0; i < shards_.size(); ++i)
    shard_loops_[i]->post([viewers = shards_[i].get(), update] { viewers->delta(update); });
}

void Feed::rest() {
  encoder_.forget();
  known_.reset();
  whole_.reset();
}

SharedBytes Feed::finish(Update update) {
  update.set_time_ms(static_cast<std::uint64_t>(known_->taken.ms_since_epoch));
  if (update.whole()) *update.mutable_realm() = realm_;
  *update.mutable_pulse() = pulse_;
  return share(update.SerializeAsString());
}

}  // namespace archipelago::station
