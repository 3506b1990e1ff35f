#include "gateway/bff_services.hpp"

#include <optional>
#include <string>
#include <utility>

#include "decentraland/bff/comms_director_service.pb.h"
#include "decentraland/bff/comms_service.pb.h"
#include "decentraland/bff/topics_service.pb.h"
#include "gateway/bff_request.hpp"
#include "gateway/topics.hpp"
#include "wire/packet.hpp"

namespace archipelago::gateway {
namespace {

namespace bff = decentraland::bff;
namespace v3 = decentraland::kernel::comms::v3;

/// The procedures, written once for the three modules. Copies are cheap.
class Procedures {
 public:
  Procedures(Shard const& shard, PlayerSource player) : shard_(shard), player_(std::move(player)) {}

  void subscribe(TopicKind kind, rpc::Call call) const {
    auto* const player = admitted_player(player_, call);
    if (player == nullptr) return;
    auto const pattern = requested_pattern(kind, *player, call);
    if (!pattern) return;
    auto const id = player->subscriptions().open(kind, *pattern);
    if (!id) return call.fail(reason(id.error().code).label);
    bff::Subscription answer;
    answer.set_subscription_id(*id);
    call.reply(wire::encode(answer));
  }

  void get(TopicKind kind, rpc::Call call) const {
    auto* const player = admitted_player(player_, call);
    if (player == nullptr) return;
    auto const request = read<bff::Subscription>(*player, call);
    if (request) player->subscriptions().stream(kind, request->subscription_id(), std::move(call));
  }

  void unsubscribe(rpc::Call call) const {
    auto* const player = admitted_player(player_, call);
    if (player == nullptr) return;
    auto const request = read<bff::Subscription>(*player, call);
    if (!request) return;
    bff::UnsubscriptionResult answer;
    answer.set_ok(true);
    call.reply(wire::encode(answer));
    player->subscriptions().close(request->subscription_id());
  }

  void subscribe_and_get(TopicKind kind, rpc::Call call) const {
    auto* const player = admitted_player(player_, call);
    if (player == nullptr) return;
    auto const pattern = requested_pattern(kind, *player, call);
    if (!pattern) return;
    auto const opened = player->subscriptions().open_stream(kind, *pattern, call);
    if (!opened) call.fail(reason(opened.error().code).label);
  }

  void publish(rpc::Call call) const {
    auto* const player = player_();
    if (player == nullptr) return call.fail("no peer found");
    auto const request = read<bff::PublishToTopicRequest>(*player, call);
    if (!request) return;
    if (request->topic() == kHeartbeatTopic)
      return answer_published(call, publish_heartbeat(*player, call, request->payload()));
    auto const subject = publish_subject(player->session().address(), request->topic());
    if (!subject) return refuse_topic(call, subject.error().code, request->topic());
    answer_published(call, player->session().publish(*subject, request->payload()).has_value());
  }

  void send_heartbeat(rpc::Call call) const {
    auto* const player = player_();
    if (player == nullptr) return call.fail("no peer found");
    auto const beat = read<v3::Heartbeat>(*player, call);
    if (!beat) return;
    (void)player->session().heartbeat(*beat, call.payload(), Dialect::direct);
    call.reply({});  // what is dropped comes again with the next heartbeat
  }

  void stream_commands(rpc::Call call) const {
    auto* const player = admitted_player(player_, call);
    if (player != nullptr) player->stream_commands(std::move(call));
  }

 private:
  template <class Request>
  std::optional<Request> read(BffPlayer& player, rpc::Call& call, std::string_view bytes) const {
    auto request = decode_request<Request>(shard_, call, bytes);
    if (!request) player.session().note_garbage();
    return request;
  }
  template <class Request>
  std::optional<Request> read(BffPlayer& player, rpc::Call& call) const {
    return read<Request>(player, call, call.payload());
  }

  /// Nothing after it has failed `call`.
  std::optional<bool> publish_heartbeat(BffPlayer& player, rpc::Call& call,
                                        std::string const& payload) const {
    auto const beat = read<v3::Heartbeat>(player, call, payload);
    if (!beat) return std::nullopt;
    return player.session().heartbeat(*beat, payload, Dialect::topic).has_value();
  }

  /// `ok` says whether the message went out: a RemoteError would make explorers leave the realm
  /// (WIRE 3.6).
  static void answer_published(rpc::Call& call, std::optional<bool> published) {
    if (!published) return;
    bff::PublishToTopicResult answer;
    answer.set_ok(*published);
    call.reply(wire::encode(answer));
  }

  /// The bus pattern of a SubscriptionRequest; nothing after it has failed `call`.
  std::optional<std::string> requested_pattern(TopicKind kind, BffPlayer& player,
                                               rpc::Call& call) const {
    auto const request = read<bff::SubscriptionRequest>(player, call);
    if (!request) return std::nullopt;
    auto pattern = kind == TopicKind::peer
                       ? peer_pattern(request->topic())
                       : system_subject(player.session().address(), request->topic());
    if (pattern) return *std::move(pattern);
    refuse_topic(call, pattern.error().code, request->topic());
    return std::nullopt;
  }

  void refuse_topic(rpc::Call& call, Errc why, std::string const& topic) const {
    shard_.metrics.reject(why);
    call.fail(topic_refusal(why, topic));
  }

  Shard const& shard_;
  PlayerSource player_;
};

}  // namespace

BffPlayer* admitted_player(PlayerSource const& player, rpc::Call& call) {
  auto* const present = player();
  if (present == nullptr) {
    call.fail("no peer found");
    return nullptr;
  }
  auto const admitted = present->session().admit_control();
  if (admitted) return present;
  call.fail(reason(admitted.error().code).label);
  return nullptr;
}

rpc::Module comms_service(Shard const& shard, PlayerSource player) {
  Procedures const run(shard, std::move(player));
  using enum TopicKind;
  return {
      .name = "CommsService",
      .procedures = {
          {"SubscribeToPeerMessages", [run](rpc::Call c) { run.subscribe(peer, std::move(c)); }},
          {"GetPeerMessages", [run](rpc::Call c) { run.get(peer, std::move(c)); }},
          {"UnsubscribeToPeerMessages", [run](rpc::Call c) { run.unsubscribe(std::move(c)); }},
          {"SubscribeToSystemMessages",
           [run](rpc::Call c) { run.subscribe(system, std::move(c)); }},
          {"GetSystemMessages", [run](rpc::Call c) { run.get(system, std::move(c)); }},
          {"UnsubscribeToSystemMessages", [run](rpc::Call c) { run.unsubscribe(std::move(c)); }},
          {"PublishToTopic", [run](rpc::Call c) { run.publish(std::move(c)); }},
      }};
}

rpc::Module topics_service(Shard const& shard, PlayerSource player) {
  Procedures const run(shard, std::move(player));
  using enum TopicKind;
  return {
      .name = "TopicsService",
      .procedures = {
          {"PeerSubscription", [run](rpc::Call c) { run.subscribe_and_get(peer, std::move(c)); }},
          {"SystemSubscription",
           [run](rpc::Call c) { run.subscribe_and_get(system, std::move(c)); }},
          {"PublishToTopic", [run](rpc::Call c) { run.publish(std::move(c)); }},
      }};
}

rpc::Module comms_director_service(Shard const& shard, PlayerSource player) {
  Procedures const run(shard, std::move(player));
  return {.name = "CommsDirectorService",
          .procedures = {
              {"SendHeartbeat", [run](rpc::Call c) { run.send_heartbeat(std::move(c)); }},
              {"GetCommsCommands", [run](rpc::Call c) { run.stream_commands(std::move(c)); }},
          }};
}

}  // namespace archipelago::gateway
