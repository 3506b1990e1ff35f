// Whatever a content server answers, the list stays short and is JSON, or there is an error.
#include <cstdint>
#include <cstdlib>

#include <boost/json/parse.hpp>

#include "realm/hot_scenes.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  namespace realm = archipelago::realm;
  std::map<realm::Parcel, std::int64_t> const parcels{{{0, 0}, 3}, {{-1, 2}, 1}};
  auto const made = realm::hot_scenes_json({reinterpret_cast<char const*>(data), size}, parcels,
                                           "https://c/content/");
  if (!made) return 0;
  boost::system::error_code error;
  auto const list = boost::json::parse(*made, error);
  if (error || !list.is_array() || list.get_array().size() > 100) std::abort();
  return 0;
}
