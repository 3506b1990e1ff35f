// Outgoing connections: URLs, HTTP, JSON-RPC, and how they fail.
#include <gtest/gtest.h>

#include "net/http_client.hpp"
#include "net/json_rpc.hpp"
#include "net/test_server.hpp"
#include "net/url.hpp"

namespace archipelago::net::testing {
namespace {

TEST(Url, PartsAndDefaults) {
  auto const plain = *Url::parse("http://example.org", "http");
  EXPECT_EQ(plain.port, 80);
  EXPECT_EQ(plain.target, "/");
  EXPECT_EQ(plain.authority(), "example.org");
  auto const full = *Url::parse("WSS://[2001:db8::1]:8443/rooms/a?access_token=b", "ws");
  EXPECT_TRUE(full.tls);
  EXPECT_EQ(full.host, "2001:db8::1");
  EXPECT_EQ(full.authority(), "[2001:db8::1]:8443");
  EXPECT_EQ(full.target, "/rooms/a?access_token=b");
  EXPECT_EQ(Url::parse("https://h?x=1", "http")->target, "/?x=1");
}

TEST(Url, WhatWeDoNotSpeakIsRefused) {
  for (auto const* wrong :
       {"", "example.org", "ftp://h/", "http:///x", "http://user@h/", "http://h/#part",
        "http://h:0/", "http://h:99999/", "http://h/ b", "ws://h/"})
    EXPECT_FALSE(Url::parse(wrong, "http")) << wrong;
}

/// Answers every POST to /rpc with `answer`, in which ID stands for the id asked.
class RpcServer {
 public:
  RpcServer() : pool_(1) {
    router_.http("POST", "/rpc", [this](HttpRequest const& request, HttpReply reply) {
      asked.update([&](std::string& a) { a = request.body; });
      HttpResponse out;
      out.status = status;
      out.body = answer;
      if (out.status == 302) out.headers = {{"Location", "http://127.0.0.1:1/"}};
      reply(out);
    });
    router_.http("POST", "/silent", [this](HttpRequest const&, HttpReply reply) {
      held_.push_back(std::move(reply));
      if (on_silent) on_silent();
    });
    pool_.start();
    ServerOptions options;
    options.port = 0;
    server_ = std::move(*Server::start(pool_, router_, options, metrics_));
  }
  RpcServer(RpcServer const&) = delete;
  RpcServer& operator=(RpcServer const&) = delete;
  ~RpcServer() { server_->stop(); }

  [[nodiscard]] std::string url(std::string const& path = "/rpc") const {
    return server_->url() + path;
  }
  std::string call() {
    auto const result = JsonRpcClient(url(), kPatience).call("eth_call", "[1]");
    return result ? *result : "error: " + result.error().detail;
  }

  std::function<void()> on_silent;  ///< on the server's thread
  Watched<std::string> asked;
  int status = 200;
  std::string answer;

 private:
  Metrics metrics_;
  Router router_;
  ShardPool pool_;
  std::vector<HttpReply> held_;
  std::unique_ptr<Server> server_;
};

TEST(JsonRpc, ACallIsAskedAndAnswered) {
  RpcServer server;
  server.answer = R"({"jsonrpc":"2.0","id":1,"result":"0x1626ba7e"})";
  EXPECT_EQ(server.call(), "\"0x1626ba7e\"");
  EXPECT_EQ(server.asked.get(), R"({"jsonrpc":"2.0","id":1,"method":"eth_call","params":[1]})");
  server.answer = R"({"jsonrpc":"2.0","id":1,"result":{"a":[1,null]}})";
  EXPECT_EQ(server.call(), R"({"a":[1,null]})");
}

TEST(JsonRpc, WhateverIsNoProperAnswerIsAnError) {
  RpcServer server;
  for (auto const* wrong :
       {"", "no json", "[]", "{}", R"({"id":1,"result":"x"})",
        R"({"jsonrpc":"1.0","id":1,"result":"x"})", R"({"jsonrpc":"2.0","id":2,"result":"x"})",
        R"({"jsonrpc":"2.0","id":"1","result":"x"})", R"({"jsonrpc":"2.0","id":1})",
        R"({"jsonrpc":"2.0","id":-1,"result":"x"})"}) {
    server.answer = wrong;
    EXPECT_TRUE(server.call().starts_with("error: ")) << wrong;
  }
  server.answer = R"({"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted"}})";
  EXPECT_EQ(server.call(), "error: the endpoint answered with an error: execution reverted");
  auto const reverted = JsonRpcClient(server.url(), kPatience).call("eth_call", "[]");
  EXPECT_EQ(reverted.error().code, Errc::bad_request);
  server.answer = R"({"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"limit exceeded"}})";
  auto const limited = JsonRpcClient(server.url(), kPatience).call("eth_call", "[]");
  EXPECT_EQ(limited.error().code, Errc::upstream_failed);
  server.status = 500;
  EXPECT_EQ(server.call(), "error: the endpoint answered with HTTP 500");
}

TEST(HttpClient, RedirectsAreAnswersLikeOthers) {
  RpcServer server;
  server.status = 302;
  HttpFetch request;
  request.method = "POST";
  request.url = server.url();
  EXPECT_EQ(fetch(request)->status, 302);
}

TEST(HttpClient, AnAnswerOverTheLimitIsRefused) {
  RpcServer server;
  server.answer = std::string(2000, 'a');
  HttpFetch request;
  request.method = "POST";
  request.url = server.url();
  request.max_body = 1999;
  EXPECT_EQ(fetch(request).error().code, Errc::message_too_big);
  request.max_body = 2000;
  EXPECT_EQ(fetch(request)->body.size(), 2000U);
}

TEST(HttpClient, TheTimeLimitHolds) {
  RpcServer server;
  HttpFetch request;
  request.method = "POST";
  request.url = server.url("/silent");
  request.timeout = Millis{50};
  auto const response = fetch(request);
  ASSERT_FALSE(response);
  EXPECT_NE(response.error().detail.find("did not answer in time"), std::string::npos);
}

TEST(HttpClient, WhoWaitsIsStoppedAtOnce) {
  std::stop_source ending;
  RpcServer server;
  server.on_silent = [&] { ending.request_stop(); };
  HttpFetch request;
  request.method = "POST";
  request.url = server.url("/silent");
  request.timeout = 2 * kPatience;
  request.stop = ending.get_token();
  auto const began = std::chrono::steady_clock::now();
  EXPECT_EQ(fetch(request).error().code, Errc::upstream_failed);
  EXPECT_LT(std::chrono::steady_clock::now() - began, kPatience);
}

TEST(HttpClient, WhoIsToldToStopDoesNotBegin) {
  std::stop_source ending;
  ending.request_stop();
  RpcServer server;
  HttpFetch request;
  request.url = server.url();
  request.stop = ending.get_token();
  EXPECT_EQ(fetch(request).error().code, Errc::upstream_failed);
  EXPECT_EQ(server.asked.get(), "");
}

TEST(HttpClient, FailuresSayWhat) {
  HttpFetch request;
  request.url = "http://127.0.0.1:1/?secret";
  auto const refused = fetch(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail, "cannot connect to 127.0.0.1:1: Connection refused");
  request.url = "http://name.invalid/";
  EXPECT_NE(fetch(request).error().detail.find("cannot find 'name.invalid'"), std::string::npos);
  request.url = "http://127.0.0.1:1/";
  request.headers = {{"X", "a\r\nY: b"}};
  EXPECT_EQ(fetch(request).error().code, Errc::bad_request);
}

TEST(WsClient, AReceiveThatTimedOutMayBeRepeated) {
  TestServer server;
  auto client = server.connect();
  EXPECT_EQ(client.receive(Millis{1}).error().code, Errc::idle_timeout);
  EXPECT_EQ(client.receive(Millis{0}).error().code, Errc::idle_timeout);
  ASSERT_TRUE(client.send("now"));
  EXPECT_EQ(client.receive(kPatience).value_or(""), "now");
}

TEST(WsClient, AServerThatVanishesIs1006) {
  TestServer server;
  auto client = server.connect();
  server.server->stop();
  EXPECT_EQ(client.receive(kPatience).error().code, Errc::peer_gone);
  EXPECT_EQ(client.closed()->code, 1006);
  EXPECT_FALSE(client.send("too late"));
}

}  // namespace
}  // namespace archipelago::net::testing
