// Atomics of C++, C11 and the builtins.
#include "tests/analyzer/lower/lowered.h"

namespace raddle::test {
namespace {

TEST(LowerAtomics, Orders) {
    EXPECT_EQ(lowered(R"(#include <atomic>
std::atomic<int> a;
int f() {
    a.store(1, std::memory_order_release);
    a.fetch_add(1, std::memory_order_relaxed);
    a = 2;
    ++a;
    int seen = a.load(std::memory_order_acquire);
    return seen + a;
}
)",
                      "f"),
              R"ir(  store @a = 1 release
  rmw @a relaxed
  store @a = 2 seqCst
  rmw @a seqCst
  load @a acquire
  store %seen = @a uses @a init
  load @a seqCst
  store %return = ? uses %seen, @a
  ret %return
)ir");
}

TEST(LowerAtomics, NumbersDrawnFromACounter) {
    EXPECT_EQ(lowered(R"(#include <atomic>
std::atomic<int> a;
int b;
void f() {
    int i = a.fetch_add(1);
    int j = a++;
    int k = b++;
    int l = __sync_fetch_and_add(&b, 1);
    int m = a.fetch_add(1) % 4;
    int n = a.fetch_or(1);
    int o = __sync_fetch_and_add(&b, 0);
}
)",
                      "f"),
              R"ir(  rmw @a seqCst
  store %i = @a + -1 uses @a init
  rmw @a seqCst
  store %j = @a + -1 uses @a init
  load @b
  store @b = @b + 1 uses @b
  store %k = @b + -1 uses @b init
  rmw @b seqCst
  store %l = @b + -1 uses @b init
  rmw @a seqCst
  store %m = ? uses @a init
  rmw @a seqCst
  store %n = ? uses @a init
  rmw @b seqCst
  store %o = ? uses @b init
  ret %return
)ir");
}

TEST(LowerAtomics, CompareAndSwap) {
    EXPECT_EQ(lowered(R"(#include <atomic>
std::atomic<int> a;
int x;
void f() {
    int expected = 0;
    if (a.compare_exchange_strong(expected, 1)) x = 1;
}
)",
                      "f"),
              R"ir(  store %expected = 0 init
  load %expected
  cas @a -> %t0 seqCst
  br %t0 != 0 uses @a b2 b3
b2:
  store @x = 1
b3:
  ret %return
)ir");
}

TEST(LowerAtomics, FlagAsALock) {
    EXPECT_EQ(lowered(R"(#include <atomic>
std::atomic_flag flag;
int x;
void f() {
    while (flag.test_and_set(std::memory_order_acquire)) {
    }
    x = 1;
    flag.clear(std::memory_order_release);
}
)",
                      "f"),
              R"ir(b1:
  rmw @flag acquire
  acquire @flag -> %t0 flag try
  br %t0 != 0 uses @flag b2 b3
b2:
  goto b1
b3:
  store @x = 1
  store @flag = 0 release
  release @flag flag conditional
  ret %return
)ir");
}

TEST(LowerAtomics, OfC11) {
    EXPECT_EQ(lowered(R"(#include <stdatomic.h>
_Atomic int a;
int f(void) {
    a = 1;
    a++;
    atomic_store_explicit(&a, 2, memory_order_release);
    atomic_fetch_add(&a, 1);
    atomic_thread_fence(memory_order_acquire);
    return atomic_load_explicit(&a, memory_order_relaxed);
}
)",
                      "f", ".c"),
              R"ir(  store @a = 1 seqCst
  rmw @a seqCst
  store @a = 2 release
  rmw @a seqCst
  fence acquire
  load @a relaxed
  store %return = @a uses @a
  ret %return
)ir");
}

TEST(LowerAtomics, SyncBuiltins) {
    EXPECT_EQ(lowered(R"(int a;
int f(void) {
    __sync_fetch_and_add(&a, 1);
    __sync_synchronize();
    return __sync_bool_compare_and_swap(&a, 0, 1);
}
)",
                      "f", ".c"),
              R"ir(  rmw @a seqCst
  fence seqCst
  cas @a -> %t0 seqCst
  store %return = %t0 uses @a
  ret %return
)ir");
}

TEST(LowerAtomics, AtomicBuiltins) {
    EXPECT_EQ(lowered(R"(int a;
int f(void) {
    __atomic_store_n(&a, 1, __ATOMIC_RELEASE);
    __atomic_add_fetch(&a, 1, __ATOMIC_RELAXED);
    return __atomic_load_n(&a, __ATOMIC_ACQUIRE);
}
)",
                      "f", ".c"),
              R"ir(  store @a = 1 release
  rmw @a relaxed
  load @a acquire
  store %return = @a uses @a
  ret %return
)ir");
}

}  // namespace
}  // namespace raddle::test
