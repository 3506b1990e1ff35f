// Entities of the content server, joined with where players stand.
#include "realm/hot_scenes.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <tuple>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace archipelago::realm {
namespace {

namespace json = boost::json;

constexpr double kParcelMetres = 16;
constexpr std::size_t kMostAsked = 1'000;
constexpr std::size_t kMostScenes = 100;
constexpr std::size_t kMostParcels = 10'000;
constexpr std::size_t kMostText = 2'048;

json::value const* at(json::value const* value, std::string_view key) {
  auto const* const object = value == nullptr ? nullptr : value->if_object();
  return object == nullptr ? nullptr : object->if_contains({key.data(), key.size()});
}

std::optional<std::string_view> text(json::value const* value) {
  auto const* const string = value == nullptr ? nullptr : value->if_string();
  if (string == nullptr || string->size() > kMostText) return std::nullopt;
  return std::string_view(string->data(), string->size());
}

std::optional<std::int64_t> whole(std::string_view digits) {
  std::int64_t value = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

/// "x,y"
std::optional<Parcel> parcel(json::value const* value) {
  auto const written = text(value);
  auto const comma = written ? written->find(',') : std::string_view::npos;
  if (comma == std::string_view::npos) return std::nullopt;
  auto const x = whole(written->substr(0, comma));
  auto const y = whole(written->substr(comma + 1));
  if (!x || !y) return std::nullopt;
  return Parcel(*x, *y);
}

json::array coordinates(Parcel const& where) {
  return {where.first, where.second};
}

/// A URL as it is, or a file among the entity's contents.
std::optional<std::string> thumbnail(json::value const& entity, std::string const& content_url) {
  auto const name = text(at(at(at(&entity, "metadata"), "display"), "navmapThumbnail"));
  if (!name) return std::nullopt;
  if (name->starts_with("https://") || name->starts_with("http://")) return std::string(*name);
  auto const* const content = at(&entity, "content");
  auto const* const files = content == nullptr ? nullptr : content->if_array();
  if (files == nullptr) return std::nullopt;
  for (auto const& file : *files) {
    auto const hash = text(at(&file, "hash"));
    if (hash && text(at(&file, "file")) == name)
      return content_url + (content_url.ends_with('/') ? "" : "/") + "contents/" +
             std::string(*hash);
  }
  return std::nullopt;
}

struct Scene {
  std::int64_t users = 0;
  std::size_t place = 0;  ///< in the answer; decides between equals
  json::object body;
};

void put(json::object& body, char const* key, std::optional<std::string_view> const& value) {
  if (value) body[key] = *value;
}

std::optional<Scene> scene(json::value const& entity,
                           std::map<Parcel, std::int64_t> const& occupied,
                           std::string const& content_url) {
  auto const* const metadata = at(&entity, "metadata");
  auto const id = text(at(&entity, "id"));
  auto const base = parcel(at(at(metadata, "scene"), "base"));
  auto const* const listed = at(at(metadata, "scene"), "parcels");
  auto const* const parcels = listed == nullptr ? nullptr : listed->if_array();
  if (!id || !base || parcels == nullptr || parcels->size() > kMostParcels) return std::nullopt;
  Scene made;
  json::array places;
  for (auto const& one : *parcels) {
    auto const where = parcel(&one);
    if (!where) return std::nullopt;
    places.push_back(coordinates(*where));
    if (auto const found = occupied.find(*where); found != occupied.end())
      made.users += found->second;
  }
  made.body["id"] = *id;
  made.body["name"] = text(at(at(metadata, "display"), "title")).value_or("Unnamed");
  made.body["baseCoords"] = coordinates(*base);
  made.body["usersTotalCount"] = made.users;
  made.body["parcels"] = std::move(places);
  put(made.body, "thumbnail", thumbnail(entity, content_url));
  put(made.body, "projectId", text(at(at(metadata, "source"), "projectId")));
  put(made.body, "creator", text(at(at(metadata, "contact"), "name")));
  put(made.body, "description", text(at(at(metadata, "display"), "description")));
  return made;
}

}  // namespace

std::map<Parcel, std::int64_t> occupied_parcels(islands::Snapshot const& snapshot) {
  std::map<Parcel, std::int64_t> counts;
  if (snapshot.privacy == islands::Privacy::none) return counts;
  auto const index = [](float metres) {
    return static_cast<std::int64_t>(std::floor(metres / kParcelMetres));
  };
  for (auto const& island : snapshot.islands)
    for (auto const& one : island.peers) ++counts[{index(one.at.x), index(one.at.z)}];
  return counts;
}

std::string scenes_question(std::map<Parcel, std::int64_t> const& parcels) {
  std::vector<std::pair<std::int64_t, Parcel>> busiest;
  busiest.reserve(parcels.size());
  for (auto const& [where, users] : parcels) busiest.emplace_back(-users, where);
  std::sort(busiest.begin(), busiest.end());
  if (busiest.size() > kMostAsked) busiest.resize(kMostAsked);
  json::array pointers;
  for (auto const& [order, where] : busiest)
    pointers.emplace_back(std::to_string(where.first) + "," + std::to_string(where.second));
  return json::serialize(json::object{{"pointers", std::move(pointers)}});
}

Result<std::string> hot_scenes_json(std::string_view entities,
                                    std::map<Parcel, std::int64_t> const& parcels,
                                    std::string const& content_url) {
  boost::system::error_code error;
  auto const parsed = json::parse({entities.data(), entities.size()}, error);
  if (error || !parsed.is_array())
    return fail(Errc::upstream_failed, "the content server's answer is no JSON array");
  std::vector<Scene> scenes;
  for (auto const& entity : parsed.get_array()) {
    auto made = scene(entity, parcels, content_url);
    if (!made || made->users == 0) continue;
    made->place = scenes.size();
    scenes.push_back(std::move(*made));
  }
  std::sort(scenes.begin(), scenes.end(), [](auto const& a, auto const& b) {
    return std::tie(b.users, a.place) < std::tie(a.users, b.place);
  });
  if (scenes.size() > kMostScenes) scenes.resize(kMostScenes);
  json::array bodies;
  for (auto& one : scenes) bodies.push_back(std::move(one.body));
  return json::serialize(bodies);
}

}  // namespace archipelago::realm
