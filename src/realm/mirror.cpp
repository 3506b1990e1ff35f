#include "realm/mirror.hpp"

#include "realm/wiring.hpp"

namespace archipelago::realm {

Mirror::Mirror(Config const& config, Loop& loop, bus::Bus& bus, Metrics& metrics)
    : follower_({.loop = loop,
                 .bus = bus,
                 .metrics = metrics,
                 .max_peers = static_cast<std::uint32_t>(config.islands.max_peers)},
                island_options(config)),
      quality_(
          loop, [this] { return follower_.snapshot(); }, metrics),
      explainer_(std::make_shared<islands::Explainer>(
          loop, [] { return static_cast<engine::Engine const*>(nullptr); }, steady_micros)),
      mailbox_(bus.open(loop, mailbox_capacity(config))),
      realm_("", loop, *mailbox_, bus, metrics) {}

}  // namespace archipelago::realm
