// Two questions at once, one answer.
#include "bans/doorman.hpp"

#include <optional>
#include <utility>

namespace archipelago::bans {

/// One login under way; lives on the login's loop, held by whatever may still answer it.
struct Doorman::Question {
  Question(Loop& l, Reply r) : loop(l), reply(std::move(r)) {}

  void proved(Result<Address> const& who) {
    if (!who) return answer(who);
    proof = who;
    if (allowed) answer(*proof);
  }

  void judged(Result<> const& verdict) {
    if (!verdict) return answer(tl::unexpected(verdict.error()));
    allowed = true;
    if (proof) answer(*proof);
  }

  void answer(Result<Address> const& result) {
    if (patience != 0) loop.cancel_timer(std::exchange(patience, 0));
    if (auto const say = std::exchange(reply, nullptr)) say(result);
  }

  Loop& loop;
  Reply reply;
  std::optional<Result<Address>> proof;
  bool allowed = false;
  Loop::TimerId patience = 0;
};

void Doorman::verify(auth::LoginAttempt attempt, Loop& reply_on, Reply reply) {
  auto const asking = must_ask(attempt, reply_on);
  if (asking && !*asking) return proofs_.verify(std::move(attempt), reply_on, std::move(reply));
  if (asking) return ask(std::move(attempt), reply_on, std::move(reply));
  reply_on.post(
      [reply = std::move(reply), error = asking.error()] { reply(tl::unexpected(error)); });
}

Result<bool> Doorman::must_ask(auth::LoginAttempt const& attempt, Loop& loop) const {
  if (bars(attempt.claimed)) return fail(Errc::banned, attempt.claimed.str());
  if (options_.needs_fetched_list && !lists_.loaded(Source::fetched))
    if (auto const in = unknown(); !in) return tl::unexpected(in.error());
  if (check_ == nullptr) return false;
  if (auto const banned = check_->known(attempt.claimed, loop.now())) {
    if (*banned) return fail(Errc::banned, attempt.claimed.str());
    return false;
  }
  if (!auth::check_form(attempt, loop.wall_now())) return false;  // the verifier says why
  if (!check_->resting(loop.now())) return true;
  metrics_.add(Metric::ban_failures_check);
  return unknown().map([] { return false; });
}

Result<> Doorman::unknown() const {
  if (options_.on_error == OnError::open) return {};
  return fail(Errc::upstream_failed, "it cannot be known who is banned");
}

void Doorman::ask(auth::LoginAttempt attempt, Loop& loop, Reply reply) {
  auto const question = std::make_shared<Question>(loop, std::move(reply));
  auto const who = attempt.claimed;
  auto const not_known = [this, question] {
    if (!question->reply || question->allowed) return;
    metrics_.add(Metric::ban_failures_check);
    question->judged(unknown());
  };
  question->patience = loop.start_timer(options_.patience, [question, not_known] {
    question->patience = 0;
    not_known();
  });
  check_->ask(who, loop, [question, not_known, who](Result<bool> const& banned) {
    if (!banned) return not_known();
    question->judged(*banned ? Result<>(fail(Errc::banned, who.str())) : Result<>());
  });
  proofs_.verify(std::move(attempt), loop,
                 [question](Result<Address> const& proof) { question->proved(proof); });
}

}  // namespace archipelago::bans
