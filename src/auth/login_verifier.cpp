// Sorts attempts onto the pools.
#include "auth/login_verifier.hpp"

#include <exception>
#include <memory>
#include <utility>

namespace archipelago::auth {
namespace {

using SharedReply = std::shared_ptr<LoginVerifier::Reply const>;

void post(Loop& loop, SharedReply reply, Result<Address> result) {
  loop.post([reply = std::move(reply), result = std::move(result)] { (*reply)(result); });
}

/// Whoever waits is answered, whatever happens on the pool's thread.
Result<Address> checked(AuthChain const& links, std::string_view challenge, WallTime now,
                        ContractWallets* wallets) {
  try {
    return auth::verify(links, challenge, now, wallets);
  } catch (std::exception const& e) {
    return fail(Errc::internal_error, e.what());
  }
}

}  // namespace

void PooledLoginVerifier::verify(LoginAttempt attempt, Loop& reply_on, Reply reply) {
  auto const to = std::make_shared<Reply const>(std::move(reply));
  WallTime const now = reply_on.wall_now();
  auto chain = check_form(attempt, now);
  if (!chain) return post(reply_on, to, tl::unexpected(chain.error()));

  bool const remote = needs_contract_wallet(*chain);
  if (remote && wallets_ == nullptr)
    return post(reply_on, to, fail(Errc::wallet_unverifiable, "Missing provider"));
  auto job = [to, now, &reply_on, wallets = wallets_, links = *std::move(chain),
              challenge = std::move(attempt.challenge)] {
    post(reply_on, to, checked(links, challenge, now, wallets));
  };
  if (!(remote ? wallet_pool_ : curve_).try_submit(std::move(job)))
    post(reply_on, to, fail(Errc::overloaded, "too many logins wait to be checked"));
}

}  // namespace archipelago::auth
