#include "gateway/cluster_messages.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "archipelago/cluster.pb.h"
#include "bus/subjects.hpp"
#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "gateway/cluster.hpp"
#include "wire/packet.hpp"

namespace archipelago::gateway {
namespace {

namespace subjects = bus::subjects;
namespace v3 = decentraland::kernel::comms::v3;

constexpr std::string_view kCoreName = "archipelago";
constexpr std::size_t kMaxSmall = 4'096;
constexpr std::size_t kMaxStatus = std::size_t{1} << 20U;

tl::unexpected<Error> malformed(std::string_view what) {
  return fail(Errc::malformed_packet, std::string(what));
}

Result<std::size_t> read_engine_discovery(std::string_view bytes) {
  auto const message = wire::decode<v3::ServiceDiscoveryMessage>(bytes, kMaxSmall);
  if (!message) return tl::unexpected(message.error());
  if (message->server_name() != kCoreName) return malformed("not a core's discovery");
  return message->status().user_count();
}

/// G1 has no `userCount`.
Result<std::size_t> read_service_discovery(std::string_view text) {
  if (text.size() > kMaxSmall) return fail(Errc::message_too_big);
  boost::system::error_code error;
  auto const json = boost::json::parse(text, error);
  auto const* const all = error ? nullptr : json.if_object();
  auto const* const name = all == nullptr ? nullptr : all->if_contains("serverName");
  if (name == nullptr || !name->is_string() || std::string_view(name->get_string()) != kCoreName)
    return malformed("not a core's discovery");
  auto const* const status = all->if_contains("status");
  auto const* const fields = status == nullptr ? nullptr : status->if_object();
  auto const* const users = fields == nullptr ? nullptr : fields->if_contains("userCount");
  auto const* const count = users == nullptr ? nullptr : users->if_int64();
  return count == nullptr
             ? 0
             : static_cast<std::size_t>(std::clamp<std::int64_t>(*count, 0, UINT32_MAX));
}

}  // namespace

Result<LoginNews> read_login(bus::Message const& message) {
  auto const player = subjects::peer_of(message.subject);
  if (!player) return fail(Errc::bad_address);
  auto login = wire::decode<cluster::Login>(message.payload, kMaxSmall);
  if (!login) return tl::unexpected(std::move(login).error());
  if (!is_process_id(login->gateway())) return malformed("id of a gateway");
  return LoginNews{*player, {login->login(), std::move(*login->mutable_gateway())}};
}

Result<GatewayNews> read_gateway_status(bus::Message const& message) {
  auto status = wire::decode<cluster::GatewayStatus>(message.payload, kMaxStatus);
  if (!status) return tl::unexpected(std::move(status).error());
  if (!is_process_id(status->gateway()) ||
      message.subject != subjects::cluster_gateway(status->gateway()))
    return malformed("id of a gateway");
  return GatewayNews{std::move(*status->mutable_gateway()), status->sessions()};
}

Result<CoreNews> read_core_status(bus::Message const& message) {
  auto const status = wire::decode<cluster::CoreStatus>(message.payload, kMaxSmall);
  if (!status) return tl::unexpected(status.error());
  return CoreNews{status->epoch(), status->players(), status->islands()};
}

Result<std::size_t> read_discovery(bus::Message const& message) {
  return message.subject == subjects::kDiscovery ? read_engine_discovery(message.payload)
                                                 : read_service_discovery(message.payload);
}

std::string login_message(LoginStamp const& stamp) {
  cluster::Login login;
  login.set_login(stamp.number);
  login.set_gateway(stamp.gateway);
  return wire::encode(login);
}

bool plausible(std::uint64_t number, WallTime now) {
  auto const latest = now + kMostAhead;
  return number != 0 && latest.ms_since_epoch > 0 &&
         number <= static_cast<std::uint64_t>(latest.ms_since_epoch);
}

bool is_process_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

}  // namespace archipelago::gateway
