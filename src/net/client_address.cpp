// Trusted proxies and the walk through X-Forwarded-For, from right to left.
#include "net/client_address.hpp"

#include <algorithm>
#include <charconv>

#include "net/text.hpp"

namespace archipelago::net {
namespace {

constexpr std::size_t kMaxHops = 32;  // of a header; nobody has more proxies

// Proxies write `1.2.3.4`, `1.2.3.4:567`, `2001:db8::1`, `[2001:db8::1]` and `[2001:db8::1]:567`.
std::optional<IpAddress> parse_hop(std::string_view hop) {
  if (auto const plain = IpAddress::parse(hop)) return plain;
  if (hop.starts_with('[')) return IpAddress::parse(hop.substr(1, hop.find(']') - 1));
  return IpAddress::parse(hop.substr(0, hop.rfind(':')));
}

}  // namespace

std::optional<AddressBlocks::Block> AddressBlocks::parse_block(std::string_view text) {
  auto const slash = text.find('/');
  auto const base = IpAddress::parse(text.substr(0, slash));
  if (!base) return {};
  unsigned const first = base->is_v4() ? 96 : 0;
  if (slash == std::string_view::npos) return Block{*base, 128};
  unsigned bits = 0;
  auto const digits = text.substr(slash + 1);
  auto const end = digits.data() + digits.size();
  auto const [stop, error] = std::from_chars(digits.data(), end, bits);
  if (error != std::errc{} || stop != end || bits > 128 - first) return {};
  return Block{base->prefix(first + bits), first + bits};
}

Result<AddressBlocks> AddressBlocks::parse(std::string_view list) {
  std::string commas(list);
  std::replace_if(
      commas.begin(), commas.end(), [](char c) { return c == ' ' || c == '\t' || c == '\n'; }, ',');
  AddressBlocks out;
  std::optional<Error> wrong;
  for_each_element(commas, [&](std::string_view entry) {
    if (auto const block = parse_block(entry))
      out.blocks_.push_back(*block);
    else
      wrong =
          Error{Errc::bad_request, "'" + std::string(entry) +
                                       "' is neither an address nor a block such as 10.0.0.0/8"};
    return !wrong;
  });
  if (wrong) return tl::unexpected<Error>(*wrong);
  return out;
}

bool AddressBlocks::contain(IpAddress const& address) const {
  return std::any_of(blocks_.begin(), blocks_.end(),
                     [&](Block const& block) { return address.prefix(block.bits) == block.base; });
}

IpAddress client_address(IpAddress const& peer, std::string_view forwarded_for,
                         AddressBlocks const& trusted) {
  IpAddress client = peer;
  for (std::size_t hops = 0; hops < kMaxHops && !forwarded_for.empty() && trusted.contain(client);
       ++hops) {
    auto const comma = forwarded_for.rfind(',');
    auto const last =
        comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1);
    forwarded_for =
        comma == std::string_view::npos ? std::string_view{} : forwarded_for.substr(0, comma);
    auto const hop = parse_hop(trim(last));
    if (!hop) break;
    client = *hop;
  }
  return client;
}

}  // namespace archipelago::net
