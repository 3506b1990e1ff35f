// An io_context that its caller turns.
#include "client/hand_turned.hpp"

#include <boost/asio/io_context.hpp>

namespace archipelago::client {

struct HandTurned::Impl {
  boost::asio::io_context io{1};
  IoNetwork network{io};
};

HandTurned::HandTurned() : impl_(std::make_unique<Impl>()) {}
HandTurned::~HandTurned() = default;

Network HandTurned::network() {
  return impl_->network.network();
}

bool HandTurned::until(std::function<bool()> const& done, Millis limit) {
  auto const deadline = std::chrono::steady_clock::now() + limit;
  auto const work = boost::asio::make_work_guard(impl_->io);
  impl_->io.restart();
  while (!done())
    if (impl_->io.run_one_until(deadline) == 0) return done();
  return true;
}

Error to_error(Ending const& ending) {
  if (ending.close_code == 0) return {ending.code, ending.text};
  auto text = "the server closed with " + std::to_string(ending.close_code);
  return {ending.code, ending.text.empty() ? text : text + " " + ending.text};
}

}  // namespace archipelago::client
