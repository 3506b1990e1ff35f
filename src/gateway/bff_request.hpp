// Requests of the BFF procedures: bytes -> message, or a failed call.
#pragma once

#include <optional>
#include <string_view>

#include "gateway/shard.hpp"
#include "rpc/server.hpp"
#include "wire/packet.hpp"

namespace archipelago::gateway {

/// Nothing after it has failed `call` and counted why. The connection goes on (WIRE 2.2 rule 4).
template <class Request>
[[nodiscard]] std::optional<Request> decode_request(Shard const& shard, rpc::Call& call,
                                                    std::string_view bytes) {
  auto request = wire::decode<Request>(bytes, shard.options.bff_message_bytes);
  if (request) return *std::move(request);
  shard.metrics.reject(request.error().code);
  call.fail("Cannot decode the request");
  return std::nullopt;
}

template <class Request>
[[nodiscard]] std::optional<Request> decode_request(Shard const& shard, rpc::Call& call) {
  return decode_request<Request>(shard, call, call.payload());
}

}  // namespace archipelago::gateway
