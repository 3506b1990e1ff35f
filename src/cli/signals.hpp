// SIGTERM and SIGINT as something to wait for.
#pragma once

#include <csignal>

namespace archipelago::cli {

/// From its making on, the thread and all that it starts ignore both signals until they are waited
/// for. Made first thing in main, before any thread.
class EndSignals {
 public:
  EndSignals();

  /// One more signal to wait for; before any thread, too.
  void also(int signal);

  /// Blocks until one comes, and says which. After one that ends the process both act as usual: a
  /// second one ends it at once.
  int wait();

 private:
  sigset_t set_{};
};

}  // namespace archipelago::cli
