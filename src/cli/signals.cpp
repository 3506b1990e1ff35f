// Blocked everywhere and taken by one thread: no handler, so nothing to get wrong in one.
#include "cli/signals.hpp"

#include <csignal>

namespace archipelago::cli {
namespace {

sigset_t end_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

EndSignals::EndSignals() {
  auto const set = end_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE,
              SIG_IGN);  // a client that is gone is an error of its write, not of the process
}

void EndSignals::wait() {
  auto const set = end_signals();
  int which = 0;
  while (::sigwait(&set, &which) != 0) {
  }
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace archipelago::cli
