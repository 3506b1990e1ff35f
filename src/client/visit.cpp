// A transport, and a listener that remembers.
#include "client/visit.hpp"

namespace archipelago::client {

Result<std::unique_ptr<Visit>> Visit::enter(HandTurned& network, std::string_view connection,
                                            Identity const& identity, Millis limit) {
  auto transport = TransportTable::standard().make(network.network(), connection, identity, limit);
  if (!transport) return tl::unexpected(transport.error());
  std::unique_ptr<Visit> visit(new Visit(network));
  visit->transport_ = std::move(*transport);
  visit->transport_->connect(*visit);
  auto const opened = visit->wait([&visit] { return visit->open_; }, limit);
  if (!opened) return tl::unexpected(opened.error());
  return visit;
}

Result<> Visit::wait(std::function<bool()> const& done, Millis limit) {
  network_.until([&] { return done() || closed_; }, limit);
  if (done()) return {};
  return closed_ ? Result<>(tl::unexpected(to_error(*closed_)))
                 : fail(Errc::idle_timeout, "nothing came in time");
}

Result<Visit::Heard> Visit::next_message(Millis limit, std::string_view from) {
  auto const said = [&] {
    while (!from.empty() && !heard_.empty() && heard_.front().from != from) heard_.pop_front();
    return !heard_.empty();
  };
  auto const heard = wait(said, limit);
  if (!heard) return tl::unexpected(heard.error());
  auto message = std::move(heard_.front());
  heard_.pop_front();
  return message;
}

Result<> Visit::wait_for_peer(std::string const& address, Millis limit) {
  return wait([&] { return peers_.contains(address); }, limit);
}

Result<> Visit::wait_until_gone(std::string const& address, Millis limit) {
  return wait([&] { return !peers_.contains(address); }, limit);
}

Result<> Visit::wait_until_closed(Millis limit) {
  return wait([this] { return closed_.has_value(); }, limit);
}

}  // namespace archipelago::client
