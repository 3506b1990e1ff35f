// The way of a connection, from socket() to the last island.
#include "load/crowd.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auth/chain.hpp"
#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "load/frames.hpp"
#include "wire/packet.hpp"

namespace archipelago::load {
namespace {

namespace v3 = decentraland::kernel::comms::v3;

constexpr WallTime kExpires{4'000'000'000'000};
constexpr std::size_t kMaxPacket = 1024UL * 1024;
constexpr std::uint32_t kMask = 0x5eedf00d;
constexpr std::string_view kUpgrade =
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Protocol: archipelago\r\n\r\n";

sockaddr_in loopback(std::uint8_t host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(0x7f000000U | host);
  return address;
}

int open_socket(std::uint8_t host, std::uint16_t port) {
  int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return -1;
  int const on = 1;
  ::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  auto const from = loopback(host, 0);
  auto const to = loopback(1, port);
  bool const fine = ::bind(socket, reinterpret_cast<sockaddr const*>(&from), sizeof from) == 0 &&
                    (::connect(socket, reinterpret_cast<sockaddr const*>(&to), sizeof to) == 0 ||
                     errno == EINPROGRESS);
  if (fine) return socket;
  ::close(socket);
  return -1;
}

std::string packet_frame(v3::ClientPacket const& packet, std::uint32_t mask = kMask) {
  return client_frame(Opcode::binary, wire::encode(packet), mask);
}

}  // namespace

std::deque<auth::Identity> make_identities(std::size_t count, std::uint64_t seed) {
  SeededRandom random(seed);
  std::deque<auth::Identity> all;
  while (all.size() < count)
    all.push_back(auth::make_identity(auth::Key::generate(random), random, kExpires));
  return all;
}

std::string heartbeat(float x, float z, std::uint32_t mask) {
  v3::ClientPacket packet;
  auto* const at = packet.mutable_heartbeat()->mutable_position();
  at->set_x(x);
  at->set_y(1.5F);
  at->set_z(z);
  return packet_frame(packet, mask);
}

Crowd::Crowd(std::uint16_t port) : port_(port), poll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (poll_ < 0) throw std::runtime_error("no epoll");
}

Crowd::~Crowd() {
  for (auto& player : players_)
    if (player.socket >= 0) ::close(player.socket);
  ::close(poll_);
}

Player& Crowd::add(auth::Identity const* identity) {
  auto& player = players_.emplace_back();
  player.id = static_cast<std::uint32_t>(players_.size() - 1);
  player.identity = identity;
  return player;
}

bool Crowd::connect(Player& player, std::uint8_t host) {
  leave(player);
  player.socket = open_socket(host, port_);
  if (player.socket < 0) return false;
  player.began = Clock::now();
  player.stage = Stage::connecting;
  player.waits_to_write = true;
  watch(player, true);
  return true;
}

void Crowd::watch(Player& player, bool new_socket) {
  epoll_event event{};
  event.events = EPOLLIN | (player.waits_to_write ? EPOLLOUT : 0U);
  event.data.u64 = std::uint64_t{player.id} << 32U | static_cast<std::uint32_t>(player.socket);
  ::epoll_ctl(poll_, new_socket ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, player.socket, &event);
}

void Crowd::send(Player& player, std::string_view bytes) {
  if (player.socket < 0) return;
  ssize_t sent = 0;
  if (player.out.empty()) sent = ::send(player.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) return lose(player);
  player.out += bytes.substr(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
  bool const waits = !player.out.empty();
  if (waits != std::exchange(player.waits_to_write, waits)) watch(player, false);
}

void Crowd::leave(Player& player, bool politely) {
  if (player.socket < 0) return;
  static std::string const goodbye = client_frame(Opcode::close, "\x03\xe8", kMask);
  if (politely) (void)::send(player.socket, goodbye.data(), goodbye.size(), MSG_NOSIGNAL);
  ::close(std::exchange(player.socket, -1));
  player.stage = Stage::away;
  player.in = {};
  player.out = {};
}

void Crowd::lose(Player& player) {
  leave(player);
  events.gone(player);
}

void Crowd::poll(std::chrono::milliseconds wait) {
  std::array<epoll_event, 512> ready{};
  int const count = ::epoll_wait(poll_, ready.data(), ready.size(), static_cast<int>(wait.count()));
  for (int i = 0; i < count; ++i) {
    auto const& event = ready[static_cast<std::size_t>(i)];
    auto& player = players_[event.data.u64 >> 32U];
    if (player.socket == static_cast<int>(event.data.u64)) on_ready(player, event.events);
  }
}

bool Crowd::poll_until(std::function<bool()> const& done, std::chrono::seconds limit) {
  auto const end = Clock::now() + limit;
  while (!done()) {
    if (Clock::now() > end) return false;
    poll(std::chrono::milliseconds(1));
  }
  return true;
}

void Crowd::on_ready(Player& player, std::uint32_t what) {
  if (player.stage == Stage::connecting) return on_connected(player);
  if ((what & EPOLLOUT) != 0) send(player, std::exchange(player.out, {}));
  if ((what & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) read(player);
}

void Crowd::on_connected(Player& player) {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(player.socket, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return lose(player);
  player.waits_to_write = false;
  watch(player, false);
  reach(player, Stage::connected);
}

/// The server's next word is waited for, unless this is as far as the player goes.
void Crowd::reach(Player& player, Stage stage) {
  player.stage = stage;
  bool const further = stage < player.goal;
  if (further && stage == Stage::connected) send(player, kUpgrade);
  if (further && stage == Stage::upgraded) {
    v3::ClientPacket packet;
    packet.mutable_challenge_request()->set_address(player.identity->owner.str());
    send(player, packet_frame(packet));
  }
  events.reached(player);
}

void Crowd::read(Player& player) {
  static std::array<char, 64UL * 1024> buffer;
  int const socket = player.socket;
  if (socket < 0) return;
  auto const got = ::recv(socket, buffer.data(), buffer.size(), 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) return lose(player);
  std::string_view const bytes(buffer.data(), static_cast<std::size_t>(got));
  if (player.in.empty()) return take(player, bytes);
  auto const all = std::exchange(player.in, {}).append(bytes);
  take(player, all);
}

void Crowd::take(Player& player, std::string_view bytes) {
  while (!bytes.empty()) {
    int const socket = player.socket;
    auto const used = take_one(player, bytes);
    if (player.socket != socket || socket < 0) return;
    if (used == 0) break;
    bytes.remove_prefix(used);
  }
  player.in = bytes;
}

/// How much of `bytes` was one whole thing.
std::size_t Crowd::take_one(Player& player, std::string_view bytes) {
  if (player.stage == Stage::connected) {
    auto const end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    if (bytes.starts_with("HTTP/1.1 101"))
      reach(player, Stage::upgraded);
    else
      lose(player);
    return end + 4;
  }
  auto const frame = first_frame(bytes);
  if (!frame) return 0;
  if (frame->opcode == Opcode::ping)
    send(player, client_frame(Opcode::pong, frame->payload, kMask));
  else if (frame->opcode == Opcode::close)
    lose(player);
  else
    on_packet(player, frame->payload);
  return frame->size;
}

void Crowd::on_packet(Player& player, std::string_view payload) {
  auto const packet = wire::decode<v3::ServerPacket>(payload, kMaxPacket);
  if (!packet) return lose(player);
  if (packet->has_challenge_response()) {
    auto const chain =
        auth::sign_challenge(*player.identity, packet->challenge_response().challenge_to_sign());
    if (!chain) return lose(player);
    v3::ClientPacket proof;
    proof.mutable_signed_challenge()->set_auth_chain_json(auth::to_json(*chain));
    if (player.goal > Stage::challenged) send(player, packet_frame(proof));
    reach(player, Stage::challenged);
  } else if (packet->has_welcome()) {
    reach(player, Stage::logged_in);
  } else if (packet->has_island_changed()) {
    ++player.islands;
    player.island = packet->island_changed().island_id();
    events.island(player);
  }
}

}  // namespace archipelago::load
