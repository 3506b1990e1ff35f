// The first byte chooses a message, the rest is decoded: what decodes must encode to bytes that
// mean the same.
#include <array>
#include <cstdint>
#include <cstdlib>

#include "decentraland/bff/authentication_service.pb.h"
#include "decentraland/bff/comms_director_service.pb.h"
#include "decentraland/bff/comms_service.pb.h"
#include "decentraland/bff/topics_service.pb.h"
#include "decentraland/kernel/comms/rfc4/comms.pb.h"
#include "decentraland/kernel/comms/rfc5/ws_comms.pb.h"
#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "wire/packet.hpp"

namespace {

using namespace archipelago::wire;
namespace bff = decentraland::bff;
namespace v3 = decentraland::kernel::comms::v3;

template <class Message>
void check(std::string_view bytes) {
  auto const message = decode<Message>(bytes, 1 << 16);
  if (!message) return;
  auto const once = encode(*message);
  auto const again = decode<Message>(once, once.size());
  if (!again || encode(*again) != once) std::abort();
}

constexpr std::array kChecks{
    &check<v3::ClientPacket>,
    &check<v3::ServerPacket>,
    &check<v3::Heartbeat>,
    &check<v3::IslandChangedMessage>,
    &check<v3::IslandStatusMessage>,
    &check<v3::ServiceDiscoveryMessage>,
    &check<bff::GetChallengeRequest>,
    &check<bff::SignedChallenge>,
    &check<bff::SubscriptionRequest>,
    &check<bff::Subscription>,
    &check<bff::PublishToTopicRequest>,
    &check<bff::Heartbeat>,
    &check<decentraland::kernel::comms::rfc4::Packet>,
    &check<decentraland::kernel::comms::rfc5::WsPacket>,
    // What servers say: to our client, and on the bus.
    &check<v3::LeftIslandMessage>,
    &check<v3::JoinIslandMessage>,
    &check<v3::KickedMessage>,
    &check<bff::GetChallengeResponse>,
    &check<bff::WelcomePeerInformation>,
    &check<bff::DisconnectionMessage>,
    &check<bff::PeerTopicSubscriptionResultElem>,
    &check<bff::SystemTopicSubscriptionResultElem>,
    &check<bff::PublishToTopicResult>,
    &check<bff::UnsubscriptionResult>,
    &check<bff::SetCommsAdapter>,
    &check<bff::WorldCommand>,
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  kChecks[data[0] % kChecks.size()]({reinterpret_cast<char const*>(data) + 1, size - 1});
  return 0;
}
