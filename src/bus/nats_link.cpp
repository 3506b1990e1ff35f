#include "bus/nats_link.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdint>
#include <fstream>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "base/random.hpp"

namespace archipelago::bus {
namespace {

// Times in milliseconds, as libnats takes them.
constexpr std::int64_t kConnectTimeout = 2'000;
constexpr std::int64_t kPingInterval = 1'000;  // with kPingsOut: a dead server is left after 3 s
constexpr int kPingsOut = 2;
constexpr std::int64_t kWriteDeadline = 1'000;
constexpr std::int64_t kFirstWait = 50;
constexpr std::int64_t kLaterWait = 500;
constexpr int kFirstTries = 40;
// libnats would keep 8 MiB of what is published while the server is away, and send it whatever its
// age; who publishes here keeps what is still worth sending (nats_bus.cpp). 0 means the default.
constexpr int kReconnectBuffer = 1;
// libnats only passes messages on to mailboxes, which are bounded themselves: this much waits only
// where a process gets no time to run.
constexpr int kPendingMessages = 65'536;

constexpr Millis kProgressEvery{5'000};

struct FreeOptions {
  void operator()(natsOptions* options) const { natsOptions_Destroy(options); }
};
using OptionsPtr = std::unique_ptr<natsOptions, FreeOptions>;

std::int64_t jittered(std::int64_t wait) {
  std::array<std::uint8_t, 2> bytes{};
  SystemRandom().fill(bytes);
  return wait + wait * bytes[0] / 255;
}

std::int64_t reconnect_wait(natsConnection* /*connection*/, int attempts, void* /*closure*/) {
  return jittered(attempts < kFirstTries ? kFirstWait : kLaterWait);
}

Result<> readable(std::string const& file, std::string_view option) {
  if (file.empty() || std::ifstream(file).good()) return {};
  return fail(Errc::upstream_failed,
              "cannot read " + file + ", which " + std::string(option) + " names");
}

Result<> files_are_readable(NatsOptions const& options) {
  for (auto const& [file, name] : {std::pair{&options.credentials, "nats.credentials"},
                                   std::pair{&options.tls_ca, "nats.tls_ca"},
                                   std::pair{&options.tls_certificate, "nats.tls_certificate"},
                                   std::pair{&options.tls_key, "nats.tls_key"}})
    if (auto read = readable(*file, name); !read) return read;
  if (options.tls_certificate.empty() != options.tls_key.empty())
    return fail(Errc::upstream_failed, "nats.tls_certificate and nats.tls_key go together");
  return {};
}

bool wants_tls(NatsOptions const& options) {
  return !options.tls_ca.empty() || !options.tls_certificate.empty() ||
         std::ranges::any_of(options.servers,
                             [](auto const& server) { return server.starts_with("tls://"); });
}

natsStatus set_servers(natsOptions* out, NatsOptions const& options) {
  std::vector<char const*> servers;
  servers.reserve(options.servers.size());
  for (auto const& server : options.servers) servers.push_back(server.c_str());
  return natsOptions_SetServers(out, servers.data(), static_cast<int>(servers.size()));
}

natsStatus set_identity(natsOptions* out, NatsOptions const& options) {
  if (!options.credentials.empty())
    return natsOptions_SetUserCredentialsFromFiles(out, options.credentials.c_str(), nullptr);
  if (!options.user.empty())
    return natsOptions_SetUserInfo(out, options.user.c_str(), options.password.c_str());
  return options.password.empty() ? NATS_OK : natsOptions_SetToken(out, options.password.c_str());
}

natsStatus set_tls(natsOptions* out, NatsOptions const& options) {
  if (!wants_tls(options)) return NATS_OK;
  auto status = natsOptions_SetSecure(out, true);
  if (status == NATS_OK && !options.tls_ca.empty())
    status = natsOptions_LoadCATrustedCertificates(out, options.tls_ca.c_str());
  if (status == NATS_OK && !options.tls_certificate.empty())
    status = natsOptions_LoadCertificatesChain(out, options.tls_certificate.c_str(),
                                               options.tls_key.c_str());
  return status;
}

natsStatus set_manners(natsOptions* out, NatsOptions const& options) {
  for (auto const status :
       {natsOptions_SetName(out, options.name.c_str()),
        natsOptions_SetTimeout(out, kConnectTimeout),
        natsOptions_SetPingInterval(out, kPingInterval), natsOptions_SetMaxPingsOut(out, kPingsOut),
        natsOptions_SetWriteDeadline(out, kWriteDeadline), natsOptions_SetMaxReconnect(out, -1),
        natsOptions_SetCustomReconnectDelay(out, reconnect_wait, nullptr),
        natsOptions_SetReconnectBufSize(out, kReconnectBuffer),
        natsOptions_SetFailRequestsOnDisconnect(out, true),
        natsOptions_SetMaxPendingMsgs(out, kPendingMessages),
        natsOptions_UseGlobalMessageDelivery(out, true)})
    if (status != NATS_OK) return status;
  return NATS_OK;
}

std::string joined(std::vector<std::string> const& servers) {
  std::string text;
  for (auto const& server : servers) text += (text.empty() ? "" : ", ") + server;
  return text;
}

/// Whether another try may go better.
bool is_final(natsStatus status) {
  return status == NATS_CONNECTION_AUTH_FAILED || status == NATS_SSL_ERROR ||
         status == NATS_SECURE_CONNECTION_REQUIRED || status == NATS_SECURE_CONNECTION_WANTED ||
         status == NATS_INVALID_ARG || status == NATS_ADDRESS_MISSING;
}

std::string advice(natsStatus status, NatsOptions const& options) {
  auto const servers = joined(options.servers);
  auto const why = " (" + nats_error_text(status) + ")";
  switch (status) {
    case NATS_CONNECTION_AUTH_FAILED:
      return "NATS at " + servers +
             " refuses us: check nats.user and nats.password, or nats.credentials" + why;
    case NATS_SSL_ERROR:
      return "no TLS with NATS at " + servers +
             ": check nats.tls_ca, nats.tls_certificate and nats.tls_key" + why;
    case NATS_SECURE_CONNECTION_REQUIRED:
      return "NATS at " + servers + " wants TLS: write tls:// in nats.servers";
    case NATS_SECURE_CONNECTION_WANTED:
      return "NATS at " + servers + " has no TLS: write nats:// in nats.servers, and no nats.tls_*";
    default:
      return "no NATS server at " + servers + ": start one, or correct nats.servers" + why;
  }
}

}  // namespace

std::string nats_error_text(natsStatus status) {
  natsStatus of_text = NATS_OK;
  char const* const text = nats_GetLastError(&of_text);
  std::string out = natsStatus_GetText(status);
  if (text != nullptr && of_text == status && *text != '\0' && out != text)
    out += std::string(": ") + text;
  return out;
}

bool Seldom::due() {
  auto const now = std::chrono::steady_clock::now().time_since_epoch();
  auto next = next_.load();
  return now >= next && next_.compare_exchange_strong(next, now + every_);
}

void Passing::prove(SteadyTime at) {
  std::lock_guard lock(mutex_);
  // By now, not by `at`: where lasts() has said that nothing passes, it begins anew.
  if (!since_ || std::chrono::steady_clock::now() - last_ > kHolds) since_ = at;
  last_ = at;
}

void Passing::lose() {
  std::lock_guard lock(mutex_);
  since_.reset();
}

std::optional<Millis> Passing::lasts(SteadyTime now) const {
  std::lock_guard lock(mutex_);
  if (!since_ || now - last_ > kHolds) return std::nullopt;
  return std::chrono::duration_cast<Millis>(now - *since_);
}

/// What libnats' threads reach. Each connection holds a share until its last callback.
struct NatsLink::State {
  using Share = std::shared_ptr<State>;

  std::mutex mutex;  // guards `told`
  Told told;
  Passing passing;
  Seldom complains{Millis{5'000}};

  static State& of(void* closure) { return **static_cast<Share*>(closure); }

  void tell(std::function<void()> Told::* what) {
    std::lock_guard lock(mutex);
    if (told.*what) (told.*what)();
  }

  static void lost(natsConnection* /*connection*/, void* closure) {
    of(closure).passing.lose();
    of(closure).tell(&Told::lost);
  }
  static void regained(natsConnection* /*connection*/, void* closure) {
    of(closure).passing.lose();
    of(closure).tell(&Told::regained);
  }
  static void failed(natsConnection* connection, natsSubscription* /*subscription*/,
                     natsStatus status, void* closure) {
    if (status == NATS_SLOW_CONSUMER) of(closure).tell(&Told::slow);
    char const* text = nullptr;
    if (of(closure).complains.due()) {
      natsConnection_GetLastError(connection, &text);
      log::warn("bus", "nats_error",
                {{"status", natsStatus_GetText(status)}, {"text", text == nullptr ? "" : text}});
    }
  }
  /// The last callback of a connection.
  static void closed(natsConnection* /*connection*/, void* closure) {
    of(closure).tell(&Told::lost);
    delete static_cast<Share*>(closure);
  }

  static natsStatus set_callbacks(natsOptions* out, Share* closure) {
    for (auto const status : {natsOptions_SetDisconnectedCB(out, lost, closure),
                              natsOptions_SetReconnectedCB(out, regained, closure),
                              natsOptions_SetErrorHandler(out, failed, closure),
                              natsOptions_SetClosedCB(out, closed, closure)})
      if (status != NATS_OK) return status;
    return NATS_OK;
  }
};

NatsLink::NatsLink(NatsOptions options, std::shared_ptr<State> state)
    : options_(std::move(options)), state_(std::move(state)) {}

NatsLink::~NatsLink() {
  {
    std::lock_guard lock(state_->mutex);
    state_->told = {};
  }
  natsConnection_Destroy(connection_);
}

Result<std::unique_ptr<NatsLink>> NatsLink::open(NatsOptions options, Told told) {
  if (options.servers.empty()) return fail(Errc::upstream_failed, "nats.servers names no server");
  // One thread for all that arrives: messages keep their order across subscriptions.
  nats_Open(-1);
  nats_SetMessageDeliveryPoolSize(1);
  auto state = std::make_shared<State>();
  state->told = std::move(told);
  std::unique_ptr<NatsLink> link(new NatsLink(std::move(options), std::move(state)));
  if (auto connected = link->connect_waiting(); !connected)
    return tl::unexpected(connected.error());
  return link;
}

Result<> NatsLink::connect_waiting() {
  if (auto files = files_are_readable(options_); !files) return files;
  auto const start = std::chrono::steady_clock::now();
  Seldom progress(kProgressEvery);
  for (;;) {
    auto connected = connect();
    if (connected || connected.error().code != Errc::peer_gone) return connected;
    auto const waited = std::chrono::steady_clock::now() - start;
    if (waited >= options_.connect_within || (options_.give_up && options_.give_up()))
      return fail(Errc::upstream_failed, std::move(connected.error().detail));
    if (progress.due())
      log::warn("bus", "waiting for nats",
                {{"seconds", std::chrono::duration_cast<std::chrono::seconds>(waited).count()},
                 {"why", connected.error().detail}});
    std::this_thread::sleep_for(Millis{jittered(kFirstWait)});
  }
}

/// peer_gone: another try may go better.
Result<> NatsLink::connect() {
  natsOptions* raw = nullptr;
  auto status = natsOptions_Create(&raw);
  OptionsPtr const options(raw);
  auto* const closure = new State::Share(state_);  // State::closed() deletes it
  if (status == NATS_OK) status = set_servers(raw, options_);
  if (status == NATS_OK) status = set_identity(raw, options_);
  if (status == NATS_OK) status = set_tls(raw, options_);
  if (status == NATS_OK) status = set_manners(raw, options_);
  if (status == NATS_OK) status = State::set_callbacks(raw, closure);
  natsConnection* connection = nullptr;
  if (status == NATS_OK) status = natsConnection_Connect(&connection, raw);
  if (status != NATS_OK) {
    delete closure;
    return fail(is_final(status) ? Errc::upstream_failed : Errc::peer_gone,
                advice(status, options_));
  }
  natsConnection_Destroy(std::exchange(connection_, connection));
  ++generation_;
  state_->passing.prove(std::chrono::steady_clock::now());
  return {};
}

bool NatsLink::connected() const {
  return natsConnection_Status(connection_) == NATS_CONN_STATUS_CONNECTED;
}

std::string NatsLink::url() const {
  std::array<char, 256> buffer{};
  auto const status = natsConnection_GetConnectedUrl(connection_, buffer.data(), buffer.size());
  return status == NATS_OK ? buffer.data() : "";
}

/// libnats has given up: whoever configures the server may have mended it since.
void NatsLink::revive() {
  auto const now = std::chrono::steady_clock::now();
  if (now < revive_at_) return;
  if (auto const connected = connect(); !connected) {
    revive_at_ = std::chrono::steady_clock::now() + Millis{jittered(kLaterWait)};
    if (state_->complains.due())
      log::error("bus", "nats_lost", {{"why", connected.error().detail}});
    return;
  }
  state_->tell(&Told::regained);
}

bool NatsLink::pulse(Millis within) {
  if (natsConnection_IsClosed(connection_)) revive();
  auto const asked = std::chrono::steady_clock::now();
  if (!connected() || natsConnection_FlushTimeout(connection_, within.count()) != NATS_OK)
    return false;
  state_->passing.prove(asked);
  return true;
}

std::optional<Millis> NatsLink::passing_for() const {
  return state_->passing.lasts(std::chrono::steady_clock::now());
}

}  // namespace archipelago::bus
