// One question at a time; who asks meanwhile waits for its answer.
#include "realm/scene_board.hpp"

#include <exception>
#include <utility>

#include "base/log.hpp"

namespace archipelago::realm {
namespace {

net::HttpResponse with(std::string body, int status = 200) {
  net::HttpResponse response;
  response.status = status;
  response.credentials = true;
  response.body = std::move(body);
  return response;
}

}  // namespace

void SceneBoard::register_endpoint(net::Router& router) {
  router.http("GET", "/hot-scenes",
              [this](net::HttpRequest const&, net::HttpReply reply) { answer(std::move(reply)); });
}

void SceneBoard::answer(net::HttpReply reply) {
  auto snapshot = snapshots_();
  bool const nowhere = snapshot->players == 0 || snapshot->privacy == islands::Privacy::none;
  if (content_url_.empty() || nowhere) return reply(with("[]"));
  std::unique_lock lock(mutex_);
  if (good_until_ && snapshot->made < *good_until_) return reply(with(body_));
  if (waiting_.size() >= kMostWaiting) {
    metrics_.reject(Errc::overloaded);
    return reply(with(R"({"error":"Service Unavailable"})", 503));
  }
  waiting_.push_back(std::move(reply));
  if (waiting_.size() > 1) return;
  lock.unlock();
  if (pool_.try_submit([this, snapshot] { refresh(snapshot); })) return;
  lock.lock();
  auto const turned_away = std::exchange(waiting_, {});
  auto const old = body_;
  lock.unlock();
  metrics_.reject(Errc::overloaded);
  for (auto const& one : turned_away) one(with(old));
}

/// Those who wait are answered, whatever happens here.
Result<std::string> SceneBoard::look_up(std::map<Parcel, std::int64_t> const& parcels) const {
  try {
    return ask_(scenes_question(parcels)).and_then([&](std::string const& entities) {
      return hot_scenes_json(entities, parcels, content_url_);
    });
  } catch (std::exception const& e) {
    return fail(Errc::internal_error, e.what());
  }
}

void SceneBoard::refresh(SnapshotPointer const& snapshot) {
  auto const parcels = occupied_parcels(*snapshot);
  auto const made = look_up(parcels);
  if (!made) {
    metrics_.reject(made.error().code);
    log::warn("realm", "hot_scenes_failed", {{"why", made.error().detail}});
  }
  std::unique_lock lock(mutex_);
  if (made) body_ = *made;
  good_until_ = snapshot->made + kKept;  // a server that fails is not asked more often
  auto const askers = std::exchange(waiting_, {});
  auto const body = body_;
  lock.unlock();
  for (auto const& one : askers) one(with(body));
}

}  // namespace archipelago::realm
