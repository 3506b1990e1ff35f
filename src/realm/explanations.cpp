// One function for each shape.
#include "realm/explanations.hpp"

#include <cmath>
#include <string>
#include <utility>

#include <boost/json/array.hpp>

namespace archipelago::realm {
namespace {

namespace json = boost::json;

json::value text_or_null(std::string const& text) {
  if (text.empty()) return nullptr;
  return json::value(text);
}

double centimetres(double metres) {
  return std::round(metres * 100) / 100;
}

json::object neighbour(engine::Neighbour const& one) {
  return {{"player", one.player},
          {"island", text_or_null(one.island)},
          {"distance", centimetres(one.distance)},
          {"apart", engine::name_of(one.apart)}};
}

json::object explanation(engine::Explanation const& why) {
  json::array nearest;
  for (auto const& one : why.nearest) nearest.push_back(neighbour(one));
  return {{"player", why.player},
          {"island", text_or_null(why.island)},
          {"seats", why.seats},
          {"guest", why.guest},
          {"crowded", why.crowded},
          {"wish", text_or_null(why.wish)},
          {"nearest", std::move(nearest)},
          {"text", engine::to_text(why)}};
}

}  // namespace

json::object explanations(islands::Explained const& explained, islands::Privacy privacy) {
  json::array all;
  for (auto const& why : explained.players)
    all.push_back(explanation(islands::with_privacy(why, privacy)));
  return {{"explain", std::move(all)}, {"complete", explained.complete}};
}

json::object wishes(engine::WishCounters const& counters) {
  json::object refused;
  for (std::size_t i = 0; i < counters.refused.size(); ++i)
    refused[engine::name_of(static_cast<engine::Refusal>(i))] = counters.refused.at(i);
  return {{"asked", counters.asked},
          {"honoured", counters.honoured},
          {"withdrawn", counters.withdrawn},
          {"waiting", counters.waiting},
          {"refused", std::move(refused)}};
}

}  // namespace archipelago::realm
