#include "gateway/bff_player.hpp"

#include <utility>

#include "bus/subjects.hpp"
#include "decentraland/bff/authentication_service.pb.h"
#include "decentraland/bff/comms_director_service.pb.h"
#include "wire/packet.hpp"

namespace archipelago::gateway {
namespace {

namespace bff = decentraland::bff;

constexpr std::size_t kCommandsWaiting = 16;
constexpr std::size_t kCommandStreams = 4;  // one is what a client needs

/// A message from the bus of this realm may be large, but not endless.
constexpr std::size_t kMaxIslandChanged = std::size_t{1} << 20U;

/// Empty if there is no assignment yet, or what came is none.
std::string set_comms_adapter(std::string_view island_changed) {
  if (island_changed.empty()) return {};
  auto const message = wire::decode<decentraland::kernel::comms::v3::IslandChangedMessage>(
      island_changed, kMaxIslandChanged);
  if (!message) return {};
  bff::WorldCommand command;
  command.mutable_set_comms_adapter()->set_connection_string(message->conn_str());
  return wire::encode(command);
}

std::string kicked() {
  bff::DisconnectionMessage message;
  message.set_reason(bff::DR_KICKED);
  return wire::encode(message);
}

}  // namespace

BffPlayer::BffPlayer(Shard const& shard, Address const& who, OnKicked on_kicked)
    : shard_(shard),
      subscriptions_(std::make_shared<Subscriptions>(
          shard,
          shard.cluster == nullptr ? std::string() : bus::subjects::client_island_changed(who))),
      on_kicked_(std::move(on_kicked)) {}

Result<std::unique_ptr<BffPlayer>> BffPlayer::begin(Shard const& shard, net::Connection& connection,
                                                    Address const& who, OnKicked on_kicked) {
  std::unique_ptr<BffPlayer> player(new BffPlayer(shard, who, std::move(on_kicked)));
  auto session = Session::begin(shard, connection, who, *player, "bff");
  if (!session) return tl::unexpected(session.error());
  player->session_ = *std::move(session);
  return player;
}

BffPlayer::~BffPlayer() {
  session_.reset();
  for (auto& call : awaiting_kick_) call.fail("no peer found");
  for (auto& stream : commands_) stream.close();
}

void BffPlayer::await_kick(rpc::Call call) {
  if (!session_->current()) return call.reply(kicked());
  awaiting_kick_.push_back(std::move(call));
}

void BffPlayer::stream_commands(rpc::Call call) {
  std::erase_if(commands_, [](rpc::OutStream const& stream) { return stream.ended(); });
  if (commands_.size() >= kCommandStreams) {
    shard_.metrics.reject(Errc::too_many_subscriptions);
    return call.fail(reason(Errc::too_many_subscriptions).label);
  }
  auto stream = call.stream(kCommandsWaiting);
  if (auto command = set_comms_adapter(island_changed_); !command.empty())
    stream.push(std::move(command));
  commands_.push_back(std::move(stream));
}

void BffPlayer::on_island_changed(std::string_view message) {
  island_changed_ = message;
  if (shard_.cluster != nullptr) subscriptions_->hand_over(message);
  std::erase_if(commands_, [](rpc::OutStream const& stream) { return stream.ended(); });
  if (commands_.empty()) return;
  auto const command = set_comms_adapter(message);
  if (command.empty()) return;
  for (auto& stream : commands_)
    if (!stream.push(command)) stream.fail(reason(Errc::slow_consumer).label);
}

void BffPlayer::on_kicked(Errc why) {
  for (auto& call : std::exchange(awaiting_kick_, {})) call.reply(kicked());
  for (auto& stream : std::exchange(commands_, {})) stream.close();
  subscriptions_->close_all();
  on_kicked_(why);
}

}  // namespace archipelago::gateway
