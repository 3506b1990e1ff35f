// Positions made coarse, and what is derived from them.
#include "islands/privacy.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace archipelago::islands {
namespace {

float parcel_centre(float metres) {
  return static_cast<float>((std::floor(metres / kParcelMetres) + 0.5) * kParcelMetres);
}

engine::Position coarse(engine::Position at, Privacy privacy) {
  if (privacy == Privacy::none) return {};
  return {parcel_centre(at.x), 0, parcel_centre(at.z)};
}

void enclose(Snapshot::Island& island) {
  island.centre_x = island.centre_z = island.radius = 0;
  auto const count = static_cast<double>(island.peers.size());
  for (auto const& peer : island.peers) {
    island.centre_x += peer.at.x / count;
    island.centre_z += peer.at.z / count;
  }
  for (auto const& peer : island.peers)
    island.radius = std::max(island.radius,
                             std::hypot(peer.at.x - island.centre_x, peer.at.z - island.centre_z));
}

}  // namespace

std::optional<Privacy> parse_privacy(std::string_view text) {
  if (text == "exact") return Privacy::exact;
  if (text == "parcel") return Privacy::parcel;
  if (text == "none") return Privacy::none;
  return std::nullopt;
}

Snapshot with_privacy(Snapshot snapshot, Privacy privacy) {
  snapshot.privacy = privacy;
  if (privacy == Privacy::exact) return snapshot;
  for (auto& island : snapshot.islands) {
    for (auto& peer : island.peers) peer.at = coarse(peer.at, privacy);
    enclose(island);
  }
  return snapshot;
}

engine::Explanation with_privacy(engine::Explanation why, Privacy privacy) {
  if (privacy == Privacy::none) why.nearest.clear();
  if (privacy == Privacy::parcel)
    for (auto& one : why.nearest)
      one.distance = std::round(one.distance / kParcelMetres) * kParcelMetres;
  return why;
}

ToldSnapshots::Pointer ToldSnapshots::newest() {
  auto exact = exact_();
  if (privacy_ == Privacy::exact) return exact;
  std::lock_guard const lock(mutex_);
  if (exact != of_) {
    told_ = std::make_shared<Snapshot const>(with_privacy(*exact, privacy_));
    of_ = std::move(exact);
  }
  return told_;
}

}  // namespace archipelago::islands
