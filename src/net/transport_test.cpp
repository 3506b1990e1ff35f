// What a connection asks of the system.
#include "net/transport.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace archipelago::net {
namespace {

int patience_of(int descriptor) {
  int value = -1;
  socklen_t size = sizeof value;
  ::getsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &value, &size);
  return value;
}

TEST(Transport, WhatIsNotAcknowledgedWaitsAsLongAsTheOperatorSays) {
  asio::io_context io;
  asio::ip::tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  Socket socket(io.get_executor());
  socket.connect(acceptor.local_endpoint());
  auto const transport = std::make_shared<Transport>(std::move(socket), nullptr);
  transport->give_up_after(Millis{7'000});
  int const descriptor = transport->release();
  EXPECT_EQ(patience_of(descriptor), 7'000);
  ::close(descriptor);
}

}  // namespace
}  // namespace archipelago::net
