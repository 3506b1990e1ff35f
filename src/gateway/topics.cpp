#include "gateway/topics.hpp"

#include <algorithm>

#include "bus/subjects.hpp"

namespace archipelago::gateway {
namespace {

constexpr std::string_view kWildcards = "*>";

/// WIRE 3.2 takes every other character. Control characters are refused as well: they would end
/// lines of logs and of text protocols behind the bus.
bool valid(std::string_view topic) noexcept {
  if (topic.empty() || topic.size() > kMaxTopicBytes) return false;
  if (topic.front() == '.' || topic.back() == '.') return false;
  if (topic.find("..") != std::string_view::npos) return false;
  if (std::count(topic.begin(), topic.end(), '.') >= static_cast<std::ptrdiff_t>(kMaxTopicParts))
    return false;
  return std::none_of(topic.begin(), topic.end(), [](char c) {
    auto const code = static_cast<unsigned char>(c);
    return code < 0x20 || code == 0x7F;
  });
}

/// Whether `>` is a part before the last one, which no bus understands.
bool rest_before_the_end(std::string_view topic) noexcept {
  return topic.starts_with(">.") || topic.find(".>.") != std::string_view::npos;
}

}  // namespace

Result<std::string> publish_subject(Address const& own, std::string_view topic) {
  if (!valid(topic)) return fail(Errc::invalid_topic);
  if (topic.find_first_of(kWildcards) != std::string_view::npos) return fail(Errc::forbidden_topic);
  return bus::subjects::client_peer_topic(own, topic);
}

Result<std::string> peer_pattern(std::string_view topic) {
  if (!valid(topic) || rest_before_the_end(topic)) return fail(Errc::invalid_topic);
  if (bus::subjects::matches(topic, kHeartbeatTopic)) return fail(Errc::forbidden_topic);
  return bus::subjects::client_any_peer_topic(topic);
}

Result<std::string> system_subject(Address const& own, std::string_view topic) {
  if (!valid(topic)) return fail(Errc::invalid_topic);
  if (topic.find_first_of(kWildcards) != std::string_view::npos) return fail(Errc::forbidden_topic);
  auto const first = topic.substr(0, topic.find('.'));
  if (first == "peer") return fail(Errc::forbidden_topic);
  auto const player = Address::parse(first);
  if (!player) return bus::subjects::client_topic(topic);
  if (*player != own) return fail(Errc::forbidden_topic);
  return bus::subjects::client_topic(player->str().append(topic.substr(first.size())));
}

std::string topic_refusal(Errc why, std::string_view topic) {
  if (topic.size() > kMaxTopicBytes) return "Invalid topic: it is too long";
  std::string text = why == Errc::forbidden_topic ? "Forbidden topic " : "Invalid topic ";
  return text.append(topic);
}

}  // namespace archipelago::gateway
