// Keeps the answer to GET /hot-scenes: the content server is asked at most once in a while, never
// by a shard.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "base/result.hpp"
#include "base/worker_pool.hpp"
#include "net/http.hpp"
#include "realm/statistics.hpp"

namespace archipelago::realm {

class SceneBoard {
 public:
  /// Blocks for the answer to POST <content>/entities/active.
  using Ask = std::function<Result<std::string>(std::string const& question)>;

  /// `content_url` "": nothing is asked and the list is empty. All must outlive the board's last
  /// answer; `pool` is destroyed before the board.
  SceneBoard(std::string content_url, Ask ask, WorkerPool& pool, SnapshotSource snapshots,
             Metrics& metrics)
      : content_url_(std::move(content_url)),
        ask_(std::move(ask)),
        pool_(pool),
        snapshots_(std::move(snapshots)),
        metrics_(metrics) {}

  /// GET /hot-scenes. While the content server does not answer, the last list stands.
  void register_endpoint(net::Router& router);

 private:
  static constexpr Millis kKept{30'000};
  static constexpr std::size_t kMostWaiting = 64;

  void answer(net::HttpReply reply);
  void refresh(SnapshotPointer const& snapshot);

  std::string const content_url_;
  Ask const ask_;
  WorkerPool& pool_;
  SnapshotSource const snapshots_;
  Metrics& metrics_;

  std::mutex mutex_;  // guards what follows
  std::string body_ = "[]";
  std::optional<Instant> good_until_;    ///< nothing: never asked
  std::vector<net::HttpReply> waiting_;  ///< not empty: a refresh is under way
};

}  // namespace archipelago::realm
