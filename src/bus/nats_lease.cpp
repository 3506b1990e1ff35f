#include "bus/nats_lease.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "base/log.hpp"
#include "base/random.hpp"
#include "bus/lease_news.hpp"
#include "bus/nats_bucket.hpp"
#include "bus/nats_link.hpp"

namespace archipelago::bus {
namespace {

constexpr Millis kLeastWait{50};
constexpr Millis kJetStreamWithin{3'000};
constexpr std::size_t kMaxCore = 128;
constexpr std::uint64_t kMaxEpoch = std::uint64_t{1} << 62U;  // what is above nobody of ours wrote
constexpr std::string_view kReleased = "-";

SteadyTime now() {
  return std::chrono::steady_clock::now();
}

WallTime system_wall() {
  auto const since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<Millis>(since).count()};
}

/// What is in the bucket: "<epoch> <run> <core>". A run is one process's time on earth.
struct Holder {
  std::uint64_t epoch = 0;
  std::string run;

  static Holder parse(std::string_view text) {
    Holder holder;
    auto const* const last = text.data() + text.size();
    auto const [end, error] = std::from_chars(text.data(), last, holder.epoch);
    if (error != std::errc{} || end == last || *end != ' ' || holder.epoch > kMaxEpoch) return {};
    auto const rest = text.substr(static_cast<std::size_t>(end - text.data()) + 1);
    holder.run = rest.substr(0, rest.find(' '));
    return holder;
  }
};

}  // namespace

class NatsLease::Campaign {
 public:
  Campaign(LeaseOptions options, std::unique_ptr<NatsLink> link)
      : options_(std::move(options)),
        link_(std::move(link)),
        bucket_(*link_, options_.bucket, std::max(options_.lease / 4, kLeastWait)) {
    SystemRandom random;
    run_ = random_text(random, 12);
  }
  Campaign(Campaign const&) = delete;
  Campaign& operator=(Campaign const&) = delete;
  ~Campaign() {
    if (news_) news_->end();
    {
      std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

  Result<> find_bucket() {
    auto const deadline = now() + kJetStreamWithin;
    natsStatus status = NATS_OK;
    do {
      status = bucket_.open();
      if (status == NATS_OK) return {};
      std::this_thread::sleep_for(kLeastWait);
    } while (now() < deadline);
    return fail(Errc::upstream_failed,
                "no JetStream on the NATS server, by which cores choose their leader: start "
                "nats-server with -js, or set nats.standby=false (" +
                    nats_error_text(status) + ")");
  }

  void start(std::unique_ptr<LeaseNews> news) {
    news_ = std::move(news);
    began_ = now();
    thread_ = std::thread([this] { run(); });
  }

  /// The order of reads matters: an epoch is stored before the time that it is believed until.
  [[nodiscard]] std::uint64_t epoch() const {
    auto const until = until_.load();
    return now().time_since_epoch() < until ? epoch_.load() : 0;
  }

  void resign() {
    {
      std::lock_guard lock(mutex_);
      resigned_ = true;
      until_ = SteadyTime::duration::zero();
    }
    wake_.notify_one();
  }

 private:
  /// What stands in the bucket, and since when it has been seen there without a break.
  struct Seen {
    std::uint64_t revision;
    SteadyTime since;
  };

  void run() {
    bool over = false;
    while (!over) {
      auto const start = now();
      step();
      tell();
      std::unique_lock lock(mutex_);
      wake_.wait_until(lock, start + options_.lease / (leading() ? 4 : 8),
                       [this] { return ending_ || resigned_; });
      over = ending_ || resigned_;
    }
    bool resigned = false;
    {
      std::lock_guard lock(mutex_);
      resigned = resigned_;
    }
    if (resigned && mine_) release();
    until_ = SteadyTime::duration::zero();
    tell();
    nats_ReleaseThreadMemory();
  }

  [[nodiscard]] bool leading() const { return mine_ && epoch() != 0; }

  void step() {
    if (broken_) mend();
    if (broken_) {
      seen_.reset();  // whoever leads may go on without our seeing it
    } else if (leading()) {
      renew();
    } else {
      watch();
    }
  }

  /// After a failure: the connection, the bucket, or both may be others now.
  void mend() {
    broken_ = !link_->pulse(std::max(options_.lease / 4, kLeastWait)) || bucket_.open() != NATS_OK;
  }

  void renew() {
    auto const start = now();
    if (auto const revision = bucket_.write(value(run_), revision_)) {
      believe(start, *revision);
      return;
    }
    // It may have been written all the same, the bucket may be gone, or somebody else leads.
    auto const entry = bucket_.read();
    if (!entry) {
      broken_ = true;
    } else if (entry->revision == 0) {
      revive();
    } else if (Holder::parse(entry->value).run == run_) {
      revision_ = entry->revision;
    } else {
      give_up();
    }
  }

  /// The bucket was lost, and nobody has taken it: those who knew of us wait as long as ever.
  void revive() {
    auto const start = now();
    if (auto const revision = bucket_.write(value(run_), 0))
      believe(start, *revision);
    else
      broken_ = true;
  }

  void watch() {
    auto const entry = bucket_.read();
    if (!entry) {
      seen_.reset();
      broken_ = true;
      return;
    }
    if (!seen_ || seen_->revision != entry->revision) seen_ = Seen{entry->revision, now()};
    auto const holder = Holder::parse(entry->value);
    highest_ = std::max(highest_, holder.epoch);
    if (may_take(*entry, holder)) take(entry->revision);
    known_ = known_ || entry->revision != 0;
  }

  [[nodiscard]] bool may_take(NatsBucket::Entry const& entry, Holder const& holder) const {
    if (entry.revision == 0 && !known_) return true;
    if (entry.revision != 0 && holder.run == run_) return true;  // ours, and we let it lapse
    if (now() - began_ < options_.listen_first) return false;
    return holder.run == kReleased || now() - seen_->since >= options_.lease;
  }

  void take(std::uint64_t last) {
    auto const wall = options_.wall ? options_.wall() : system_wall();
    auto const wall_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(wall.ms_since_epoch, 1));
    highest_ = std::max(wall_ms, highest_ + 1);
    tell();  // of the loss before, if nobody was told
    epoch_ = highest_;
    auto const start = now();
    auto const revision = bucket_.write(value(run_), last);
    if (!revision) {
      broken_ = true;  // most likely another was faster; if not, better look again
      return;
    }
    mine_ = true;
    known_ = true;
    believe(start, *revision);
    log::info("bus", "leads", {{"core", options_.core}, {"epoch", highest_}});
  }

  /// From the start of what was asked: others count from when they saw it, which is later.
  void believe(SteadyTime start, std::uint64_t revision) {
    revision_ = revision;
    std::lock_guard lock(mutex_);
    if (!resigned_) until_ = (start + options_.lease - options_.lease / 8).time_since_epoch();
  }

  void give_up() {
    mine_ = false;
    seen_.reset();
    std::lock_guard lock(mutex_);
    until_ = SteadyTime::duration::zero();
  }

  void release() {
    for (int tries = 0; tries < 2; ++tries) {
      if (bucket_.write(value(kReleased), revision_)) return;
      auto const entry = bucket_.read();
      if (!entry || entry->revision == 0 || Holder::parse(entry->value).run != run_) return;
      revision_ = entry->revision;
    }
  }

  [[nodiscard]] std::string value(std::string_view run) const {
    return std::to_string(epoch_.load()) + " " + std::string(run) + " " +
           options_.core.substr(0, kMaxCore);
  }

  /// Tells the loop what has changed since it was told.
  void tell() {
    bool const leads = leading();
    if (std::exchange(told_, leads) == leads) return;
    if (!leads) log::info("bus", "leads no more", {{"core", options_.core}});
    if (leads)
      news_->won(epoch_);
    else
      news_->lost();
  }

  LeaseOptions const options_;
  std::string run_;
  std::unique_ptr<NatsLink> link_;
  NatsBucket bucket_;
  std::unique_ptr<LeaseNews> news_;
  SteadyTime began_{};

  // Of the thread.
  std::optional<Seen> seen_;
  std::uint64_t revision_ = 0;  // of what we wrote last
  std::uint64_t highest_ = 0;   // epoch of anybody
  bool mine_ = false;           // revision_ was in the bucket when we looked last
  bool known_ = false;          // somebody was in the bucket
  bool broken_ = false;
  bool told_ = false;

  std::atomic<std::uint64_t> epoch_ = 0;
  std::atomic<SteadyTime::duration> until_ = SteadyTime::duration::zero();

  std::mutex mutex_;  // guards what follows, and changes of until_
  std::condition_variable wake_;
  bool resigned_ = false;
  bool ending_ = false;
  std::thread thread_;
};

Result<std::unique_ptr<NatsLease>> NatsLease::open(NatsOptions nats, LeaseOptions options) {
  auto link = NatsLink::open(std::move(nats), {});
  if (!link) return tl::unexpected(link.error());
  auto campaign = std::make_unique<Campaign>(std::move(options), *std::move(link));
  if (auto found = campaign->find_bucket(); !found) return tl::unexpected(found.error());
  return std::unique_ptr<NatsLease>(new NatsLease(std::move(campaign)));
}

NatsLease::NatsLease(std::unique_ptr<Campaign> campaign) : campaign_(std::move(campaign)) {}
NatsLease::~NatsLease() = default;

void NatsLease::campaign(Loop& loop, std::function<void(std::uint64_t epoch)> won,
                         std::function<void()> lost) {
  campaign_->start(std::make_unique<LeaseNews>(loop, std::move(won), std::move(lost)));
}

std::uint64_t NatsLease::epoch() const {
  return campaign_->epoch();
}

void NatsLease::resign() {
  campaign_->resign();
}

}  // namespace archipelago::bus
