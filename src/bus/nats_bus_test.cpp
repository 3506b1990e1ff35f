#include "bus/nats_bus.hpp"

#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/virtual_loop.hpp"
#include "bus/eventually.hpp"
#include "bus/nats_link.hpp"
#include "bus/nats_server.hpp"

namespace archipelago::bus {
namespace {

using testing::eventually;
using testing::NatsServer;
using testing::TemporaryFolder;

NatsOptions to(NatsServer const& server) {
  return {.servers = {server.url()}, .connect_within = Millis{10'000}};
}

/// One process of a realm.
struct Process {
  explicit Process(NatsOptions options) : bus(*NatsBus::connect(std::move(options), metrics)) {}

  Subscription listen(std::string_view pattern) {
    return mailbox->subscribe(
        pattern, [this](Message const& m) { heard.push_back(m.subject + "=" + m.payload); });
  }
  bool hears(std::size_t count) {
    return eventually(loop, [&] { return heard.size() >= count; });
  }

  Metrics metrics;
  VirtualLoop loop;
  std::vector<std::string> heard;
  std::unique_ptr<NatsBus> bus;
  std::unique_ptr<Mailbox> mailbox = bus->open(loop, {});
};

/// Reads and writes the protocol of NATS by libnats, without our rules.
struct Stranger {
  explicit Stranger(NatsServer const& server) {
    EXPECT_EQ(natsConnection_ConnectTo(&connection, server.url().c_str()), NATS_OK);
  }
  ~Stranger() { natsConnection_Destroy(connection); }
  void says(char const* subject, std::string const& payload, char const* epoch = nullptr) {
    natsMsg* message = nullptr;
    natsMsg_Create(&message, subject, nullptr, payload.data(), static_cast<int>(payload.size()));
    if (epoch != nullptr) natsMsgHeader_Set(message, "Archipelago-Epoch", epoch);
    EXPECT_EQ(natsConnection_PublishMsg(connection, message), NATS_OK);
    natsMsg_Destroy(message);
    natsConnection_Flush(connection);
  }
  natsConnection* connection = nullptr;
};

TEST(NatsBus, CarriesMessagesBetweenProcesses) {
  NatsServer server;
  Process one(to(server));
  Process two(to(server));
  auto const listening = two.listen("peer.*.heartbeat");
  ASSERT_TRUE(two.bus->flush(Millis{5'000}));
  one.bus->publish("peer.a.heartbeat", "here");
  ASSERT_TRUE(two.hears(1));
  EXPECT_EQ(two.heard.front(), "peer.a.heartbeat=here");
}

TEST(NatsBus, HasOneSubscriptionOnTheServerForAllOfOnePattern) {
  NatsServer server;
  Process one(to(server));
  std::vector<Subscription> many;
  many.reserve(100);
  for (int i = 0; i < 100; ++i) many.push_back(one.listen("peer.*.connect"));
  ASSERT_TRUE(one.bus->flush(Millis{5'000}));
  one.bus->publish("peer.a.connect", "");
  ASSERT_TRUE(one.hears(100));
  many.erase(many.begin(), many.begin() + 99);  // the last one keeps it
  one.bus->publish("peer.a.connect", "");
  ASSERT_TRUE(one.hears(101));
  one.bus->flush(Millis{5'000});
  EXPECT_EQ(one.heard.size(), 101U);
}

TEST(NatsBus, HearsTheEpochOfAStrangerOnlyIfItIsANumber) {
  NatsServer server;
  Process one(to(server));
  std::vector<std::uint64_t> epochs;
  auto const listening =
      one.mailbox->subscribe("a", [&](Message const& m) { epochs.push_back(m.epoch); });
  ASSERT_TRUE(one.bus->flush(Millis{5'000}));
  Stranger stranger(server);
  for (auto const* const epoch : {"17", "-1", "1x", "", "99999999999999999999", "0x1"})
    stranger.says("a", "", epoch);
  ASSERT_TRUE(eventually(one.loop, [&] { return epochs.size() == 6; }));
  EXPECT_EQ(epochs, (std::vector<std::uint64_t>{17, 0, 0, 0, 0, 0}));
}

TEST(NatsBus, DropsSubjectsThatNobodyMayUse) {
  NatsServer server;
  Process one(to(server));
  auto const listening = one.listen(">");
  ASSERT_TRUE(one.bus->flush(Millis{5'000}));
  Stranger stranger(server);
  stranger.says("a.\x01", "control character");
  stranger.says(std::string(2'000, 'a').c_str(), "long");
  stranger.says("good", "");
  ASSERT_TRUE(one.hears(1));
  EXPECT_EQ(one.heard, std::vector<std::string>{"good="});
  EXPECT_EQ(one.metrics.rejected(Errc::malformed_packet), 2);
}

TEST(NatsBus, CountsWhatItCannotPublishAndStaysConnected) {
  NatsServer server({.arguments = {}});
  Process one(to(server));
  auto const listening = one.listen(">");
  one.bus->publish("a b", "");
  one.bus->publish("a\r\nPUB b 0\r\n", "");
  one.bus->publish("", "");
  one.bus->publish("big", std::string(1'048'577, 'x'));
  one.bus->publish("big", std::string(1'048'576, 'x'), 17);  // with its header too big
  one.bus->publish("good", "");
  ASSERT_TRUE(one.hears(1));
  EXPECT_EQ(one.heard, std::vector<std::string>{"good="});
  EXPECT_EQ(one.metrics.value(Metric::nats_publish_failures), 5);
  EXPECT_EQ(one.metrics.value(Metric::nats_reconnects), 0);
}

TEST(NatsBus, SendsItsLastWordsWhenItEnds) {
  NatsServer server;
  Process stays(to(server));
  auto const listening = stays.listen("peer.*.disconnect");
  ASSERT_TRUE(stays.bus->flush(Millis{5'000}));
  {
    Process goes(to(server));
    for (int i = 0; i < 1'000; ++i)
      goes.bus->publish("peer." + std::to_string(i) + ".disconnect", "");
    goes.mailbox.reset();
    goes.bus.reset();
  }
  EXPECT_TRUE(stays.hears(1'000));
}

TEST(NatsBus, LetsMailboxesAndSubscriptionsOutliveIt) {
  NatsServer server;
  Process one(to(server));
  auto listening = one.listen("a");
  one.bus->publish("a", "x");
  ASSERT_TRUE(eventually(one.loop, [&] { return !one.heard.empty(); }));
  one.bus.reset();
  auto later = one.listen("b");
  listening.end();
  one.mailbox.reset();
  later.end();
}

TEST(NatsBus, PassesMessagesAgainAfterTheServerWasRestarted) {
  NatsServer server;
  Process one(to(server));
  Process two(to(server));
  auto const listening = two.listen("a");
  ASSERT_TRUE(two.bus->flush(Millis{5'000}));
  ASSERT_TRUE(eventually(
      two.loop, [&] { return two.bus->connected_for().value_or(Millis{0}) > Millis{300}; }));
  server.kill();
  ASSERT_TRUE(eventually(two.loop, [&] { return !two.bus->connected_for(); }));
  EXPECT_EQ(two.metrics.value(Metric::nats_connected), 0);
  server.start();
  auto const restarted = std::chrono::steady_clock::now();
  ASSERT_TRUE(eventually(two.loop, [&] { return two.bus->connected_for().has_value(); }));
  auto const since = std::chrono::steady_clock::now() - restarted;
  EXPECT_LE(*two.bus->connected_for(), since + Millis{100});  // anew
  ASSERT_TRUE(eventually(one.loop, [&] { return one.bus->connected_for().has_value(); }));
  one.bus->publish("a", "again");
  ASSERT_TRUE(two.hears(1));
  EXPECT_EQ(two.heard.front(), "a=again");
  EXPECT_EQ(two.metrics.value(Metric::nats_reconnects), 1);
  EXPECT_EQ(two.metrics.value(Metric::nats_connected), 1);
}

TEST(NatsBus, SubscribesAndEndsWhileTheServerIsAway) {
  NatsServer server;
  Process one(to(server));
  auto before = one.listen("before");
  ASSERT_TRUE(one.bus->flush(Millis{5'000}));
  server.kill();
  ASSERT_TRUE(eventually(one.loop, [&] { return !one.bus->connected_for(); }));
  before.end();
  auto const during = one.listen("during");
  server.start();
  ASSERT_TRUE(eventually(one.loop, [&] { return one.bus->connected_for().has_value(); }));
  one.bus->publish("before", "");
  one.bus->publish("during", "");
  ASSERT_TRUE(one.hears(1));
  EXPECT_EQ(one.heard, std::vector<std::string>{"during="});
}

TEST(NatsBus, KeepsOnlyTheNewestOfWhatIsPublishedWhileTheServerIsAway) {
  NatsServer server;
  Process one(to(server));
  auto const listening = one.listen("a.*");
  ASSERT_TRUE(one.bus->flush(Millis{5'000}));
  server.kill();
  ASSERT_TRUE(eventually(one.loop, [&] { return !one.bus->connected_for(); }));
  auto const began = std::chrono::steady_clock::now();
  for (int i = 0; i < 10'000; ++i)
    one.bus->publish("a." + std::to_string(i), std::string(100, 'x'));
  server.start();
  ASSERT_TRUE(eventually(one.loop, [&] { return one.bus->connected_for().has_value(); }));
  one.bus->publish("a.last", "");
  ASSERT_TRUE(
      eventually(one.loop, [&] { return !one.heard.empty() && one.heard.back() == "a.last="; }));
  EXPECT_LE(one.heard.size() * 100, NatsBus::kAwayBytes);
  EXPECT_EQ(one.metrics.value(Metric::nats_publish_failures),
            static_cast<std::int64_t>(10'001 - one.heard.size()));
  if (std::chrono::steady_clock::now() - began < NatsBus::kFresh)  // else it was all too old
    EXPECT_GT(std::stoi(one.heard.front().substr(2)), 8'000);
}

TEST(NatsBus, DoesNotSendWhatIsTooOldWhenTheServerIsBack) {
  NatsServer server;
  Process one(to(server));
  auto const listening = one.listen("a.*");
  ASSERT_TRUE(one.bus->flush(Millis{5'000}));
  server.kill();
  ASSERT_TRUE(eventually(one.loop, [&] { return !one.bus->connected_for(); }));
  one.bus->publish("a.old", "");
  auto const published = std::chrono::steady_clock::now();
  ASSERT_TRUE(eventually(
      one.loop, [&] { return std::chrono::steady_clock::now() - published > NatsBus::kFresh; }));
  server.start();
  ASSERT_TRUE(eventually(one.loop, [&] { return one.bus->connected_for().has_value(); }));
  one.bus->publish("a.new", "");
  ASSERT_TRUE(one.hears(1));
  EXPECT_EQ(one.heard, std::vector<std::string>{"a.new="});
}

TEST(NatsBus, NoticesAServerThatHangsWithinASecondAndAHalf) {
  NatsServer server;
  Process one(to(server));
  auto const listening = one.listen("a");
  ASSERT_TRUE(one.bus->flush(Millis{5'000}));
  server.pause();
  auto const paused = std::chrono::steady_clock::now();
  ASSERT_TRUE(eventually(one.loop, [&] { return !one.bus->connected_for(); }));
  EXPECT_LT(std::chrono::steady_clock::now() - paused, Millis{1'500});
  server.resume();
  ASSERT_TRUE(eventually(one.loop, [&] { return one.bus->connected_for().has_value(); }));
  EXPECT_LT(*one.bus->connected_for(), Millis{1'000});
  one.bus->publish("a", "");
  EXPECT_TRUE(one.hears(1));
}

TEST(NatsBus, NeitherPublishesNorSubscribesSlowlyWhileTheServerHangs) {
  NatsServer server;
  Process one(to(server));
  server.pause();
  auto const start = std::chrono::steady_clock::now();
  for (int i = 0; i < 1'000; ++i) {
    one.bus->publish("a", std::string(10'000, 'x'));
    one.listen("b." + std::to_string(i)).end();
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, Millis{400});
  server.resume();
}

TEST(NatsBus, EndsSoonWhileTheServerIsAwayOrHangs) {
  NatsServer server;
  auto const ends = [&](Process& process) {
    for (int i = 0; i < 100; ++i) process.bus->publish("a", std::string(10'000, 'x'));
    auto const start = std::chrono::steady_clock::now();
    process.bus.reset();
    return std::chrono::steady_clock::now() - start;
  };
  Process one(to(server));
  Process two(to(server));
  server.pause();
  EXPECT_LT(ends(one), Millis{5'000});
  server.kill();
  EXPECT_LT(ends(two), Millis{5'000});
}

TEST(NatsBus, SaysWhichServerItCannotReach) {
  NatsOptions options{.servers = {"nats://127.0.0.1:1"}, .connect_within = Millis{0}};
  Metrics metrics;
  auto const bus = NatsBus::connect(options, metrics);
  ASSERT_FALSE(bus);
  EXPECT_NE(bus.error().detail.find("nats://127.0.0.1:1"), std::string::npos);
  EXPECT_NE(bus.error().detail.find("nats.servers"), std::string::npos);
  EXPECT_EQ(bus.error().detail.find('\n'), std::string::npos);
}

TEST(NatsBus, WaitsForAServerThatComesLater) {
  NatsServer server;
  server.kill();
  Metrics metrics;
  std::unique_ptr<NatsBus> bus;
  std::jthread connecting([&] { bus = *NatsBus::connect(to(server), metrics); });
  server.start();
  connecting.join();
  EXPECT_TRUE(bus->connected_for().has_value());
}

TEST(NatsBus, SaysThatItsCredentialsAreWrong) {
  NatsServer server({.arguments = {"--user", "realm", "--pass", "secret"}});
  Metrics metrics;
  auto options = to(server);
  options.user = "realm";
  options.password = "guess";
  auto const refused = NatsBus::connect(options, metrics);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("nats.password"), std::string::npos);
  EXPECT_EQ(refused.error().detail.find("guess"), std::string::npos);
  options.password = "secret";
  EXPECT_TRUE(NatsBus::connect(options, metrics));
}

TEST(NatsBus, ShowsATokenWhereThereIsNoUser) {
  NatsServer server({.arguments = {"--auth", "token"}});
  Metrics metrics;
  auto options = to(server);
  options.password = "token";
  EXPECT_TRUE(NatsBus::connect(options, metrics));
}

TEST(NatsBus, SaysWhichFileItCannotRead) {
  NatsServer server;
  Metrics metrics;
  auto options = to(server);
  options.credentials = "/nowhere/realm.creds";
  auto const bus = NatsBus::connect(options, metrics);
  ASSERT_FALSE(bus);
  EXPECT_NE(bus.error().detail.find("/nowhere/realm.creds"), std::string::npos);
  EXPECT_NE(bus.error().detail.find("nats.credentials"), std::string::npos);
}

TEST(NatsBus, ComesBackWhenAServerThatRefusedItTakesItAgain) {
  NatsServer server({.arguments = {"--auth", "token"}});
  TemporaryFolder folder;
  auto options = to(server);
  options.password = "token";
  Process one(options);
  auto const listening = one.listen("a");
  ASSERT_TRUE(one.bus->flush(Millis{5'000}));
  server.kill();
  {
    NatsServer other({.arguments = {"--auth", "other", "-p", std::to_string(server.port())}});
    // libnats gives up when it was refused twice.
    ASSERT_TRUE(eventually(one.loop, [&] { return !one.bus->connected_for(); }));
    auto const until = std::chrono::steady_clock::now() + Millis{600};
    eventually(one.loop, [&] { return std::chrono::steady_clock::now() > until; });
  }
  server.start();
  ASSERT_TRUE(eventually(one.loop, [&] { return one.bus->connected_for().has_value(); }));
  one.bus->publish("a", "");
  EXPECT_TRUE(one.hears(1));
}

/// An authority and a certificate of it, made by openssl.
struct Certificates {
  TemporaryFolder folder;
  bool made = false;

  explicit Certificates(std::string const& name = "IP:127.0.0.1") {
    std::ofstream(file("san")) << "subjectAltName=" << name;
    auto const in = "cd " + folder.path().string() + " && openssl ";
    auto const quiet = std::string(" 2>/dev/null");
    made = run(in +
               "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
               "-subj /CN=authority -keyout ca.key -out ca.pem" +
               quiet) &&
           run(in +
               "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server "
               "-keyout server.key -out server.csr" +
               quiet) &&
           run(in +
               "x509 -req -days 2 -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial "
               "-extfile san -out server.pem" +
               quiet);
  }
  static bool run(std::string const& command) { return std::system(command.c_str()) == 0; }
  [[nodiscard]] std::string file(std::string const& name) const {
    return (folder.path() / name).string();
  }
};

TEST(NatsBus, SpeaksTlsWithAServerThatItsAuthoritiesVouchForAndWithNoOther) {
  Certificates certificates;
  ASSERT_TRUE(certificates.made);
  NatsServer server({.arguments = {"--tls", "--tlscert", certificates.file("server.pem"),
                                   "--tlskey", certificates.file("server.key"), "--tlsverify",
                                   "--tlscacert", certificates.file("ca.pem")}});
  NatsOptions options{.servers = {"tls://" + server.address()},
                      .tls_ca = certificates.file("ca.pem"),
                      .tls_certificate = certificates.file("server.pem"),
                      .tls_key = certificates.file("server.key")};
  {
    Process one(options);
    auto const listening = one.listen("a");
    one.bus->publish("a", "over tls");
    ASSERT_TRUE(one.hears(1));
  }
  Metrics metrics;
  options.tls_ca.clear();
  auto const unknown = NatsBus::connect(options, metrics);
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().detail.find("nats.tls_ca"), std::string::npos);
  options.servers = {server.url()};  // the server asks for TLS all the same
  EXPECT_FALSE(NatsBus::connect(options, metrics));
}

TEST(NatsBus, SpeaksTlsOnlyWithWhomTheCertificateNames) {
  Certificates certificates("IP:127.0.0.2");
  ASSERT_TRUE(certificates.made);
  NatsServer server({.arguments = {"--tls", "--tlscert", certificates.file("server.pem"),
                                   "--tlskey", certificates.file("server.key")}});
  Metrics metrics;
  auto const bus = NatsBus::connect(
      {.servers = {"tls://" + server.address()}, .tls_ca = certificates.file("ca.pem")}, metrics);
  EXPECT_FALSE(bus);
}

}  // namespace
}  // namespace archipelago::bus
