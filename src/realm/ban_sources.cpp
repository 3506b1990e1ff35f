// Requests and files: everything bounded in time or size.
#include "realm/ban_sources.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include <sys/stat.h>

#include "net/http_client.hpp"

namespace archipelago::realm {
namespace {

constexpr std::int64_t kListBytes = 128U << 20U;
constexpr std::size_t kVerdictBytes = 64U << 10U;
constexpr Millis kListTime{10'000};

/// The body of an answer of status 200.
Result<std::string> body_of(net::HttpFetch const& ask) {
  auto answer = net::fetch(ask);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status != 200)
    return fail(Errc::upstream_failed, "HTTP " + std::to_string(answer->status));
  return std::move(answer->body);
}

net::HttpFetch get_json(std::string url, Millis timeout, std::size_t max_body,
                        std::stop_token stop) {
  net::HttpFetch ask;
  ask.url = std::move(url);
  ask.headers = {{"Accept", "application/json"}};
  ask.timeout = timeout;
  ask.max_body = max_body;
  ask.stop = std::move(stop);
  return ask;
}

/// Tells one state of a file from the next; default: there is none.
struct FileState {
  std::uint64_t inode = 0;
  std::int64_t size = -1;
  bool ordinary = true;  ///< not a folder, a pipe, a device
  std::int64_t changed_s = 0;
  std::int64_t changed_ns = 0;

  static FileState of(std::string const& path) {
    struct stat found{};
    if (::stat(path.c_str(), &found) != 0) return {};
    return {found.st_ino, found.st_size, S_ISREG(found.st_mode), found.st_ctim.tv_sec,
            found.st_ctim.tv_nsec};
  }
  friend bool operator==(FileState const&, FileState const&) = default;
};

Result<std::string> contents(std::string const& path, FileState const& state) {
  if (!state.ordinary) return fail(Errc::bad_request, "cannot be read: it is no ordinary file");
  if (state.size > kListBytes) return fail(Errc::message_too_big, "larger than 128 MiB");
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::bad_request, "cannot be read: " + std::string(std::strerror(errno)));
  std::string text(static_cast<std::size_t>(std::max<std::int64_t>(state.size, 0)), '\0');
  file.read(text.data(), std::ssize(text));
  if (file.gcount() != std::ssize(text))
    return fail(Errc::bad_request, "cannot be read: it ends too early");
  return text;
}

}  // namespace

bans::ListKeeper::Read fetched_list(std::string const& url, std::stop_token stop) {
  return [ask = get_json(url, kListTime, kListBytes,
                         std::move(stop))]() -> Result<std::optional<bans::List>> {
    auto const body = body_of(ask);
    if (!body) return tl::unexpected(body.error());
    return bans::parse_json_list(*body).map(
        [](bans::List&& l) { return std::optional(std::move(l)); });
  };
}

bans::ListKeeper::Read file_list(std::string path) {
  auto last = std::make_shared<std::optional<FileState>>();
  return [last, path = std::move(path)]() -> Result<std::optional<bans::List>> {
    auto const now =
        FileState::of(path);  // before reading: what changes meanwhile is seen next time
    if (*last == now) return std::optional<bans::List>();
    *last = now;
    auto const text = contents(path, now);
    if (!text) return tl::unexpected(text.error());
    return bans::parse_file_list(*text).map(
        [](bans::List&& l) { return std::optional(std::move(l)); });
  };
}

bans::BanCheck::Ask ask_ban_check(std::string url, Millis timeout, std::stop_token stop) {
  while (url.ends_with('/')) url.pop_back();
  return [url = std::move(url), timeout, stop = std::move(stop)](Address const& who) {
    return body_of(get_json(url + "/users/" + who.str() + "/bans", timeout, kVerdictBytes, stop))
        .and_then([](std::string const& body) { return bans::parse_verdict(body); });
  };
}

}  // namespace archipelago::realm
