// How the parts of a realm talk: named subjects, byte payloads (WIRE 6). In process here; NATS fits
// the same interface, so no part may assume more than it promises: a message may be lost, and comes
// at most once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"
#include "base/loop.hpp"

namespace archipelago::bus {

struct Message {
  std::string subject;  ///< parts between dots, no wildcards
  std::string payload;
  /// Of the core that says so, so that one which leads no more can be told apart (adr/0018). 0: no
  /// core of ours says it.
  std::uint64_t epoch = 0;
};

using Handler = std::function<void(Message const&)>;

/// Ends the subscription when destroyed: its handler is not called any more. Loop thread of the
/// mailbox only.
class Subscription {
 public:
  class Impl {
   public:
    virtual ~Impl() = default;
  };
  Subscription() = default;
  explicit Subscription(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
  void end() { impl_.reset(); }
  explicit operator bool() const { return impl_ != nullptr; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// What may wait in a mailbox; 0: no limit.
struct Capacity {
  std::size_t messages = 65'536;
  std::size_t bytes = std::size_t{64} << 20U;  ///< of subjects and payloads
};

/// What becomes of a message when the mailbox that it reaches is full.
enum class Weight : std::uint8_t {
  droppable,  ///< dropped beyond the mailbox's capacity: what comes again or may be missed
  vital,      ///< may fill as much again: who came, who went, where a player belongs
};

/// A participant's place on the bus: messages for its subscriptions queue here, bounded by number
/// and by bytes, and its loop runs the handlers in batches. What finds it full is dropped and
/// counted (`bus_messages_dropped`), droppable messages first; a vital one that is lost is counted
/// apart (`bus_vital_dropped`) and logged, once until the mailbox is emptied.
class Mailbox {
 public:
  virtual ~Mailbox() = default;

  /// `pattern`: NATS rules; `*` is exactly one part, a last `>` one or more. Loop thread only;
  /// `handler` runs on it, never inside a publish(). Messages of one publisher arrive in order.
  [[nodiscard]] virtual Subscription subscribe(std::string_view pattern, Handler handler,
                                               Weight weight = Weight::droppable) = 0;
};

/// Any thread.
class Bus {
 public:
  virtual ~Bus() = default;

  /// `loop` must outlive the mailbox, the mailbox its subscriptions. After each batch the mailbox
  /// rests so long before it looks again: what comes meanwhile costs nobody a wake of the loop.
  [[nodiscard]] virtual std::unique_ptr<Mailbox> open(Loop& loop, Capacity capacity,
                                                      Millis rest) = 0;
  [[nodiscard]] std::unique_ptr<Mailbox> open(Loop& loop, Capacity capacity) {
    return open(loop, capacity, Millis{0});
  }

  /// `subject`: one or more non-empty parts, no wildcards (the caller checks what peers wrote).
  virtual void publish(std::string_view subject, std::string_view payload, std::uint64_t epoch) = 0;
  void publish(std::string_view subject, std::string_view payload) { publish(subject, payload, 0); }

  /// For how long messages have passed without a break; nothing while they do not: silence means
  /// something only for as long as others could have been heard.
  [[nodiscard]] virtual std::optional<Millis> connected_for() const = 0;
};

}  // namespace archipelago::bus
