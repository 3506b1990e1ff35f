// Blocked everywhere and taken by one thread: no handler, so nothing to get wrong in one.
#include "cli/signals.hpp"

#include <ctime>

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

EndSignals::EndSignals() : set_(end_signals()) {
  ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  std::signal(SIGPIPE,
              SIG_IGN);  // a client that is gone is an error of its write, not of the process
}

void EndSignals::also(int signal) {
  sigaddset(&set_, signal);
  ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

bool EndSignals::pending() const {
  sigset_t waiting;
  sigemptyset(&waiting);
  ::sigpending(&waiting);
  sigset_t both;
  return ::sigandset(&both, &waiting, &set_) == 0 && ::sigisemptyset(&both) == 0;
}

int EndSignals::wait() {
  int which = 0;
  while (::sigwait(&set_, &which) != 0) {
  }
  return taken(which);
}

int EndSignals::wait_for(Millis patience) {
  constexpr std::int64_t kSecond = 1'000;
  timespec const time{.tv_sec = patience.count() / kSecond,
                      .tv_nsec = patience.count() % kSecond * 1'000'000};
  auto const which = ::sigtimedwait(&set_, nullptr, &time);
  return which > 0 ? taken(which) : 0;
}

int EndSignals::taken(int which) {
  auto const ends = end_signals();
  if (sigismember(&ends, which) == 1) ::pthread_sigmask(SIG_UNBLOCK, &ends, nullptr);
  return which;
}

}  // namespace archipelago::cli
