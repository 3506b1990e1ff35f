// The topics that one BFF session listens to (WIRE 3.3): buffers with ids, and the streams that
// empty them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "gateway/shard.hpp"
#include "rpc/server.hpp"

namespace archipelago::gateway {

enum class TopicKind : std::uint8_t {
  peer,    ///< elements are PeerTopicSubscriptionResultElem
  system,  ///< elements are SystemTopicSubscriptionResultElem
};

/// Bounded by Options::subscription*: what a full subscription misses is the newest, counted as
/// `topic_messages_dropped`. One loop. Destroying it ends all streams.
class Subscriptions final : public std::enable_shared_from_this<Subscriptions> {
 public:
  explicit Subscriptions(Shard const& shard) : shard_(shard) {}
  Subscriptions(Subscriptions const&) = delete;
  Subscriptions& operator=(Subscriptions const&) = delete;
  ~Subscriptions();

  /// Starts to buffer what comes on `pattern`; ids count from 0. Error: `too_many_subscriptions`,
  /// counted.
  [[nodiscard]] Result<std::uint32_t> open(TopicKind kind, std::string_view pattern);

  /// Answers `call` with the stream of a subscription: what waits, then what comes. The stream of
  /// an unknown id, or of one that is streaming already, ends at once. When the client ends the
  /// stream, the subscription ends.
  void stream(TopicKind kind, std::uint32_t id, rpc::Call call);

  /// open() and stream() in one; the subscription has no id.
  [[nodiscard]] Result<> open_stream(TopicKind kind, std::string_view pattern, rpc::Call call);

  /// Forgets a subscription and ends its stream; unknown ids are ignored.
  void close(std::uint32_t id);
  void close_all();

  [[nodiscard]] std::size_t size() const { return channels_.size(); }

 private:
  using Key = std::uint64_t;
  struct Channel {
    TopicKind kind;
    std::deque<std::string> waiting;  // until there is a stream
    std::size_t waiting_bytes = 0;
    std::optional<rpc::OutStream> stream;
    bus::Subscription subscription;  // last: ends first
  };

  [[nodiscard]] Result<> add(Key key, TopicKind kind, std::string_view pattern);
  void attach(Key key, Channel& channel, rpc::Call& call);
  void deliver(Channel& channel, std::string element);
  [[nodiscard]] bool take(Channel& channel, std::string element) const;

  Shard const& shard_;
  std::map<Key, Channel> channels_;
  std::uint32_t next_id_ = 0;
  Key next_nameless_ = Key{1} << 32U;
};

}  // namespace archipelago::gateway
