// The table's section [metrics].
#include <algorithm>
#include <string_view>

#include "realm/options_table.hpp"

namespace archipelago::realm {
namespace {

/// One that nothing else answers at.
bool is_metrics_path(std::string_view text) {
  auto const plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '/';
  };
  return text.size() <= 128 && (text.ends_with("/metrics") || text.starts_with("/metrics")) &&
         text.find("//") == std::string_view::npos && text.starts_with('/') &&
         !text.ends_with('/') && std::all_of(text.begin(), text.end(), plain);
}

/// As it stands in a header.
bool is_token(std::string_view text) {
  return text.size() <= 1024 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

void describe_metrics(Table option, Config::Metrics& metrics) {
  option("metrics.path", metrics.path, "Path at which metrics are told.")
      .must(is_metrics_path, "a path that begins or ends with /metrics")
      .env("WKC_METRICS_PUBLIC_PATH");
  option("metrics.token", metrics.token,
         "Whoever asks for metrics has to know it (Authorization: Bearer …); nothing: everybody "
         "may ask.")
      .must(is_token, "at most 1024 printable ASCII characters without spaces, or nothing")
      .env("WKC_METRICS_BEARER_TOKEN")
      .secret();
}

}  // namespace archipelago::realm
