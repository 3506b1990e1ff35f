// SIGTERM and SIGINT as something to wait for.
#pragma once

#include <csignal>

#include "base/time.hpp"

namespace archipelago::cli {

/// From its making on, the thread and all that it starts ignore both signals until they are waited
/// for. Made first thing in main, before any thread.
class EndSignals {
 public:
  EndSignals();

  /// One more signal to wait for; before any thread, too.
  void also(int signal);

  /// One has come, and waits to be waited for.
  [[nodiscard]] bool pending() const;

  /// Blocks until one comes, and says which. After one that ends the process both act as usual: a
  /// second one ends it at once.
  int wait();
  /// The same, unless `patience` is over before: 0.
  int wait_for(Millis patience);

 private:
  int taken(int which);
  sigset_t set_{};
};

}  // namespace archipelago::cli
