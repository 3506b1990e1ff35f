// Complete logins on one core: parse, check_form and verify, every chain with keys and a challenge
// of its own. With ARCHIPELAGO_BENCH_CHAINS=FILE the same chains are written as JSON for another
// library to verify (e2e/bench/auth.mjs).
#include <cstdlib>
#include <fstream>

#include <boost/json.hpp>

#include <benchmark/benchmark.h>

#include "auth/handshake.hpp"
#include "auth/identity.hpp"
#include "auth/login.hpp"

namespace archipelago::auth {
namespace {

constexpr std::size_t kChains = 1024;
constexpr WallTime kNow{1'700'000'000'000};
constexpr WallTime kExpires{2'000'000'000'000};

enum class Form : std::uint8_t { two_links, three_links };

AuthChain make_chain(Form form, Random& random, std::string_view challenge) {
  auto const wallet = Key::generate(random);
  if (form == Form::two_links) return sign_payload(wallet, challenge);
  return sign_payload(make_identity(wallet, random, kExpires), challenge);
}

std::vector<LoginAttempt> make_attempts(Form form) {
  SeededRandom random(static_cast<std::uint64_t>(form) + 1);
  std::vector<LoginAttempt> attempts;
  attempts.reserve(kChains);
  for (std::size_t i = 0; i < kChains; ++i) {
    auto challenge = new_challenge(random);
    auto const chain = make_chain(form, random, challenge);
    attempts.push_back(
        {Address::parse(owner(chain)).value(), std::move(challenge), to_json(chain)});
  }
  return attempts;
}

std::vector<LoginAttempt> const& attempts_of(Form form) {
  static std::vector<LoginAttempt> const two = make_attempts(Form::two_links);
  static std::vector<LoginAttempt> const three = make_attempts(Form::three_links);
  return form == Form::two_links ? two : three;
}

void log_in(benchmark::State& state, Form form) {
  auto const& attempts = attempts_of(form);
  std::size_t next = 0;
  for (auto _ : state) {
    auto const& attempt = attempts[next++ % attempts.size()];
    auto const chain = check_form(attempt, kNow);
    if (!chain || verify(*chain, attempt.challenge, kNow, nullptr) != attempt.claimed)
      state.SkipWithError("a good login was refused");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(log_in, three_links, Form::three_links)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(log_in, two_links, Form::two_links)->Unit(benchmark::kMicrosecond);

/// A flood of chains that anybody can make: refused without the curve.
void refuse(benchmark::State& state) {
  auto const& attempts = attempts_of(Form::three_links);
  std::size_t next = 0;
  for (auto _ : state) {
    auto attempt = attempts[next++ % attempts.size()];
    attempt.challenge = "dcl-another";
    if (check_form(attempt, kNow)) state.SkipWithError("a bad login was accepted");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(refuse)->Unit(benchmark::kMicrosecond);

boost::json::array exported(Form form) {
  boost::json::array array;
  for (auto const& attempt : attempts_of(form))
    array.push_back({{"challenge", attempt.challenge}, {"chain_json", attempt.chain_json}});
  return array;
}

/// Runs before main(), because the program's main() is the library's.
[[maybe_unused]] bool const kExported = [] {
  char const* const path = std::getenv("ARCHIPELAGO_BENCH_CHAINS");
  if (path == nullptr) return false;
  boost::json::object const content{{"now", kNow.ms_since_epoch},
                                    {"three_links", exported(Form::three_links)},
                                    {"two_links", exported(Form::two_links)}};
  std::ofstream(path) << boost::json::serialize(content);
  return true;
}();

}  // namespace
}  // namespace archipelago::auth
