// From a loop to a worker and back.
#include "bans/ban_check.hpp"

#include <memory>
#include <utility>

#include "base/log.hpp"

namespace archipelago::bans {

BanCheck::BanCheck(Ask ask, Submit submit, BanCheckOptions options, Metrics& metrics)
    : ask_(std::move(ask)),
      submit_(std::move(submit)),
      options_(options),
      metrics_(metrics),
      verdicts_(options.remembered, options.lifetime) {}

void BanCheck::ask(Address const& who, Loop& reply_on, Done done) {
  auto const to = std::make_shared<Done const>(std::move(done));
  auto reply = [to, &reply_on](Result<bool> result) {
    reply_on.post([to, result = std::move(result)] { (*to)(result); });
  };
  auto const asked = reply_on.now();
  metrics_.add(Metric::ban_checks);
  if (!submit_([this, who, asked, reply] { reply(answer(who, asked)); }))
    reply(fail(Errc::overloaded, "too many ban checks wait"));
}

Result<bool> BanCheck::answer(Address const& who, Instant asked) {
  auto result = ask_(who);
  note(result ? nullptr : &result.error(), asked);
  if (result) verdicts_.put(who, *result, asked);
  return result;
}

void BanCheck::note(Error const* error, Instant asked) {
  if (error == nullptr) {
    if (failures_.exchange(0) >= options_.failures) log::info("bans", "check_answers_again");
    return;
  }
  auto const failures = failures_.fetch_add(1) + 1;
  if (failures < options_.failures) return;
  rests_until_ = asked + options_.rest;
  if (failures == options_.failures)
    log::warn("bans", "check_does_not_answer", {{"why", error->detail}});
}

bool BanCheck::resting(Instant now) const {
  return now < rests_until_.load();
}

}  // namespace archipelago::bans
