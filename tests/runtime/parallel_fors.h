// Parallel-fors as callers may have them. Their user is an int that counts the calls.
#pragma once

#include <thread>
#include <vector>

namespace slimc::testing {

using Body = void (*)(void* context, int index);

inline void in_order(void* user, int count, Body body, void* context) {
  ++*static_cast<int*>(user);
  for (int i = 0; i < count; ++i) body(context, i);
}

inline void backwards(void* user, int count, Body body, void* context) {
  ++*static_cast<int*>(user);
  for (int i = count; i-- > 0;) body(context, i);
}

// None of them on the calling thread.
inline void on_threads(void* user, int count, Body body, void* context) {
  ++*static_cast<int*>(user);
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(body, context, i);
  for (std::thread& thread : threads) thread.join();
}

struct NamedParallelFor {
  const char* name;
  void (*function)(void* user, int count, Body body, void* context);
};
inline constexpr NamedParallelFor kParallelFors[] = {
    {"InOrder", in_order}, {"Backwards", backwards}, {"OnThreads", on_threads}};

}  // namespace slimc::testing
