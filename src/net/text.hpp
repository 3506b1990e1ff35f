// Small questions about text that headers and paths ask.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace archipelago::net {

inline char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

inline std::string_view trim(std::string_view text) {
  auto const first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Calls `take` with each trimmed, non-empty element of a comma-separated list; stops when it
/// returns false.
template <class Take>
void for_each_element(std::string_view list, Take&& take) {
  while (!list.empty()) {
    auto const element = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), element.size() + 1));
    if (auto const text = trim(element); !text.empty() && !take(text)) return;
  }
}

/// A token of RFC 9110 section 5.6.2: method names, header names, subprotocols.
inline bool is_token(std::string_view text) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

/// Shortest-form UTF-8 without surrogates (RFC 3629).
inline bool is_utf8(std::string_view text) {
  std::size_t i = 0;
  auto const byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  while (i < text.size()) {
    auto const lead = byte(i);
    std::size_t const more = lead < 0x80 ? 0 : lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || text.size() - i <= more) return false;
    for (std::size_t k = 1; k <= more; ++k)
      if ((byte(i + k) & 0xc0) != 0x80) return false;
    if (more > 1) {
      auto const second = byte(i + 1);
      if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f)) return false;
      if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) return false;
    }
    i += more + 1;
  }
  return true;
}

}  // namespace archipelago::net
