#include "gateway/subscriptions.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "bus/subjects.hpp"
#include "decentraland/bff/topics_service.pb.h"
#include "wire/packet.hpp"

namespace archipelago::gateway {
namespace {

namespace bff = decentraland::bff;

constexpr std::string_view kRoot = "client-proto.";
constexpr std::string_view kPeerRoot = "client-proto.peer.";

/// Empty if the subject names no player.
std::string peer_element(bus::Message const& message) {
  auto const sender = bus::subjects::peer_of(message.subject);
  auto const head = kPeerRoot.size() + Address::kLength + 1;
  if (!sender || message.subject.size() <= head) return {};
  bff::PeerTopicSubscriptionResultElem element;
  element.set_payload(message.payload);
  element.set_topic(message.subject.substr(head));
  element.set_sender(sender->str());
  return wire::encode(element);
}

std::string system_element(bus::Message const& message) {
  bff::SystemTopicSubscriptionResultElem element;
  element.set_payload(message.payload);
  element.set_topic(message.subject.substr(kRoot.size()));
  return wire::encode(element);
}

}  // namespace

Subscriptions::~Subscriptions() {
  close_all();
}

Result<std::uint32_t> Subscriptions::open(TopicKind kind, std::string_view pattern) {
  if (auto added = add(next_id_, kind, pattern); !added) return tl::unexpected(added.error());
  return next_id_++;
}

Result<> Subscriptions::open_stream(TopicKind kind, std::string_view pattern, rpc::Call call) {
  if (auto added = add(next_nameless_, kind, pattern); !added) return added;
  auto const key = next_nameless_++;
  attach(key, channels_.at(key), call);
  return {};
}

Result<> Subscriptions::add(Key key, TopicKind kind, std::string_view pattern) {
  if (channels_.size() >= shard_.options.subscriptions) {
    shard_.metrics.reject(Errc::too_many_subscriptions);
    return fail(Errc::too_many_subscriptions);
  }
  auto const wanted = feed(kind, pattern);
  wanted->second.channels.push_back(key);
  channels_.emplace(key, Channel{.feed = wanted});
  return {};
}

Subscriptions::Feeds::iterator Subscriptions::feed(TopicKind kind, std::string_view pattern) {
  auto const [place, first] = feeds_.try_emplace({kind, std::string(pattern)});
  if (!first || (kind == TopicKind::system && pattern == handed_)) return place;
  auto const on_message = [this, what = place->first](bus::Message const& message) {
    hear(what, message);
  };
  auto const weight = kind == TopicKind::peer ? bus::Weight::droppable : bus::Weight::vital;
  place->second.subscription = shard_.mailbox.subscribe(pattern, on_message, weight);
  return place;
}

void Subscriptions::remove(Channels::iterator channel) {
  auto const feed = channel->second.feed;
  std::erase(feed->second.channels, channel->first);
  if (feed->second.channels.empty()) feeds_.erase(feed);
  channels_.erase(channel);
}

void Subscriptions::stream(TopicKind kind, std::uint32_t id, rpc::Call call) {
  auto const found = channels_.find(id);
  if (found == channels_.end() || found->second.kind() != kind || found->second.stream)
    return call.stream(1).close();
  attach(id, found->second, call);
}

void Subscriptions::attach(Key key, Channel& channel, rpc::Call& call) {
  auto stream = call.stream(shard_.options.subscription_messages);
  channel.stream = stream;
  for (auto& element : std::exchange(channel.waiting, {})) stream.push(std::move(element));
  channel.waiting_bytes = 0;
  stream.on_end([weak = weak_from_this(), key] {  // may run at once: `channel` is gone then
    auto const self = weak.lock();
    if (!self) return;
    if (auto const found = self->channels_.find(key); found != self->channels_.end())
      self->remove(found);
  });
}

void Subscriptions::hand_over(std::string_view payload) {
  Feeds::key_type const what{TopicKind::system, handed_};
  if (feeds_.contains(what)) hear(what, {.subject = handed_, .payload = std::string(payload)});
}

/// Whatever is sent may come back and end subscriptions, this feed's too.
void Subscriptions::hear(Feeds::key_type const& what, bus::Message const& message) {
  auto const keep = shared_from_this();
  auto const element =
      what.first == TopicKind::peer ? peer_element(message) : system_element(message);
  if (element.empty()) return;
  auto const keys = feeds_.find(what)->second.channels;
  for (auto const key : keys) {
    auto const channel = channels_.find(key);
    if (channel == channels_.end() || take(channel->second, element)) continue;
    shard_.metrics.add(Metric::topic_messages_dropped);
    shard_.metrics.reject(Errc::slow_consumer);
  }
}

bool Subscriptions::take(Channel& channel, std::string const& element) const {
  if (channel.stream && channel.stream->asked()) return channel.stream->push(element);
  if (!fits(channel, element.size())) return false;
  if (channel.stream) return channel.stream->push(element);
  if (channel.waiting.size() >= shard_.options.subscription_messages) return false;
  channel.waiting_bytes += element.size();
  channel.waiting.push_back(element);
  return true;
}

/// A first message is taken whatever its size, so that no bound on bytes silences anybody.
bool Subscriptions::fits(Channel const& channel, std::size_t bytes) const {
  auto const& options = shard_.options;
  auto const here = channel.bytes();
  if (here != 0 && here + bytes > options.subscription_bytes) return false;
  if (options.subscriptions_bytes == 0) return true;
  auto const sum = [](std::size_t all, auto const& c) { return all + c.second.bytes(); };
  auto const all = std::accumulate(channels_.begin(), channels_.end(), std::size_t{0}, sum);
  return all == 0 || all + bytes <= options.subscriptions_bytes;
}

void Subscriptions::close(std::uint32_t id) {
  auto const found = channels_.find(id);
  if (found == channels_.end()) return;
  auto const stream = found->second.stream;
  remove(found);
  if (stream) rpc::OutStream(*stream).close();
}

void Subscriptions::close_all() {
  feeds_.clear();
  for (auto& [key, channel] : std::exchange(channels_, {}))
    if (channel.stream) channel.stream->close();
}

}  // namespace archipelago::gateway
