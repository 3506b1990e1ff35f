// The statistics endpoints on a made-up snapshot.
#include "realm/statistics.hpp"

#include <chrono>
#include <memory>

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

#include "base/virtual_loop.hpp"
#include "islands/privacy.hpp"

namespace archipelago::realm {
namespace {

namespace json = boost::json;

Address address(char digit) {
  return Address::parse("0x" + std::string(40, digit)).value();
}

SnapshotPointer two_islands() {
  auto made = std::make_shared<islands::Snapshot>();
  made->islands.resize(2);
  auto& first = made->islands[0];
  first.id = "Ix-1";
  first.max_peers = 100;
  first.centre_x = 8;
  first.radius = 8.5;
  first.peers.push_back({address('a'), {0, 1.5F, 0}, {1'700'000'000'001}});
  first.peers.push_back({address('b'), {15.5F, 0, -0.5F}, {1'700'000'000'002}});
  auto& second = made->islands[1];
  second.id = "Ix-2";
  second.max_peers = 100;
  second.peers.push_back({address('c'), {1, 0, 15}, {1'700'000'000'003}});
  made->players = 3;
  return made;
}

class Statistics : public testing::Test {
 protected:
  Statistics() {
    register_statistics(router_, [this] { return snapshot_; }, *explainer_, metrics_);
    engine_->report(address('a').text(), {0, 1.5F, 0});
    engine_->report(address('b').text(), {15.5F, 0, -0.5F});
    engine_->flush(Millis{0});
  }

  net::HttpResponse get(std::string const& path, std::string const& query = {}) {
    net::HttpRequest request;
    request.method = "GET";
    request.path = path;
    request.query = query;
    auto& got = got_;
    got = {};
    got.status = 0;
    auto const* const handler = router_.find_http("GET", path);
    if (handler != nullptr)
      (*handler)(request, [&](net::HttpResponse response) {
        got = std::move(response);
        got.body = got.content();
      });
    return got;
  }

  /// What the island's members are told of themselves, once the islands' loop has run.
  json::array explain(std::string const& query) {
    std::string body;
    auto const* const handler = router_.find_http("GET", "/islands/Ix-1");
    net::HttpRequest request;
    request.path = "/islands/Ix-1";
    request.query = query;
    (*handler)(request, [&](net::HttpResponse const& response) { body = response.body; });
    EXPECT_EQ(body, "") << "answered before the islands' loop ran";
    loop_.advance(Millis{0});
    auto const answer = json::parse(body);
    EXPECT_EQ(answer.at("id"), "Ix-1");
    EXPECT_EQ(answer.at("peers").as_array().size(), 2U);
    EXPECT_EQ(answer.at_pointer("/wishes/refused/full"), 0);
    EXPECT_EQ(answer.at("complete"), true);
    return answer.at("explain").as_array();
  }

  SnapshotPointer snapshot_ = two_islands();
  VirtualLoop loop_;
  std::unique_ptr<engine::Engine> engine_ =
      engine::make_crowd_engine({}, {}, {[] { return "Ix-1"; }, {}});
  std::shared_ptr<islands::Explainer> explainer_ = std::make_shared<islands::Explainer>(
      loop_, *engine_, [] { return std::chrono::microseconds{0}; });
  Metrics metrics_;
  net::Router router_;
  net::HttpResponse got_;  ///< outlives a question whose answer comes later
};

TEST_F(Statistics, APeerIsToldInTheKnownShapeAndOrder) {
  auto const a = std::string(address('a').str());
  EXPECT_EQ(get("/peers/" + a).body,
            R"({"ok":true,"peer":{"id":")" + a + R"(","address":")" + a +
                R"(","lastPing":1700000000001,"parcel":[0,0],"position":[0,1.5E0,0]}})");
}

TEST_F(Statistics, AnUnknownPeerIsNotFound) {
  auto const answer = get("/peers/" + std::string("0x") + std::string(40, 'f'));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(json::parse(answer.body), json::parse(R"({"ok":false,"peer":null})"));
}

TEST_F(Statistics, PeersAreEverybodyOrThoseAskedFor) {
  EXPECT_EQ(json::parse(get("/peers").body).at("peers").as_array().size(), 3U);
  auto const some = json::parse(
      get("/peers", "id=" + address('b').str() + "&x=1&id=nobody&id=" + address('c').str()).body);
  ASSERT_EQ(some.at("peers").as_array().size(), 2U);
  EXPECT_EQ(some.at_pointer("/peers/0/id"), json::value(address('b').str()));
  EXPECT_EQ(json::parse(get("/peers", "id=nobody").body).at("peers").as_array().size(), 0U);
}

TEST_F(Statistics, ParcelsAreSixteenMetresWideAlsoBelowZero) {
  EXPECT_EQ(
      json::parse(get("/peers", "id=" + address('b').str()).body).at_pointer("/peers/0/parcel"),
      (json::array{0, -1}));
  EXPECT_EQ(
      json::parse(get("/parcels").body),
      json::parse(
          R"({"parcels":[{"peersCount":1,"parcel":{"x":0,"y":-1}},{"peersCount":2,"parcel":{"x":0,"y":0}}]})"));
}

TEST_F(Statistics, IslandsHoldTheirPeers) {
  auto const body = json::parse(get("/islands").body);
  EXPECT_EQ(body.at("ok"), true);
  EXPECT_EQ(body.at_pointer("/islands/0/id"), "Ix-1");
  EXPECT_EQ(body.at_pointer("/islands/0/maxPeers"), 100);
  EXPECT_EQ(body.at_pointer("/islands/0/center"), (json::array{8, 0, 0}));
  EXPECT_EQ(body.at_pointer("/islands/0/radius"), 8.5);
  EXPECT_EQ(body.at_pointer("/islands/0/peers").as_array().size(), 2U);
  EXPECT_EQ(body.at_pointer("/islands/1/peers/0/id"), json::value(address('c').str()));
}

TEST_F(Statistics, OneIslandIsTheObjectItself) {
  EXPECT_EQ(json::parse(get("/islands/Ix-2").body).at("id"), "Ix-2");
  EXPECT_EQ(get("/islands/Ix-9").status, 404);
  EXPECT_EQ(get("/islands/Ix-9").body, "");
}

TEST_F(Statistics, AnIslandIsExplainedMemberByMember) {
  auto const members = explain("explain=1");
  ASSERT_EQ(members.size(), 2U);
  for (auto const& member : members) {
    EXPECT_EQ(member.at("island"), "Ix-1");
    EXPECT_EQ(member.at("seats"), 98);
    EXPECT_EQ(member.at("guest"), false);
    EXPECT_EQ(member.at("crowded"), false);
    EXPECT_TRUE(member.at("wish").is_null());
    EXPECT_EQ(member.at_pointer("/nearest/0/apart"), "together");
    EXPECT_EQ(member.at_pointer("/nearest/0/distance"), 15.51);
    EXPECT_NE(member.at("text").as_string().find("is on Ix-1"), json::string::npos);
  }
}

TEST_F(Statistics, OnePlayerIsExplainedWhereverItIs) {
  auto const one = explain("explain=" + address('b').str());
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].at("player"), json::value(address('b').str()));
  EXPECT_TRUE(explain("explain=" + address('d').str()).empty());
}

TEST_F(Statistics, AnExplanationOfWhatIsUnknownOrUnclearIsRefused) {
  EXPECT_EQ(get("/islands/Ix-9", "explain=1").status, 404);
  EXPECT_EQ(get("/islands/Ix-9", "explain=1").body, "");
  EXPECT_EQ(get("/islands/Ix-1", "explain=maybe").status, 400);
  EXPECT_EQ(get("/islands/Ix-1", "other=1").status, 200);
}

TEST_F(Statistics, WhoDoesNotMakeTheIslandsSaysThatItCannotExplainThem) {
  explainer_ = std::make_shared<islands::Explainer>(
      loop_, [] { return static_cast<engine::Engine const*>(nullptr); },
      [] { return std::chrono::microseconds{0}; });
  router_ = {};
  register_statistics(router_, [this] { return snapshot_; }, *explainer_, metrics_);
  get("/islands/Ix-1", "explain=1");
  loop_.advance(Millis{0});
  EXPECT_EQ(got_.status, 503);
}

TEST_F(Statistics, OneExplanationIsMadeAtATime) {
  EXPECT_EQ(get("/islands/Ix-1", "explain=1").status, 0) << "answered later";
  EXPECT_EQ(get("/islands/Ix-1", "explain=1").status, 503);
  EXPECT_EQ(metrics_.rejected(Errc::overloaded), 1);
  EXPECT_EQ(get("/islands/Ix-1").status, 200);
}

TEST_F(Statistics, PositionsAreToldByParcelWhereTheOperatorSaysSo) {
  snapshot_ =
      std::make_shared<islands::Snapshot>(with_privacy(*snapshot_, islands::Privacy::parcel));
  auto const b = json::parse(get("/peers", "id=" + address('b').str()).body);
  EXPECT_EQ(b.at_pointer("/peers/0/parcel"), (json::array{0, -1}));
  EXPECT_EQ(b.at_pointer("/peers/0/position"), (json::array{8, 0, -8}));
  EXPECT_EQ(json::parse(get("/islands/Ix-2").body).at("center"), (json::array{8, 0, 8}));
  EXPECT_EQ(json::parse(get("/parcels").body).at("parcels").as_array().size(), 2U);
  EXPECT_EQ(explain("explain=1")[0].at_pointer("/nearest/0/distance"), 16.0);
}

TEST_F(Statistics, NoPlaceIsToldWhereTheOperatorSaysSo) {
  snapshot_ = std::make_shared<islands::Snapshot>(with_privacy(*snapshot_, islands::Privacy::none));
  auto const a = address('a').str();
  EXPECT_EQ(get("/peers/" + a).body, R"({"ok":true,"peer":{"id":")" + a + R"(","address":")" + a +
                                         R"(","lastPing":1700000000001}})");
  auto const island = json::parse(get("/islands/Ix-1").body).as_object();
  EXPECT_FALSE(island.contains("center") || island.contains("radius"));
  EXPECT_EQ(island.at("peers").as_array().size(), 2U);
  EXPECT_EQ(get("/parcels").body, R"({"parcels":[]})");
  auto const why = explain("explain=1")[0];
  EXPECT_EQ(why.at("nearest"), json::array());
  EXPECT_EQ(why.at("text").as_string().find(" m "), json::string::npos);
}

TEST_F(Statistics, TheSameAnswersAreBelowComms) {
  for (std::string const path :
       {"/peers", "/islands", "/parcels", "/islands/Ix-1", "/peers/nobody"}) {
    EXPECT_EQ(get("/comms" + path).body, get(path).body) << path;
    EXPECT_EQ(get("/comms" + path).status, get(path).status) << path;
  }
}

TEST_F(Statistics, ANewSnapshotIsAnsweredAtOnce) {
  ASSERT_EQ(json::parse(get("/islands").body).at("islands").as_array().size(), 2U);
  snapshot_ = std::make_shared<islands::Snapshot>();
  EXPECT_EQ(get("/islands").body, R"({"ok":true,"islands":[]})");
  EXPECT_EQ(get("/peers").body, R"({"ok":true,"peers":[]})");
  EXPECT_EQ(get("/parcels").body, R"({"parcels":[]})");
}

}  // namespace
}  // namespace archipelago::realm
