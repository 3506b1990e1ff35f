#include "realm/bans.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "realm/ban_sources.hpp"

namespace archipelago::realm {
namespace {

constexpr std::size_t kSweepAtOnce = 20;
constexpr std::size_t kLoginThreads = 8;
constexpr std::size_t kChecksWaiting = 1'024;
constexpr Millis kFileLook{1'000};

bans::BanCheckOptions check_options(Config::Bans const& config) {
  bans::BanCheckOptions options;
  options.lifetime = Millis(config.check_cache_seconds * 1'000);
  return options;
}

bans::DoormanOptions doorman_options(Config::Bans const& config) {
  return {.on_error = config.on_error == "closed" ? bans::OnError::closed : bans::OnError::open,
          .needs_fetched_list = !config.list_url.empty(),
          .patience = Millis(config.check_timeout_ms)};
}

bans::Submit to(std::unique_ptr<WorkerPool> const& pool) {
  return [&pool](Task task) { return pool && pool->try_submit(std::move(task)); };
}

}  // namespace

Bans::Bans(Config::Bans const& config, Parts parts)
    : config_(config),
      parts_(std::move(parts)),
      doorman_(
          parts_.proofs, lists_,
          config_.check_url.empty()
              ? nullptr
              : &check_.emplace(ask_ban_check(config_.check_url, Millis(config_.check_timeout_ms),
                                              ending_.get_token()),
                                to(check_pool_), check_options(config_), parts_.metrics),
          doorman_options(config_), parts_.metrics) {
  if (check_) {
    check_pool_ = std::make_unique<WorkerPool>(kSweepAtOnce + kLoginThreads, kChecksWaiting);
    bans::Sweep::Parts sweeping{
        .loop = parts_.loop,
        .check = *check_,
        .players = [this] { return everybody(); },
        .evict =
            [this](Address const& who) { evict([&who](auto const& one) { return one == who; }); },
        .metrics = parts_.metrics};
    sweep_.emplace(std::move(sweeping), Millis(config_.check_sweep_ms), kSweepAtOnce);
  }
  if (!config_.list_url.empty() || !config_.file.empty())
    list_pool_ = std::make_unique<WorkerPool>(1, 4);
  if (!config_.list_url.empty())
    fetched_.emplace(keeping(), bans::Source::fetched,
                     fetched_list(config_.list_url, ending_.get_token()),
                     Millis(config_.list_seconds * 1'000));
  if (!config_.file.empty()) {
    read_file_ = file_list(config_.file);
    file_.emplace(keeping(), bans::Source::file, read_file_, kFileLook);
  }
}

bans::ListKeeper::Parts Bans::keeping() {
  return {.loop = parts_.loop,
          .submit = to(list_pool_),
          .lists = lists_,
          .metrics = parts_.metrics,
          .changed = [this] { evict([this](auto const& who) { return lists_.contains(who); }); }};
}

std::vector<Address> Bans::everybody() const {
  auto all = parts_.sessions();
  auto const seats = parts_.seats();
  all.insert(all.end(), seats.begin(), seats.end());
  std::ranges::sort(all);
  auto const repeated = std::ranges::unique(all);
  all.erase(repeated.begin(), repeated.end());
  return all;
}

void Bans::evict(Predicate const& banned) const {
  if (auto const ended = parts_.evict(banned); ended != 0)
    log::info("bans", "evicted", {{"sessions_and_seats", ended}});
}

Result<> Bans::start() {
  if (file_) {
    auto list = read_file_();
    if (!list)
      return fail(list.error().code, "bans.file " + config_.file + ": " + list.error().detail);
    if (*list) file_->accept(**std::move(list), parts_.loop.wall_now());
  }
  reload();
  if (sweep_) parts_.loop.post([this] { sweep_->start(); });
  return {};
}

void Bans::reload() {
  parts_.loop.post([this] {
    if (file_) file_->read_now();
    if (fetched_) fetched_->read_now();
  });
}

void Bans::end() {
  ending_.request_stop();
  check_pool_.reset();
  list_pool_.reset();
}

}  // namespace archipelago::realm
