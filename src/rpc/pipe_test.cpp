// Our client and our server over a pipe whose two directions are delivered in any order.
#include <deque>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "rpc/client.hpp"
#include "rpc/server.hpp"

namespace archipelago::rpc {
namespace {

struct ServerStream {
  OutStream out;
  std::uint64_t pushed = 0;
  int ends = 0;
};

struct ClientStream {
  RemoteStream in;
  std::uint64_t received = 0;
  bool waiting = false;
  bool over = false;
};

struct UnaryCall {
  std::string payload;
  int answers = 0;
  std::string answer;
};

class World {
 public:
  World() {
    auto hooks =
        Server::Hooks{.send = [this](std::string f) { to_client_.push_back(std::move(f)); },
                      .open_port = [this](Port& port) { port.offer(module()); },
                      .next_port_id = [this] { return ++ports_; }};
    server_ = std::make_unique<Server>(std::move(hooks), Limits{.open_calls = 20});
    client_ =
        std::make_unique<Client>([this](std::string f) { to_server_.push_back(std::move(f)); });
    server_->start();
    client_->create_port("p", [this](Result<RemotePort> port) {
      port_ = *port;
      port->load("m", [this](Result<RemoteModule> module) { remote_ = *module; });
    });
    deliver_all();
  }

  void step(unsigned op, std::size_t which) {
    switch (op) {
      case 0:
        return deliver_to_server();
      case 1:
        return deliver_to_client();
      case 2:
        return start_call();
      case 3:
        return start_stream();
      case 4:
        return ask(which);
      case 5:
        return close(which);
      case 6:
        return answer(which);
      case 7:
        return push(which);
      case 8:
        return finish(which);
      default:
        return drop(which);
    }
  }

  /// Everything is answered, delivered and closed.
  void finish_all() {
    deliver_all();
    while (!pending_.empty()) answer(0);
    for (auto& stream : server_streams_) stream->out.close();
    for (std::size_t i = 0; i < client_streams_.size(); ++i) {
      ask(i);
      deliver_all();
      close(i);
    }
    deliver_all();
  }

  void check_answers() const {
    for (auto const& call : calls_) {
      RC_ASSERT(call->answers == 1);
      RC_ASSERT(call->answer == "echo " + call->payload ||
                call->answer == "Error processing the request" ||
                call->answer == "Too many open calls");
    }
  }
  void check_streams() const {
    for (auto const& stream : server_streams_) RC_ASSERT(stream->out.ended());
    for (auto const& stream : server_streams_) RC_ASSERT(stream->ends <= 1);
    for (auto const& stream : client_streams_) RC_ASSERT(!stream->waiting);
  }
  void end() {
    client_.reset();
    server_.reset();
  }

 private:
  Module module() {
    return {"m",
            {{"Unary", [this](Call call) { pending_.push_back(std::move(call)); }},
             {"Stream", [this](Call call) {
                auto stream = std::make_shared<ServerStream>(ServerStream{call.stream(3)});
                stream->out.on_end([raw = stream.get()] { ++raw->ends; });
                server_streams_.push_back(std::move(stream));
              }}}};
  }

  void deliver_to_server() {
    if (to_server_.empty()) return;
    auto const frame = std::move(to_server_.front());
    to_server_.pop_front();
    RC_ASSERT(server_->receive(frame).has_value());
  }
  void deliver_to_client() {
    if (to_client_.empty()) return;
    auto const frame = std::move(to_client_.front());
    to_client_.pop_front();
    RC_ASSERT(client_->receive(frame).has_value());
  }
  void deliver_all() {
    while (!to_server_.empty() || !to_client_.empty()) {
      deliver_to_server();
      deliver_to_client();
    }
  }

  void start_call() {
    auto const call = std::make_shared<UnaryCall>(UnaryCall{std::to_string(calls_.size()), 0, {}});
    calls_.push_back(call);
    remote_->call("Unary", call->payload, [call](Result<std::string> const& result) {
      ++call->answers;
      call->answer = result ? *result : result.error().detail;
    });
  }
  void start_stream() {
    client_streams_.push_back(
        std::make_shared<ClientStream>(ClientStream{remote_->stream("Stream", {})}));
  }
  void ask(std::size_t which) {
    if (client_streams_.empty()) return;
    auto const stream = client_streams_[which % client_streams_.size()];
    if (stream->waiting) return;
    stream->waiting = true;
    stream->in.next([stream](Result<std::optional<std::string>> const& element) {
      stream->waiting = false;
      stream->over = !element || !*element;
      // Elements are numbered by the server: none is lost, doubled or out of order.
      if (!stream->over) RC_ASSERT(**element == std::to_string(++stream->received));
    });
  }
  void close(std::size_t which) {
    if (!client_streams_.empty()) client_streams_[which % client_streams_.size()]->in.close();
  }
  void answer(std::size_t which) {
    if (pending_.empty()) return;
    auto const at = pending_.begin() + static_cast<std::ptrdiff_t>(which % pending_.size());
    auto call = *at;
    pending_.erase(at);
    call.reply("echo " + call.payload());
  }
  void drop(std::size_t which) {
    if (!pending_.empty())
      pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(which % pending_.size()));
  }
  void push(std::size_t which) {
    if (server_streams_.empty()) return;
    auto& stream = *server_streams_[which % server_streams_.size()];
    if (stream.out.push(std::to_string(stream.pushed + 1))) ++stream.pushed;
  }
  void finish(std::size_t which) {
    if (!server_streams_.empty()) server_streams_[which % server_streams_.size()]->out.close();
  }

  std::deque<std::string> to_server_;
  std::deque<std::string> to_client_;
  std::vector<Call> pending_;
  std::vector<std::shared_ptr<ServerStream>> server_streams_;
  std::vector<std::shared_ptr<ClientStream>> client_streams_;
  std::vector<std::shared_ptr<UnaryCall>> calls_;
  std::uint32_t ports_ = 0;
  std::optional<RemotePort> port_;
  std::optional<RemoteModule> remote_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Client> client_;
};

using Steps = std::vector<std::pair<unsigned, std::size_t>>;

rc::Gen<Steps> steps() {
  return rc::gen::scale(4, rc::gen::container<Steps>(rc::gen::pair(
                               rc::gen::inRange(0U, 10U), rc::gen::inRange<std::size_t>(0, 8))));
}

RC_GTEST_PROP(RpcPipe, EveryCallIsAnsweredOnceAndEveryStreamKeepsItsOrder, ()) {
  World world;
  for (auto const& [op, which] : *steps()) world.step(op, which);
  world.finish_all();
  world.check_answers();
  world.check_streams();
}

RC_GTEST_PROP(RpcPipe, AnEndAtAnyMomentLeavesNobodyWaiting, ()) {
  World world;
  for (auto const& [op, which] : *steps()) world.step(op, which);
  world.end();
  world.check_streams();
}

}  // namespace
}  // namespace archipelago::rpc
