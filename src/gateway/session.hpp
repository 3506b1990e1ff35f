// A player's stay from login to logout, the same beneath both protocols: registration, replacement,
// heartbeats, island assignments and limits.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "decentraland/kernel/comms/v3/archipelago.pb.h"
#include "gateway/assignments.hpp"
#include "gateway/heartbeat_sender.hpp"
#include "gateway/shard.hpp"
#include "limits/token_bucket.hpp"
#include "net/websocket.hpp"

namespace archipelago::gateway {

/// The protocol above a session. Called on the connection's loop, never from within a call into the
/// session.
class SessionClient {
 public:
  virtual ~SessionClient() = default;
  /// `message` is an encoded IslandChangedMessage from the bus, valid during the call.
  virtual void on_island_changed(std::string_view message) = 0;
  /// A newer login has the place, or the player was banned: tell it and close. The session
  /// publishes nothing any more. `why`: `replaced` or `banned`.
  virtual void on_kicked(Errc why) = 0;
};

/// Which subject a heartbeat goes to where all are spoken (WIRE 6, Dialects); the islands listen to
/// both.
enum class Dialect : std::uint8_t {
  direct,  ///< peer.<address>.heartbeat
  topic,   ///< client-proto.peer.<address>.heartbeat
};

/// Belongs to its connection's loop and ends with its destruction (which publishes the disconnect,
/// see Directory).
class Session {
 public:
  /// Registers a player who has proved to be `who`: replaces the older session, frees the
  /// connection's handshake budget, logs. `connection` and `client` must outlive the session.
  /// `protocol` is for the log. Errors: as Directory::enter().
  [[nodiscard]] static Result<std::unique_ptr<Session>> begin(Shard const& shard,
                                                              net::Connection& connection,
                                                              Address const& who,
                                                              SessionClient& client,
                                                              std::string_view protocol);
  Session(Session const&) = delete;
  Session& operator=(Session const&) = delete;
  ~Session();

  [[nodiscard]] Address const& address() const { return stay_->address(); }
  /// False once a newer login has the place or the player is banned; the session says nothing to
  /// the realm then.
  [[nodiscard]] bool current() const { return stay_->current(); }

  /// The same player proved again on this connection: the realm hears of a login, all else stays.
  /// Errors: as Directory::enter().
  [[nodiscard]] Result<> renew();

  /// Publishes `beat`, whose encoding is `bytes`: on the subject of known services, or, while a
  /// core of ours leads a realm of many processes, with those of others (HeartbeatSender). What is
  /// not published is counted once, under the error's reason: `replaced`, `banned`, `rate_limited`,
  /// `message_too_big`, `invalid_position`.
  Result<> heartbeat(decentraland::kernel::comms::v3::Heartbeat const& beat, std::string_view bytes,
                     Dialect dialect);

  /// Publishes to `subject`, which the caller has made of a valid topic. Errors, counted:
  /// `replaced`, `banned`, `rate_limited`, `message_too_big`.
  Result<> publish(std::string_view subject, std::string_view payload);

  /// Asks before anything else is done for the player. Errors, counted: `replaced`, `banned`,
  /// `rate_limited`.
  Result<> admit_control();

  /// The player sent what cannot be read; the caller counted why. Beyond Options::garbage the
  /// connection is closed (`malformed_packet`).
  void note_garbage();

 private:
  /// What only a realm of many processes needs.
  struct InCluster {
    explicit InCluster(Shard const& shard)
        : told(shard.cluster->core, shard.metrics), voice(shard.cluster->beats, told) {}
    Assignments told;
    Voice voice;
    bus::Subscription bff_island_changed{};
  };

  Session(Shard const& shard, net::Connection& connection, SessionClient& client,
          std::string_view protocol);
  void listen(Address const& who);
  void stop_listening();
  [[nodiscard]] bool say_to_core(decentraland::kernel::comms::v3::Heartbeat const& beat);
  [[nodiscard]] Result<> enter(Address const& who);
  Result<> admit(limits::TokenBucket& bucket);
  Result<> refuse(Errc why);
  void close(Errc why);
  void hear_island(bus::Message const& message);

  Shard const& shard_;
  net::Connection& connection_;
  SessionClient& client_;
  std::string_view protocol_;
  limits::TokenBucket heartbeats_;
  limits::TokenBucket topic_messages_;
  limits::TokenBucket topic_bytes_;
  limits::TokenBucket control_;
  limits::TokenBucket patience_;
  limits::TokenBucket garbage_;
  Instant const began_;
  bool placed_ = false;  ///< was told an island
  bool closing_ = false;
  std::unique_ptr<InCluster> in_cluster_;  // null: the realm is one process
  bus::Subscription island_changed_;
  std::unique_ptr<Stay> stay_;
};

}  // namespace archipelago::gateway
