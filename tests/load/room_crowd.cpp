// Logging in with blocking sockets, then talking and listening without.
#include "load/room_crowd.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auth/chain.hpp"
#include "decentraland/kernel/comms/rfc5/ws_comms.pb.h"
#include "load/frames.hpp"
#include "load/scenes.hpp"
#include "wire/packet.hpp"
#include "wire/rfc5.hpp"

namespace archipelago::load {
namespace {

namespace rfc5 = decentraland::kernel::comms::rfc5;

constexpr std::uint32_t kMask = 0x5eedf00d;
constexpr std::uint32_t kOurs = 0xc0ffee11;  // begins every body

struct Stamp {
  std::uint32_t ours = kOurs;
  std::uint32_t sender = 0;
  std::uint32_t number = 0;
  std::uint32_t unused = 0;
  std::int64_t sent = 0;
};
static_assert(sizeof(Stamp) == RoomCrowd::kStamp);

std::int64_t nanoseconds() {
  return std::chrono::nanoseconds(Clock::now().time_since_epoch()).count();
}

int dial(std::uint8_t host, std::uint16_t port) {
  int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int const on = 1;
  ::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  timeval const patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in from{};
  from.sin_family = AF_INET;
  from.sin_addr.s_addr = htonl(0x7f000000U | host);
  sockaddr_in to = from;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bool const fine = ::bind(socket, reinterpret_cast<sockaddr const*>(&from), sizeof from) == 0 &&
                    ::connect(socket, reinterpret_cast<sockaddr const*>(&to), sizeof to) == 0;
  if (!fine) throw std::runtime_error("cannot connect");
  return socket;
}

void tell(int socket, std::string_view bytes) {
  if (::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) != std::ssize(bytes))
    throw std::runtime_error("cannot send");
}

void more(int socket, std::string& in) {
  std::array<char, 16UL * 1024> buffer{};
  auto const got = ::recv(socket, buffer.data(), buffer.size(), 0);
  if (got <= 0) throw std::runtime_error("closed or silent while logging in");
  in.append(buffer.data(), static_cast<std::size_t>(got));
}

rfc5::WsPacket next_packet(int socket, std::string& in) {
  for (;; more(socket, in)) {
    auto const frame = first_frame(in);
    if (!frame) continue;
    auto packet = wire::decode<rfc5::WsPacket>(frame->payload, frame->payload.size());
    if (frame->opcode != Opcode::binary || !packet) throw std::runtime_error("not let in");
    in.erase(0, frame->size);
    return std::move(*packet);
  }
}

void tell_packet(int socket, std::string const& packet) {
  tell(socket, client_frame(Opcode::binary, packet, kMask));
}

}  // namespace

RoomCrowd::RoomCrowd(std::uint16_t port, std::size_t rooms, std::size_t members)
    : port_(port),
      members_(members),
      poll_(::epoll_create1(EPOLL_CLOEXEC)),
      guests_(rooms * members),
      last_(rooms * members * members) {
  auto const identities = make_identities(guests_.size());
  Progress progress;
  for (std::size_t i = 0; i < guests_.size(); ++i) {
    log_in(i, identities[i]);
    progress.say(i, " of ", guests_.size(), " have entered");
  }
}

RoomCrowd::~RoomCrowd() {
  for (auto const& guest : guests_)
    if (guest.socket >= 0) ::close(guest.socket);
  ::close(poll_);
}

void RoomCrowd::log_in(std::size_t guest, auth::Identity const& identity) {
  int const socket = dial(host_of(guest), port_);
  auto& in = guests_[guest].in;
  guests_[guest].socket = socket;
  tell(socket, "GET /rooms/r" + std::to_string(guest / members_) +
                   " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                   "Sec-WebSocket-Protocol: rfc5\r\n\r\n");
  while (in.find("\r\n\r\n") == std::string::npos) more(socket, in);
  if (!in.starts_with("HTTP/1.1 101")) throw std::runtime_error("no websocket: " + in);
  in.erase(0, in.find("\r\n\r\n") + 4);
  tell_packet(socket, wire::ws_identification_packet(identity.owner.text()));
  auto const challenge = next_packet(socket, in).challenge_message().challenge_to_sign();
  auto const chain = auth::sign_challenge(identity, challenge);
  if (!chain) throw std::runtime_error("cannot sign");
  tell_packet(socket, wire::ws_signed_challenge_packet(auth::to_json(*chain)));
  if (!next_packet(socket, in).has_welcome_message()) throw std::runtime_error("not welcome");
  ::fcntl(socket, F_SETFL, O_NONBLOCK);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u32 = static_cast<std::uint32_t>(guest);
  ::epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &event);
}

void RoomCrowd::stop_reading(std::size_t guest) {
  guests_[guest].reads = false;
  ::epoll_ctl(poll_, EPOLL_CTL_DEL, guests_[guest].socket, nullptr);
}

void RoomCrowd::begin() {
  heard_ = {};
  began_ = nanoseconds();
  ended_ = INT64_MAX;
}

void RoomCrowd::end() {
  ended_ = nanoseconds();
}

void RoomCrowd::talk(std::chrono::milliseconds time, double hz, std::size_t bytes,
                     std::size_t reliable) {
  auto const start = Clock::now();
  auto const distance = 1.0 / (hz * static_cast<double>(guests_.size()));
  auto const rooms = guests_.size() / members_;
  for (std::size_t i = 0;; ++i) {
    std::chrono::duration<double> const since(static_cast<double>(i) * distance);
    if (since > time) return;
    poll_until(start + std::chrono::duration_cast<Clock::duration>(since));
    auto const turn = turn_++ % guests_.size();  // one of each room, then the next of each
    auto const guest = turn % rooms * members_ + turn / rooms;
    say(guest, bytes, reliable != 0 && guests_[guest].spoken % reliable == 0);
  }
}

void RoomCrowd::listen(std::chrono::milliseconds time) {
  poll_until(Clock::now() + time);
}

std::uint64_t RoomCrowd::readers_beside(std::size_t guest) const {
  auto const room = guest / members_ * members_;
  std::uint64_t readers = 0;
  for (auto i = room; i < room + members_; ++i) readers += i != guest && guests_[i].reads ? 1 : 0;
  return readers;
}

void RoomCrowd::say(std::size_t guest, std::size_t bytes, bool reliable) {
  auto& speaker = guests_[guest];
  if (speaker.socket < 0) return;
  Stamp const stamp{.sender = static_cast<std::uint32_t>(guest),
                    .number = ++speaker.spoken,
                    .sent = nanoseconds()};
  std::string body(std::max(bytes, kStamp), 'x');
  std::memcpy(body.data(), &stamp, sizeof stamp);
  auto const frame = client_frame(Opcode::binary, wire::splice_update(0, body, !reliable), kMask);
  if (::send(speaker.socket, frame.data(), frame.size(), MSG_NOSIGNAL) != std::ssize(frame))
    return;  // a server that does not read: not counted as sent
  if (!speaker.reads || stamp.sent < began_ || stamp.sent >= ended_) return;
  ++heard_.sent;
  heard_.expected += readers_beside(guest);
}

void RoomCrowd::poll_until(Clock::time_point time) {
  std::array<epoll_event, 256> ready{};
  for (;;) {
    auto const left = std::max(time - Clock::now(), Clock::duration{0});
    timespec const wait{.tv_sec = left / std::chrono::seconds(1),
                        .tv_nsec = (left % std::chrono::seconds(1)).count()};
    int const count = ::epoll_pwait2(poll_, ready.data(), ready.size(), &wait, nullptr);
    for (int i = 0; i < count; ++i) read(ready[static_cast<std::size_t>(i)].data.u32);
    if (left <= Clock::duration{0}) return;
  }
}

void RoomCrowd::read(std::uint32_t guest) {
  static std::array<char, 256UL * 1024> buffer;
  auto& reader = guests_[guest];
  auto const held = reader.in.size();
  reader.in.copy(buffer.data(), held);
  auto const got = ::recv(reader.socket, buffer.data() + held, buffer.size() - held, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    ::close(std::exchange(reader.socket, -1));
    ++heard_.closed;
    return;
  }
  std::string_view const bytes(buffer.data(), held + static_cast<std::size_t>(got));
  reader.in = bytes.substr(take(guest, bytes, nanoseconds()));
}

/// How much of `bytes` was whole frames.
std::size_t RoomCrowd::take(std::uint32_t guest, std::string_view bytes, std::int64_t now) {
  std::size_t taken = 0;
  while (auto const frame = first_frame(bytes.substr(taken))) {
    taken += frame->size;
    if (frame->opcode == Opcode::ping)
      tell(guests_[guest].socket, client_frame(Opcode::pong, frame->payload, kMask));
    else if (frame->opcode == Opcode::binary)
      on_update(guest, frame->payload, now);
  }
  return taken;
}

/// The body is found by its first word: our packets are small and alike.
void RoomCrowd::on_update(std::uint32_t guest, std::string_view payload, std::int64_t now) {
  Stamp stamp;
  for (std::size_t at = 4; at < 12 && at + sizeof stamp <= payload.size(); ++at) {
    std::memcpy(&stamp, payload.data() + at, sizeof stamp);
    if (stamp.ours != kOurs) continue;
    if (stamp.sender / members_ != guest / members_ || stamp.sender == guest) {
      ++heard_.echoed;
      return;
    }
    auto& last = last_[guest * members_ + stamp.sender % members_];
    if (stamp.number <= last) ++heard_.disordered;
    last = stamp.number;
    if (!guests_[stamp.sender].reads || stamp.sent < began_ || stamp.sent >= ended_) return;
    ++heard_.delivered;
    heard_.delay.add(now - stamp.sent);
    return;
  }
}

}  // namespace archipelago::load
