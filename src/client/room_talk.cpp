// Handshakes, a chat message, a position, a departure.
#include "client/room_talk.hpp"

#include <utility>

#include "decentraland/kernel/comms/rfc4/comms.pb.h"
#include "wire/packet.hpp"

namespace archipelago::client {
namespace {

namespace rfc4 = decentraland::kernel::comms::rfc4;
using Kind = RoomEvent::Kind;

constexpr std::string_view kRelayAdvice =
    "the room loses or changes packets: see dcl_ws_rooms_* in its metrics, and what stands between";

std::string chat() {
  rfc4::Packet packet;
  packet.mutable_chat()->set_message("archipelago check: hello, «Ærø» 👋");
  packet.mutable_chat()->set_timestamp(1'234.5);
  return wire::encode(packet);
}

std::string position() {
  rfc4::Packet packet;
  auto& at = *packet.mutable_position();
  at.set_index(7);
  at.set_position_x(-1.5F);
  at.set_position_z(1e-3F);
  at.set_rotation_w(1);
  return wire::encode(packet);
}

}  // namespace

RoomTalk::RoomTalk(CheckReport& report, Visitor a, Visitor b, Millis timeout)
    : report_(report), a_(std::move(a)), b_(std::move(b)), timeout_(timeout) {}

bool RoomTalk::run() {
  return enter("room: A enters", a_, first_) && enter("room: B enters", b_, second_) &&
         introduce() && deliver("room: chat A to B", *first_, *second_, chat(), false) &&
         deliver("room: position B to A", *second_, *first_, position(), true) && depart();
}

bool RoomTalk::enter(std::string_view name, Visitor const& visitor,
                     std::optional<RoomMember>& member) {
  auto const advice = "can " + visitor.url.substr(0, visitor.url.find('?')) +
                      " be reached from here? --public-url must name the address that players see";
  return report_.step(name, advice, [&]() -> Result<std::string> {
    auto joined = RoomMember::join(visitor.url, visitor.identity, deadline());
    if (!joined) return tl::unexpected(joined.error());
    member.emplace(std::move(*joined));
    return "alias " + std::to_string(member->alias()) + ", " +
           std::to_string(member->others().size()) + " others";
  });
}

bool RoomTalk::introduce() {
  return report_.step("room: introduction", kRelayAdvice, [this]() -> Result<std::string> {
    auto const known = second_->others().find(first_->alias());
    if (known == second_->others().end() || known->second != a_.identity.owner.text())
      return fail(Errc::unexpected_message, "B's welcome does not name A");
    auto const joined = first_->wait_for(Kind::joined, second_->alias(), deadline());
    if (!joined) return tl::unexpected(joined.error());
    if (joined->address != b_.identity.owner.text())
      return fail(Errc::unexpected_message, "A heard of somebody else than B");
    return "each knows the other's alias and address";
  });
}

bool RoomTalk::deliver(std::string_view name, RoomMember& from, RoomMember& to,
                       std::string const& body, bool unreliable) {
  return report_.step(name, kRelayAdvice, [&]() -> Result<std::string> {
    auto const end = deadline();
    if (auto const sent = from.send(body, unreliable, end); !sent)
      return tl::unexpected(sent.error());
    auto const heard = to.wait_for(Kind::update, from.alias(), end);
    if (!heard) return tl::unexpected(heard.error());
    if (heard->body != body || heard->unreliable != unreliable)
      return fail(Errc::unexpected_message, "the packet was changed on its way");
    return std::to_string(body.size()) + " bytes unchanged, from alias " +
           std::to_string(heard->alias);
  });
}

bool RoomTalk::depart() {
  return report_.step("room: B leaves", kRelayAdvice, [this]() -> Result<std::string> {
    auto const gone = second_->alias();
    second_->leave();
    auto const heard = first_->wait_for(Kind::left, gone, deadline());
    if (!heard) return tl::unexpected(heard.error());
    first_->leave();
    return "A heard that alias " + std::to_string(gone) + " left";
  });
}

}  // namespace archipelago::client
