// The composition root: all rooms of the house in one process, wired from a configuration.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "net/http.hpp"
#include "realm/config.hpp"

namespace archipelago::realm {

/// A running realm. Threads: the configured shards for connections, one for the islands, the
/// verifying pools.
class Realm {
 public:
  /// Accepts connections when it returns. The error's detail is one line for the operator: a taken
  /// port, an unreadable certificate, no NATS server. `give_up` is asked while it waits for one: no
  /// longer; nothing: never.
  static Result<std::unique_ptr<Realm>> start(Config const& config,
                                              std::function<bool()> give_up = {});

  Realm(Realm const&) = delete;
  Realm& operator=(Realm const&) = delete;
  ~Realm();  ///< at once, without stop()

  /// Where it listens, `http://127.0.0.1:8000`.
  [[nodiscard]] std::string url() const;

  /// What it answers, for tests.
  [[nodiscard]] net::Router const& routes() const;

  /// Reads the deny lists again, soon. Any thread.
  void reload();

  /// Lets nobody in any more, tells everyone `shutting_down` within http.drain_ms, and returns when
  /// all are gone or http.drain_deadline_ms has passed. Once; not from one of its threads.
  void stop();

 private:
  class Impl;
  explicit Realm(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace archipelago::realm
