// A hostile Ethereum endpoint: each line of the input is one answer. Questions end, within their
// calls, and only the exact magic word approves.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "auth/eth_wallets.hpp"
#include "auth/fake_eth_rpc.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace archipelago;
  std::string_view rest(reinterpret_cast<char const*>(data), size);
  bool approved = false;
  auth::FakeEthRpc rpc;
  rpc.answer = [&](std::string_view method, std::string_view) -> Result<std::string> {
    if (rest.empty()) return fail(Errc::upstream_failed);
    auto const end = rest.find('\n');
    std::string const line(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (line == "revert") return fail(Errc::bad_request);
    approved = approved ||
               (method == "eth_call" && line.starts_with("\"0x1626ba7e" + std::string(56, '0')));
    return line;
  };
  auth::EthWallets wallets(rpc, {.max_calls = 48, .cache_entries = 0});
  auto const contract = *Address::parse("0x8c889222833f961fc991b31d15e25738c6732930");
  auto const result = wallets.approves(contract, "text", "0x1234", {1'700'000'000'000});
  if ((result && !approved) || rpc.asked.size() > 48) std::abort();
  return 0;
}
