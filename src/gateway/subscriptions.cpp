#include "gateway/subscriptions.hpp"

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
  auto& channel = channels_[key];
  channel.kind = kind;
  auto const hear = [this, &channel](bus::Message const& message) {
    deliver(channel,
            channel.kind == TopicKind::peer ? peer_element(message) : system_element(message));
  };
  auto const weight = kind == TopicKind::peer ? bus::Weight::droppable : bus::Weight::vital;
  channel.subscription = shard_.mailbox.subscribe(pattern, hear, weight);
  return {};
}

void Subscriptions::stream(TopicKind kind, std::uint32_t id, rpc::Call call) {
  auto const found = channels_.find(id);
  if (found == channels_.end() || found->second.kind != kind || found->second.stream)
    return call.stream(1).close();
  attach(id, found->second, call);
}

void Subscriptions::attach(Key key, Channel& channel, rpc::Call& call) {
  auto stream = call.stream(shard_.options.subscription_messages);
  channel.stream = stream;
  for (auto& element : std::exchange(channel.waiting, {})) stream.push(std::move(element));
  channel.waiting_bytes = 0;
  stream.on_end([weak = weak_from_this(), key] {  // may run at once: `channel` is gone then
    if (auto const self = weak.lock()) self->channels_.erase(key);
  });
}

void Subscriptions::deliver(Channel& channel, std::string element) {
  if (element.empty()) return;
  if (take(channel, std::move(element))) return;
  shard_.metrics.add(Metric::topic_messages_dropped);
  shard_.metrics.reject(Errc::slow_consumer);
}

/// A first message is taken whatever its size, so that the bound on bytes silences nobody.
bool Subscriptions::take(Channel& channel, std::string element) const {
  auto const bytes = channel.stream ? channel.stream->waiting_bytes() : channel.waiting_bytes;
  if (bytes != 0 && bytes + element.size() > shard_.options.subscription_bytes) return false;
  if (channel.stream) return channel.stream->push(std::move(element));
  if (channel.waiting.size() >= shard_.options.subscription_messages) return false;
  channel.waiting_bytes += element.size();
  channel.waiting.push_back(std::move(element));
  return true;
}

void Subscriptions::close(std::uint32_t id) {
  auto const found = channels_.find(id);
  if (found == channels_.end()) return;
  auto const stream = found->second.stream;
  channels_.erase(found);
  if (stream) rpc::OutStream(*stream).close();
}

void Subscriptions::close_all() {
  for (auto& [key, channel] : std::exchange(channels_, {}))
    if (channel.stream) channel.stream->close();
}

}  // namespace archipelago::gateway
