// What clients stand on: a loop, randomness and outgoing connections.
//
// Threads: everything of this library belongs to one loop, whose thread creates, uses and destroys
// it, and on which its callbacks are called. Other threads reach it through Loop::post().
#pragma once

#include <memory>
#include <string>

#include "base/loop.hpp"
#include "base/random.hpp"

namespace boost::asio {
class io_context;  // NOLINT(readability-identifier-naming): the name is Asio's
}
namespace archipelago::net {
class Outgoing;
}

namespace archipelago::client {

/// References only: what they name outlives the clients. Tests hand in a VirtualLoop, a
/// SeededRandom and net/fake_outgoing.hpp.
struct Network {
  Loop& loop;
  Random& random;
  net::Outgoing& outgoing;
};

struct NetworkOptions {
  std::string ca_file{};  ///< PEM of authorities to trust for https and wss; empty: the system's
  Millis ping_after{
      15'000};               ///< silence of a server until it is asked for a sign of life; 0: never
  Millis cut_after{30'000};  ///< silence after which a connection counts as lost; 0: never
};

/// On your io_context. One thread runs it; it need not run yet, and must outlive this. Clients
/// first, then this, then the io_context.
class IoNetwork {
 public:
  explicit IoNetwork(boost::asio::io_context& io, NetworkOptions const& options = {});
  ~IoNetwork();
  IoNetwork(IoNetwork const&) = delete;
  IoNetwork& operator=(IoNetwork const&) = delete;

  [[nodiscard]] Network network();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// On a thread of ours, for programs without Asio. Thousands of clients share one.
class NetworkThread {
 public:
  explicit NetworkThread(NetworkOptions const& options = {});
  ~NetworkThread();  ///< ends the thread; clients that live on it must be gone (see run())
  NetworkThread(NetworkThread const&) = delete;
  NetworkThread& operator=(NetworkThread const&) = delete;

  /// Use it on the thread only, that is within tasks and callbacks.
  [[nodiscard]] Network network();

  /// Runs `task` on the thread. Any thread.
  void post(Task task);
  /// As post(), and waits until it has run: to make clients, and to destroy them. Not from the
  /// thread itself.
  void run(Task const& task);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace archipelago::client
