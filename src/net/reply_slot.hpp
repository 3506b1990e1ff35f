// Where a handler's answer goes, whichever thread it comes from.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "net/http_message.hpp"
#include "net/shard.hpp"

namespace archipelago::net {

/// Tells `Session::replied(number, response)` exactly once: when answered, or with 500 when the
/// last copy of the handler's reply is gone.
template <class Session>
class ReplySlot {
 public:
  ReplySlot(Shard& shard, std::weak_ptr<Session> session, std::uint64_t number)
      : shard_(shard), session_(std::move(session)), number_(number) {}
  ReplySlot(ReplySlot const&) = delete;
  ReplySlot& operator=(ReplySlot const&) = delete;
  ~ReplySlot() { answer(error_response(500)); }

  void answer(HttpResponse response) {
    if (answered_.exchange(true) || session_.expired())
      return;  // without sessions the shard may be gone too
    shard_.post([session = session_, number = number_, response = std::move(response)]() mutable {
      if (auto const open = session.lock()) open->replied(number, std::move(response));
    });
  }

 private:
  Shard& shard_;
  std::weak_ptr<Session> const session_;
  std::uint64_t const number_;
  std::atomic<bool> answered_{false};
};

}  // namespace archipelago::net
