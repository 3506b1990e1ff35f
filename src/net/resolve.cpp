// getaddrinfo() at arm's length.
#include "net/resolve.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include <netdb.h>
#include <netinet/in.h>

namespace archipelago::net {
namespace {

constexpr int kMostLookups = 16;
std::atomic<int> lookups{0};

using Addresses = std::vector<IpAddress>;

struct Lookup {
  std::mutex mutex;
  std::condition_variable_any done;
  std::optional<Result<Addresses>> answer;
};

IpAddress address_of(sockaddr const& from) {
  std::array<std::uint8_t, 16> bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (from.sa_family == AF_INET6) {
    auto const& v6 = reinterpret_cast<sockaddr_in6 const&>(from);
    std::copy_n(v6.sin6_addr.s6_addr, bytes.size(), bytes.begin());
  } else {
    auto const& v4 = reinterpret_cast<sockaddr_in const&>(from);
    auto const* const four = reinterpret_cast<std::uint8_t const*>(&v4.sin_addr.s_addr);
    std::copy_n(four, 4, bytes.begin() + 12);
  }
  return IpAddress(bytes);
}

Result<Addresses> look_up(std::string const& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  if (int const error = getaddrinfo(host.c_str(), nullptr, &hints, &list); error != 0)
    return fail(Errc::upstream_failed, "cannot find '" + host + "': " + gai_strerror(error));
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> const owner(list, &freeaddrinfo);
  Addresses out;
  for (auto const* entry = list; entry != nullptr; entry = entry->ai_next)
    if (entry->ai_family == AF_INET || entry->ai_family == AF_INET6)
      out.push_back(address_of(*entry->ai_addr));
  return out;
}

}  // namespace

Result<Addresses> resolve(std::string const& host, std::chrono::steady_clock::time_point deadline,
                          std::stop_token const& stop) {
  if (auto const literal = IpAddress::parse(host)) return Addresses{*literal};
  if (lookups.fetch_add(1) >= kMostLookups) {
    --lookups;
    return fail(Errc::upstream_failed, "too many name look-ups are under way");
  }
  auto const lookup = std::make_shared<Lookup>();
  try {
    std::thread([lookup, host] {
      auto answer = look_up(host);
      std::lock_guard const lock(lookup->mutex);
      lookup->answer = std::move(answer);
      lookup->done.notify_all();
      --lookups;
    }).detach();
  } catch (std::system_error const& e) {
    --lookups;
    return fail(Errc::upstream_failed, "looking up '" + host + "' failed: " + e.what());
  }
  std::unique_lock lock(lookup->mutex);
  if (!lookup->done.wait_until(lock, stop, deadline, [&] { return lookup->answer.has_value(); }))
    return fail(Errc::upstream_failed, "looking up '" + host + "' took too long");
  return std::move(*lookup->answer);
}

}  // namespace archipelago::net
