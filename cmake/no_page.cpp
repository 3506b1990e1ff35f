// In place of the station's page, where none is built (cmake/Page.cmake).
#include "station/page.hpp"

namespace archipelago::station {

std::span<Asset const> built_in_page() noexcept {
  return {};
}

}  // namespace archipelago::station
