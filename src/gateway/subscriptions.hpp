// The topics that one BFF session listens to (WIRE 3.3): buffers with ids, and the streams that
// empty them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "gateway/shard.hpp"
#include "rpc/server.hpp"

namespace archipelago::gateway {

enum class TopicKind : std::uint8_t {
  peer,    ///< elements are PeerTopicSubscriptionResultElem
  system,  ///< elements are SystemTopicSubscriptionResultElem
};

/// Bounded by Options::subscription*, each and all together: what a full subscription misses is the
/// newest, counted as `topic_messages_dropped`; who reads its streams misses nothing because of
/// those that it does not read. Subscriptions of one pattern share what they hear from the bus. One
/// loop. Destroying it ends all streams.
class Subscriptions final : public std::enable_shared_from_this<Subscriptions> {
 public:
  /// `handed`: the bus is not asked for this system subject; hand_over() brings what it has. Empty:
  /// none.
  explicit Subscriptions(Shard const& shard, std::string handed = {})
      : shard_(shard), handed_(std::move(handed)) {}
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

  /// A message of the subject that is handed in.
  void hand_over(std::string_view payload);

  /// Forgets a subscription and ends its stream; unknown ids are ignored.
  void close(std::uint32_t id);
  void close_all();

  [[nodiscard]] std::size_t size() const { return channels_.size(); }

 private:
  using Key = std::uint64_t;
  /// What the bus has on one pattern, for all channels that want it.
  struct Feed {
    std::vector<Key> channels;  // never empty
    bus::Subscription subscription;
  };
  using Feeds = std::map<std::pair<TopicKind, std::string>, Feed, std::less<>>;
  struct Channel {
    Feeds::iterator feed;
    std::vector<std::string> waiting{};  // until there is a stream
    std::size_t waiting_bytes = 0;
    std::optional<rpc::OutStream> stream{};

    [[nodiscard]] TopicKind kind() const { return feed->first.first; }
    [[nodiscard]] std::size_t bytes() const {
      return stream ? stream->waiting_bytes() : waiting_bytes;
    }
  };
  using Channels = std::map<Key, Channel>;

  [[nodiscard]] Result<> add(Key key, TopicKind kind, std::string_view pattern);
  [[nodiscard]] Feeds::iterator feed(TopicKind kind, std::string_view pattern);
  void remove(Channels::iterator channel);
  void attach(Key key, Channel& channel, rpc::Call& call);
  void hear(Feeds::key_type const& what, bus::Message const& message);
  [[nodiscard]] bool take(Channel& channel, std::string const& element) const;
  [[nodiscard]] bool fits(Channel const& channel, std::size_t bytes) const;

  Shard const& shard_;
  std::string const handed_;
  Feeds feeds_;
  Channels channels_;
  std::uint32_t next_id_ = 0;
  Key next_nameless_ = Key{1} << 32U;
};

}  // namespace archipelago::gateway
