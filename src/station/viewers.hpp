// Those of one shard who watch the feed, and how many there are of them in the whole realm.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/bytes.hpp"
#include "base/metrics.hpp"
#include "limits/admission.hpp"
#include "net/client_address.hpp"
#include "net/websocket.hpp"

namespace archipelago::station {

/// Who watches, in total and from one address. Any thread.
class GuestBook {
 public:
  /// No limit per address concerns `unlimited`.
  GuestBook(limits::AdmissionLimits limits, net::AddressBlocks unlimited, Metrics& metrics)
      : book_(limits), unlimited_(std::move(unlimited)), metrics_(metrics) {}

  /// False when there are too many.
  [[nodiscard]] bool enter(std::string const& remote);
  /// Once for each successful enter().
  void leave(std::string const& remote);

  [[nodiscard]] bool empty() const;

 private:
  [[nodiscard]] std::optional<IpAddress> charged(std::string const& remote) const;

  mutable std::mutex mutex_;  // guards book_
  limits::Admission book_;
  net::AddressBlocks const unlimited_;
  Metrics& metrics_;
};

class Viewer;

/// The viewers of one shard. Everything on its thread. Each is sent the updates that all are sent,
/// or, when it is new or has missed one, the next whole update that its connection takes.
class ShardViewers {
 public:
  /// `ask_whole` leads to whole(), soon; called at most once until then.
  ShardViewers(Metrics& metrics, std::function<void()> ask_whole)
      : metrics_(metrics), ask_whole_(std::move(ask_whole)) {}

  void enter(Viewer& viewer);
  void leave(Viewer& viewer) { viewers_.erase(&viewer); }

  /// From the update before; to those who have that.
  void delta(SharedBytes const& update);
  /// To those who wait for it. Null: nobody did when it was asked for.
  void whole(SharedBytes const& update);

 private:
  void want_whole();

  Metrics& metrics_;
  std::function<void()> const ask_whole_;
  std::unordered_set<Viewer*> viewers_;
  bool asked_ = false;
};

/// One connection to the feed: listens, says nothing.
class Viewer final : public net::Protocol {
 public:
  Viewer(net::Connection& connection, ShardViewers& shard, GuestBook& book)
      : connection_(connection), shard_(shard), book_(book) {}

  void on_open() override;
  void on_message(std::string_view bytes) override;
  void on_closed(Errc why) override;

  /// False: it was not taken, the viewer is behind from now on.
  bool send(SharedBytes const& update);
  /// Has every update up to the newest one.
  [[nodiscard]] bool current() const { return knows_ == Knows::everything; }
  [[nodiscard]] bool knows_nothing_yet() const { return knows_ == Knows::nothing; }

 private:
  net::Connection& connection_;
  ShardViewers& shard_;
  GuestBook& book_;
  enum class Knows : std::uint8_t { nothing, less, everything };
  Knows knows_ = Knows::nothing;
  bool inside_ = false;
};

}  // namespace archipelago::station
