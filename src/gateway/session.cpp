#include "gateway/session.hpp"

#include <chrono>
#include <cmath>
#include <utility>

#include "base/log.hpp"
#include "bus/subjects.hpp"

namespace archipelago::gateway {
namespace {

namespace v3 = decentraland::kernel::comms::v3;

bool finite(v3::Heartbeat const& beat) {
  auto const& at = beat.position();  // all zero when absent
  return std::isfinite(at.x()) && std::isfinite(at.y()) && std::isfinite(at.z());
}

std::string heartbeat_subject(Address const& who, Dialect came_as, Dialects spoken) {
  bool const today =
      spoken == Dialects::today || (spoken == Dialects::both && came_as == Dialect::direct);
  return today ? bus::subjects::peer_heartbeat(who)
               : bus::subjects::client_peer_topic(who, "heartbeat");
}

}  // namespace

Session::Session(Shard const& shard, net::Connection& connection, SessionClient& client,
                 std::string_view protocol)
    : shard_(shard),
      connection_(connection),
      client_(client),
      protocol_(protocol),
      heartbeats_(shard.options.heartbeats, connection.loop().now()),
      topic_messages_(shard.options.topic_messages, connection.loop().now()),
      topic_bytes_(shard.options.topic_bytes, connection.loop().now()),
      control_(shard.options.control, connection.loop().now()),
      patience_(shard.options.patience, connection.loop().now()),
      garbage_(shard.options.garbage, connection.loop().now()),
      began_(connection.loop().now()),
      in_cluster_(shard.cluster == nullptr ? nullptr : std::make_unique<InCluster>(shard)) {}

Result<std::unique_ptr<Session>> Session::begin(Shard const& shard, net::Connection& connection,
                                                Address const& who, SessionClient& client,
                                                std::string_view protocol) {
  std::unique_ptr<Session> session(new Session(shard, connection, client, protocol));
  // The subscription stands before the login is heard of: no assignment that follows it is missed.
  session->listen(who);
  if (auto entered = session->enter(who); !entered) return tl::unexpected(entered.error());
  connection.logged_in();
  log::info("gateway", "login",
            {{"address", who.text()}, {"protocol", protocol}, {"remote", connection.remote()}});
  return session;
}

void Session::listen(Address const& who) {
  auto const on = [this](std::string const& subject) {
    return shard_.mailbox.subscribe(
        subject, [this](bus::Message const& message) { hear_island(message); }, bus::Weight::vital);
  };
  island_changed_ = on(bus::subjects::island_changed(who));
  if (in_cluster_ && shard_.options.cluster.hears_bff())
    in_cluster_->bff_island_changed = on(bus::subjects::client_island_changed(who));
}

void Session::stop_listening() {
  island_changed_.end();
  if (in_cluster_) in_cluster_->bff_island_changed.end();
}

Result<> Session::enter(Address const& who) {
  auto stay = shard_.directory.enter(who, connection_.loop(), [this] {
    stop_listening();
    client_.on_kicked(stay_->ended().value_or(Errc::replaced));
  });
  if (!stay) return tl::unexpected(stay.error());
  if (in_cluster_) in_cluster_->voice.follow(**stay);
  stay_ = *std::move(stay);  // an earlier stay of this session ends unheard
  return {};
}

void Session::hear_island(bus::Message const& message) {
  if (in_cluster_ && !in_cluster_->told.admit(message)) return;
  if (!std::exchange(placed_, true)) {
    std::chrono::duration<double> const waited = connection_.loop().now() - began_;
    shard_.metrics.note(Distribution::first_island_seconds, waited.count());
  }
  client_.on_island_changed(message.payload);
}

Result<> Session::renew() {
  auto const who = address();
  return enter(who);
}

Session::~Session() {
  if (!stay_) return;
  log::info("gateway", "logout",
            {{"address", address().text()},
             {"protocol", protocol_},
             {"kicked", current() ? "no" : reason(*stay_->ended()).label}});
}

Result<> Session::heartbeat(v3::Heartbeat const& beat, std::string_view bytes, Dialect dialect) {
  if (auto admitted = admit(heartbeats_); !admitted) return admitted;
  if (bytes.size() > shard_.options.heartbeat_bytes) return refuse(Errc::message_too_big);
  if (!finite(beat)) return refuse(Errc::invalid_position);
  if (in_cluster_ && beat.desired_room().size() > kMaxWishBytes)
    return refuse(Errc::message_too_big);
  if (!in_cluster_ || !say_to_core(beat))
    shard_.bus.publish(heartbeat_subject(address(), dialect, shard_.options.cluster.dialects),
                       bytes);
  shard_.metrics.add(Metric::heartbeats);
  return {};
}

/// A heartbeat without a position has no effect, its wish included, as for the islands.
bool Session::say_to_core(v3::Heartbeat const& beat) {
  auto& voice = in_cluster_->voice;
  if (!beat.has_position()) return true;
  if (beat.has_desired_room()) voice.wish(beat.desired_room());
  return voice.say({beat.position().x(), beat.position().y(), beat.position().z()});
}

Result<> Session::publish(std::string_view subject, std::string_view payload) {
  if (auto admitted = admit(topic_messages_); !admitted) return admitted;
  if (payload.size() > shard_.options.topic_message_bytes) return refuse(Errc::message_too_big);
  if (!topic_bytes_.take(connection_.loop().now(), payload.size()))
    return refuse(Errc::rate_limited);
  shard_.bus.publish(subject, payload);
  shard_.metrics.add(Metric::topic_messages);
  return {};
}

Result<> Session::admit_control() {
  return admit(control_);
}

Result<> Session::admit(limits::TokenBucket& bucket) {
  if (closing_) return fail(Errc::rate_limited);
  if (auto const why = stay_->ended()) return refuse(*why);
  if (!bucket.take(connection_.loop().now())) return refuse(Errc::rate_limited);
  return {};
}

/// Counts what is dropped; a player who goes on sending what is dropped is closed.
Result<> Session::refuse(Errc why) {
  shard_.metrics.reject(why);
  if (!patience_.take(connection_.loop().now())) close(Errc::rate_limited);
  return fail(why);
}

void Session::note_garbage() {
  if (!garbage_.take(connection_.loop().now(), kGarbageCost)) close(Errc::malformed_packet);
}

void Session::close(Errc why) {
  closing_ = true;
  connection_.close(why);
}

}  // namespace archipelago::gateway
