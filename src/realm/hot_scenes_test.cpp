// Scenes with players in them, and what happens while the content server is slow or silent.
#include "realm/hot_scenes.hpp"

#include <future>

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

#include "realm/scene_board.hpp"

namespace archipelago::realm {
namespace {

namespace json = boost::json;

std::map<Parcel, std::int64_t> const kParcels{{{0, 0}, 1}, {{0, 1}, 2}, {{-1, 2}, 7}};

std::string entity(std::string const& id, std::string const& base, std::string const& parcels) {
  return R"({"id":")" + id + R"(","metadata":{"display":{"title":"T"},"scene":{"base":")" + base +
         R"(","parcels":[)" + parcels + "]}}}";
}

TEST(HotScenes, AreCountedOverTheirParcelsMostUsersFirst) {
  auto const made = hot_scenes_json("[" + entity("a", "0,0", R"("0,0","0,1","5,5")") + "," +
                                        entity("b", "-1,2", R"("-1,2")") + "]",
                                    kParcels, "http://c/");
  ASSERT_TRUE(made);
  EXPECT_EQ(json::parse(*made), json::parse(R"([
    {"id":"b","name":"T","baseCoords":[-1,2],"usersTotalCount":7,"parcels":[[-1,2]]},
    {"id":"a","name":"T","baseCoords":[0,0],"usersTotalCount":3,"parcels":[[0,0],[0,1],[5,5]]}])"));
}

TEST(HotScenes, TellWhatTheSceneTellsOfItself) {
  auto const made = hot_scenes_json(
      R"([{"id":"a","content":[{"file":"x.png","hash":"h0"},{"file":"t.png","hash":"h1"}],"metadata":{
        "display":{"title":"Plaza","navmapThumbnail":"t.png","description":"d"},"contact":{"name":"c"},
        "source":{"projectId":"p"},"scene":{"base":"0,0","parcels":["0,0"]}}}])",
      kParcels, "https://c.example/content");
  ASSERT_TRUE(made);
  auto const body = json::parse(*made);
  EXPECT_EQ(body.at_pointer("/0/name"), "Plaza");
  EXPECT_EQ(body.at_pointer("/0/thumbnail"), "https://c.example/content/contents/h1");
  EXPECT_EQ(body.at_pointer("/0/projectId"), "p");
  EXPECT_EQ(body.at_pointer("/0/creator"), "c");
  EXPECT_EQ(body.at_pointer("/0/description"), "d");
}

TEST(HotScenes, LeaveOutWhatIsNoSceneOrHasNobody) {
  auto const made = hot_scenes_json(
      "[1,null,{},[]," + entity("a", "0;0", R"("0,0")") + "," + entity("b", "0,0", R"("0,0",1)") +
          "," + entity("c", "9,9", R"("9,9")") + "," + entity("d", "0,0", R"("0,0")") + "]",
      kParcels, "");
  ASSERT_TRUE(made);
  auto const body = json::parse(*made);
  ASSERT_EQ(body.as_array().size(), 1U);
  EXPECT_EQ(body.at_pointer("/0/id"), "d");
}

TEST(HotScenes, AreAtMostAHundred) {
  std::string all = "[";
  for (int i = 0; i < 150; ++i)
    all += (i == 0 ? "" : ",") + entity("s" + std::to_string(i), "0,0", R"("0,0")");
  EXPECT_EQ(json::parse(hot_scenes_json(all + "]", kParcels, "").value()).as_array().size(), 100U);
}

TEST(HotScenes, AnAnswerThatIsNoArrayIsAnError) {
  for (auto const* text : {"", "{}", "[", "null", "<html>", "[\"\xff\"]"})
    EXPECT_EQ(hot_scenes_json(text, kParcels, "").error().code, Errc::upstream_failed) << text;
}

TEST(HotScenes, TheBusiestParcelsAreAskedFor) {
  EXPECT_EQ(scenes_question(kParcels), R"({"pointers":["-1,2","0,1","0,0"]})");
  std::map<Parcel, std::int64_t> many;
  for (int i = 0; i < 2'000; ++i) many[{i, 0}] = i;
  auto const asked = json::parse(scenes_question(many)).at("pointers").as_array();
  EXPECT_EQ(asked.size(), 1'000U);
  EXPECT_EQ(asked.front(), "1999,0");
}

/// A board whose content server is this test.
class SceneBoardTest : public testing::Test {
 protected:
  void open(std::string const& content_url) {
    auto ask = [this](std::string const&) -> Result<std::string> {
      ++asked_;
      if (answers_from_.valid()) answers_from_.wait();
      if (answer_ == "throw") throw std::runtime_error("as asked");
      return answer_.empty() ? Result<std::string>(fail(Errc::upstream_failed, "silent")) : answer_;
    };
    board_ = std::make_unique<SceneBoard>(
        content_url, std::move(ask), *pool_, [this] { return snapshot_; }, metrics_);
    board_->register_endpoint(router_);
  }

  static SnapshotPointer one_player(std::int64_t at_ms) {
    auto made = std::make_shared<islands::Snapshot>();
    made->made = {Millis{at_ms}};
    made->players = 1;
    made->islands.resize(1);
    made->islands[0].peers.push_back(
        {Address::parse("0x" + std::string(40, 'a')).value(), {1, 0, 1}, {at_ms}});
    return made;
  }

  std::future<net::HttpResponse> ask_board() {
    auto const promise = std::make_shared<std::promise<net::HttpResponse>>();
    (*router_.find_http("GET", "/hot-scenes"))(
        {}, [promise](net::HttpResponse r) { promise->set_value(std::move(r)); });
    return promise->get_future();
  }
  net::HttpResponse get() { return ask_board().get(); }

  Metrics metrics_;
  SnapshotPointer snapshot_ = one_player(1'000'000);
  std::string answer_ = "[" + entity("a", "0,0", R"("0,0")") + "]";
  std::shared_future<void> answers_from_;  ///< valid: not before
  std::atomic<int> asked_{0};
  std::unique_ptr<SceneBoard> board_;
  net::Router router_;
  std::unique_ptr<WorkerPool> pool_ = std::make_unique<WorkerPool>(1, 1);
};

TEST_F(SceneBoardTest, AsksOnceInAWhile) {
  open("http://c/");
  EXPECT_EQ(json::parse(get().body).at_pointer("/0/usersTotalCount"), 1);
  get();
  EXPECT_EQ(asked_, 1);
  snapshot_ = one_player(1'031'000);
  get();
  EXPECT_EQ(asked_, 2);
}

TEST_F(SceneBoardTest, AClockThatIsSetBackDoesNotKeepTheListForEver) {
  open("http://c/");
  get();
  auto later = std::make_shared<islands::Snapshot>(*one_player(1'031'000));
  later->taken = {0};
  snapshot_ = later;
  get();
  EXPECT_EQ(asked_, 2);
}

TEST_F(SceneBoardTest, KeepsTheLastListWhileTheServerIsSilent) {
  open("http://c/");
  auto const first = get().body;
  answer_.clear();
  snapshot_ = one_player(1'031'000);
  EXPECT_EQ(get().body, first);
  EXPECT_EQ(metrics_.rejected(Errc::upstream_failed), 1);
}

TEST_F(SceneBoardTest, WhoWaitsIsAnsweredAlsoWhenTheLookUpThrows) {
  open("http://c/");
  answer_ = "throw";
  EXPECT_EQ(get().body, "[]");
  EXPECT_EQ(metrics_.rejected(Errc::internal_error), 1);
}

TEST_F(SceneBoardTest, WhoWouldWaitBehindTooManyIsRefusedAndCounted) {
  std::promise<void> gate;
  answers_from_ = gate.get_future().share();
  open("http://c/");
  std::vector<std::future<net::HttpResponse>> waiting;
  for (int i = 0; i < 64; ++i) waiting.push_back(ask_board());
  EXPECT_EQ(get().status, 503);
  EXPECT_EQ(metrics_.rejected(Errc::overloaded), 1);
  gate.set_value();
  for (auto& one : waiting) EXPECT_EQ(one.get().status, 200);
}

TEST_F(SceneBoardTest, AsksNobodyWithoutServerOrPlayers) {
  open("");
  EXPECT_EQ(get().body, "[]");
  EXPECT_EQ(asked_, 0);
}

TEST_F(SceneBoardTest, IsEmptyWhileNobodyIsThere) {
  snapshot_ = std::make_shared<islands::Snapshot>();
  open("http://c/");
  EXPECT_EQ(get().body, "[]");
  EXPECT_EQ(asked_, 0);
}

}  // namespace
}  // namespace archipelago::realm
