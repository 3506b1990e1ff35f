// Handshakes, a chat message, a position, a departure.
#include "client/room_talk.hpp"

#include <utility>

#include "archipelago/client/packets.hpp"

namespace archipelago::client {
namespace {

constexpr std::string_view kRelayAdvice =
    "the room loses or changes packets: see dcl_ws_rooms_* in its metrics, and what stands between";

std::string chat() {
  return to_packet(Chat{"archipelago check: hello, «Ærø» 👋", 1'234.5});
}

std::string position() {
  return to_packet(Whereabouts{.index = 7, .at = {-1.5F, 0, 1e-3F}});
}

}  // namespace

RoomTalk::RoomTalk(HandTurned& network, CheckReport& report, Visitor a, Visitor b, Millis timeout)
    : network_(network), report_(report), a_(std::move(a)), b_(std::move(b)), timeout_(timeout) {}

bool RoomTalk::run() {
  return enter("room: A enters", a_, first_) && enter("room: B enters", b_, second_) &&
         introduce() &&
         deliver("room: chat A to B", *first_, *second_, chat(), Delivery::reliable) &&
         deliver("room: position B to A", *second_, *first_, position(), Delivery::unreliable) &&
         depart();
}

bool RoomTalk::enter(std::string_view name, Visitor const& visitor, std::unique_ptr<Visit>& visit) {
  auto const advice = "can " + visitor.connection.substr(0, visitor.connection.find('?')) +
                      " be reached from here? --public-url must name the address that players see";
  return report_.step(name, advice, [&]() -> Result<std::string> {
    auto entered = Visit::enter(network_, visitor.connection, visitor.identity, timeout_);
    if (!entered && entered.error().code == Errc::unsupported)  // behind a signed login
      return "the way is open, and leads to a backend that is not ours to walk";
    if (!entered) return tl::unexpected(entered.error());
    visit = std::move(*entered);
    return std::to_string(visit->peers().size()) + " others";
  }) && visit;
}

bool RoomTalk::introduce() {
  return report_.step("room: introduction", kRelayAdvice, [this]() -> Result<std::string> {
    auto const met = second_->wait_for_peer(a_.identity.address(), timeout_).and_then([this] {
      return first_->wait_for_peer(b_.identity.address(), timeout_);
    });
    if (!met) return tl::unexpected(met.error());
    return "each knows of the other";
  });
}

bool RoomTalk::deliver(std::string_view name, Visit& from, Visit& to, std::string const& body,
                       Delivery delivery) {
  return report_.step(name, kRelayAdvice, [&]() -> Result<std::string> {
    from.send(body, delivery);
    auto const heard = to.next_message(timeout_, address_of(from));
    if (!heard) return tl::unexpected(heard.error());
    if (heard->body != body || heard->delivery != delivery)
      return fail(Errc::unexpected_message, "the packet was changed on its way");
    return std::to_string(body.size()) + " bytes unchanged, from " + heard->from;
  });
}

bool RoomTalk::depart() {
  return report_.step("room: B leaves", kRelayAdvice, [this]() -> Result<std::string> {
    second_->leave();
    auto const gone = first_->wait_until_gone(b_.identity.address(), timeout_);
    if (!gone) return tl::unexpected(gone.error());
    first_->leave();
    return "A heard that B left";
  });
}

}  // namespace archipelago::client
