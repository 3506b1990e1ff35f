// SIGTERM and SIGINT as something to wait for.
#pragma once

namespace archipelago::cli {

/// From its making on, the thread and all that it starts ignore both signals until they are waited
/// for. Made first thing in main, before any thread.
class EndSignals {
 public:
  EndSignals();

  /// Blocks until one comes. After that they act as usual: a second one ends the process at once.
  void wait();
};

}  // namespace archipelago::cli
