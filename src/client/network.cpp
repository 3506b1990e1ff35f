// Asio beneath the clients.
#include "archipelago/client/network.hpp"

#include <future>

#include "net/asio_outgoing.hpp"
#include "net/shard.hpp"

namespace archipelago::client {
namespace {

net::OutgoingOptions to_net(NetworkOptions const& options) {
  net::OutgoingOptions out;
  out.ca_file = options.ca_file;
  out.ping_after = options.ping_after;
  out.cut_after = options.cut_after;
  return out;
}

}  // namespace

struct IoNetwork::Impl {
  SystemRandom random;
  std::unique_ptr<net::Outgoing> outgoing;
};

IoNetwork::IoNetwork(boost::asio::io_context& io, NetworkOptions const& options)
    : impl_(std::make_unique<Impl>()) {
  impl_->outgoing = net::make_outgoing(io, to_net(options));
}

IoNetwork::~IoNetwork() = default;

Network IoNetwork::network() {
  return {impl_->outgoing->loop(), impl_->random, *impl_->outgoing};
}

struct NetworkThread::Impl {
  net::Shard shard;
  SystemRandom random;
  std::unique_ptr<net::Outgoing> outgoing;
};

NetworkThread::NetworkThread(NetworkOptions const& options) : impl_(std::make_unique<Impl>()) {
  impl_->outgoing = net::make_outgoing(impl_->shard, to_net(options));
  impl_->shard.start();
}

NetworkThread::~NetworkThread() {
  impl_->shard.stop();
  impl_->shard.join();
}

Network NetworkThread::network() {
  return {impl_->outgoing->loop(), impl_->random, *impl_->outgoing};
}

void NetworkThread::post(Task task) {
  impl_->outgoing->loop().post(std::move(task));
}

void NetworkThread::run(Task const& task) {
  std::promise<void> done;
  post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

}  // namespace archipelago::client
