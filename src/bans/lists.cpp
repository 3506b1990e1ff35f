// Lines and JSON to addresses.
#include "bans/lists.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>

#include "bans/json_list.hpp"

namespace archipelago::bans {
namespace {

namespace json = boost::json;

std::string at_line(std::size_t number, std::string_view what) {
  return "line " + std::to_string(number) + ": " + std::string(what);
}

std::string_view explain(Errc why) {
  if (why == Errc::bad_address) return "an entry whose wallet is not 0x and 40 hexadecimal digits";
  if (why == Errc::message_too_big) return "more entries than a list may have";
  return "not JSON";
}

Result<List> parse_json(std::string_view text, bool strict, std::size_t most) {
  json::basic_parser<JsonListHandler> parser(json::parse_options(), strict, most);
  json::error_code code;
  auto const read = parser.write_some(false, text.data(), text.size(), code);
  auto& handler = parser.handler();
  if (!code && text.find_first_not_of(" \t\r\n", read) != std::string_view::npos)
    code = json::error::extra_data;
  if (code) {
    auto const line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(read), '\n');
    auto const why = handler.stopped() == Errc::count_ ? Errc::malformed_json : handler.stopped();
    return fail(why, at_line(static_cast<std::size_t>(line), explain(why)));
  }
  if (!handler.found_users()) return fail(Errc::malformed_json, "line 1: no array `users`");
  return List{AddressSet(handler.take_keys()), handler.skipped()};
}

std::string_view trimmed(std::string_view line) {
  line = line.substr(0, line.find('#'));
  auto const first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

Result<List> parse_lines(std::string_view text, std::size_t most) {
  std::vector<AddressSet::Key> keys;
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto const end = std::min(text.find('\n'), text.size());
    auto const entry = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (entry.empty()) continue;
    auto const address = Address::parse(entry);
    if (!address)
      return fail(Errc::bad_address, at_line(number, "not 0x and 40 hexadecimal digits"));
    if (keys.size() == most)
      return fail(Errc::message_too_big, at_line(number, explain(Errc::message_too_big)));
    keys.push_back(AddressSet::pack(*address));
  }
  return List{AddressSet(std::move(keys)), 0};
}

}  // namespace

Result<List> parse_json_list(std::string_view text, std::size_t most) {
  return parse_json(text, false, most);
}

Result<List> parse_file_list(std::string_view text, std::size_t most) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // some editors' mark
  auto const first = text.find_first_not_of(" \t\r\n");
  bool const is_json = first != std::string_view::npos && text[first] == '{';
  return is_json ? parse_json(text, true, most) : parse_lines(text, most);
}

Result<bool> parse_verdict(std::string_view text) {
  json::error_code code;
  auto const answer = json::parse({text.data(), text.size()}, code);
  if (code) return fail(Errc::malformed_json, "the ban check's answer is not JSON");
  auto const* const object = answer.if_object();
  auto const* const data = object == nullptr ? nullptr : object->if_contains("data");
  auto const* const inner = data == nullptr ? nullptr : data->if_object();
  auto const* const banned = inner == nullptr ? nullptr : inner->if_contains("isBanned");
  return banned != nullptr && banned->is_bool() && banned->get_bool();
}

}  // namespace archipelago::bans
