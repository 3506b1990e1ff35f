// Counts what the program asks of the heap, by thread. Replaces operator new, or hears of it from
// the sanitizer that has: to be included by one file of a test program.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

namespace archipelago::testing {

inline thread_local std::size_t allocations = 0;

/// How often `act` asks for memory on this thread.
template <class Act>
std::size_t allocations_of(Act act) {
  auto const before = allocations;
  act();
  return allocations - before;
}

}  // namespace archipelago::testing

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)

extern "C" void __sanitizer_malloc_hook(void const volatile*, std::size_t) {
  ++archipelago::testing::allocations;
}

#else

void* operator new(std::size_t bytes) {
  ++archipelago::testing::allocations;
  if (void* const memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
void* operator new[](std::size_t bytes) {
  return operator new(bytes);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

#endif
