// Many heartbeats in one message, as gateways of ours send them (cluster.heartbeats).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "archipelago/engine.hpp"
#include "base/address.hpp"
#include "base/result.hpp"

namespace archipelago::islands {

inline constexpr std::size_t kMaxBatchBytes = std::size_t{1} << 20U;  ///< what NATS carries at most
inline constexpr std::size_t kMaxBeats = 16'384;                      ///< of one batch
inline constexpr std::size_t kMaxBatchIslands = kMaxBeats;
/// Of a connection string up to '?'; longer ones are not remembered.
inline constexpr std::size_t kMaxConnectionBase = 512;

/// What a gateway tells of one session. Texts live as long as the batch.
struct Beat {
  Address player;
  engine::Position at;            ///< finite
  std::string_view told{};        ///< is_island_id(), or empty: none yet
  std::string_view connection{};  ///< of `told`, up to '?'; anything, at most kMaxConnectionBase
  std::uint32_t way = 0;          ///< wire::way_of() that; 0: unknown
  std::uint64_t login = 0;        ///< of the session, never 0
  std::optional<std::string_view> desired_room{};  ///< at most kMaxDesiredRoomBytes
};

/// One thread; may be moved.
class HeartbeatBatch {
 public:
  /// Bytes that anybody may have written. Errors, of the message as a whole: malformed_packet,
  /// invalid_utf8, message_too_big (also for too many beats or islands), bad_request (a gateway
  /// without a usable id). With all that the service does about
  /// it half a microsecond a beat (service_bench).
  [[nodiscard]] static Result<HeartbeatBatch> read(std::string_view bytes);

  HeartbeatBatch(HeartbeatBatch&&) noexcept;
  HeartbeatBatch& operator=(HeartbeatBatch&&) noexcept;
  ~HeartbeatBatch();

  [[nodiscard]] std::string_view gateway() const { return gateway_; }  ///< is_island_id()
  [[nodiscard]] std::span<Beat const> beats() const { return beats_; }
  /// Why beats were left out, one reason for each: bad_address, invalid_position, message_too_big
  /// (desired_room), bad_request (an island that is not there or has no usable id; no login).
  [[nodiscard]] std::span<Errc const> refused() const { return refused_; }

 private:
  struct Memory;
  HeartbeatBatch();

  std::unique_ptr<Memory> memory_;  // what the views view
  std::string_view gateway_;
  std::vector<Beat> beats_;
  std::vector<Errc> refused_;
};

}  // namespace archipelago::islands
