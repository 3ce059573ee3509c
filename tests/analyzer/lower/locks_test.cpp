// Locks, guards and condition variables.
#include "tests/analyzer/lower/lowered.h"

namespace raddle::test {
namespace {

TEST(LowerLocks, LockGuard) {
    EXPECT_EQ(lowered(R"(#include <mutex>
std::mutex mu;
int x;
void f() {
    std::lock_guard<std::mutex> lock(mu);
    x = 1;
}
)",
                      "f"),
              R"ir(  store %lock.$lock = &@mu init
  acquire @mu mutex
  store @x = 1
  release *%lock.$lock conditional
  ret %return
)ir");
}

TEST(LowerLocks, EarlyReturnThroughAGuard) {
    EXPECT_EQ(lowered(R"(#include <mutex>
std::mutex mu;
int x;
int f(bool early) {
    std::lock_guard lock(mu);
    if (early) return 1;
    x = 2;
    return 0;
}
)",
                      "f"),
              R"ir(  store %lock.$lock = &@mu init
  acquire @mu mutex
  br %early != 0 uses %early b2 b3
b2:
  store %return = 1
  release *%lock.$lock conditional
  goto b4
b3:
  store @x = 2
  store %return = 0
  release *%lock.$lock conditional
b4:
  ret %return
)ir");
}

TEST(LowerLocks, UniqueLockDeferred) {
    EXPECT_EQ(lowered(R"(#include <mutex>
std::mutex mu;
int x;
void f() {
    std::unique_lock lock(mu, std::defer_lock);
    x = 1;
    lock.lock();
    x = 2;
    lock.unlock();
}
)",
                      "f"),
              R"ir(  store %t0 = @std::defer_lock uses @std::defer_lock init
  store %lock.$lock = &@mu init
  store @x = 1
  acquire *%lock.$lock mutex
  store @x = 2
  release *%lock.$lock
  release *%lock.$lock conditional
  ret %return
)ir");
}

TEST(LowerLocks, UniqueLockAdopted) {
    EXPECT_EQ(lowered(R"(#include <mutex>
std::mutex mu;
void f() {
    mu.lock();
    std::unique_lock lock(mu, std::adopt_lock);
}
)",
                      "f"),
              R"ir(  acquire @mu mutex
  store %t0 = @std::adopt_lock uses @std::adopt_lock init
  store %lock.$lock = &@mu init
  release *%lock.$lock conditional
  ret %return
)ir");
}

TEST(LowerLocks, UniqueLockTried) {
    EXPECT_EQ(lowered(R"(#include <mutex>
std::mutex mu;
int x;
void f() {
    std::unique_lock lock(mu, std::try_to_lock);
    if (lock.owns_lock()) x = 1;
}
)",
                      "f"),
              R"ir(  store %t0 = @std::try_to_lock uses @std::try_to_lock init
  store %lock.$lock = &@mu init
  acquire @mu -> %t1 mutex try success 1
  store %lock.$owns = %t1 init
  br %lock.$owns != 0 b2 b3
b2:
  store @x = 1
b3:
  release *%lock.$lock conditional
  ret %return
)ir");
}

TEST(LowerLocks, UniqueLockAsACondition) {
    EXPECT_EQ(lowered(R"(#include <mutex>
std::mutex mu;
int x;
void f() {
    if (std::unique_lock lock{mu, std::try_to_lock}) x = 1;
}
)",
                      "f"),
              R"ir(  store %t0 = @std::try_to_lock uses @std::try_to_lock init
  store %lock.$lock = &@mu init
  acquire @mu -> %t1 mutex try success 1
  store %lock.$owns = %t1 init
  br %lock.$owns != 0 b2 b3
b2:
  store @x = 1
b3:
  release *%lock.$lock conditional
  ret %return
)ir");
}

TEST(LowerLocks, ScopedLockOfTwo) {
    EXPECT_EQ(lowered(R"(#include <mutex>
std::mutex a, b;
int x;
void f() {
    std::scoped_lock lock(a, b);
    x = 1;
}
)",
                      "f"),
              R"ir(  store %lock.$lock = &@a init
  store %lock.$lock1 = &@b init
  acquire @a mutex grouped
  acquire @b mutex grouped
  store @x = 1
  release *%lock.$lock conditional
  release *%lock.$lock1 conditional
  ret %return
)ir");
}

TEST(LowerLocks, SharedMutexByMode) {
    EXPECT_EQ(lowered(R"(#include <mutex>
#include <shared_mutex>
std::shared_mutex mu;
int x;
int f() {
    {
        std::unique_lock writing(mu);
        x = 1;
    }
    std::shared_lock reading(mu);
    return x;
}
)",
                      "f"),
              R"ir(  store %writing.$lock = &@mu init
  acquire @mu rwlock
  store @x = 1
  release *%writing.$lock conditional
  store %reading.$lock = &@mu init
  acquire @mu rwlock shared
  load @x
  store %return = @x uses @x
  release *%reading.$lock conditional
  ret %return
)ir");
}

TEST(LowerLocks, TryLockBranch) {
    EXPECT_EQ(lowered(R"(#include <mutex>
std::mutex mu;
int x;
void f() {
    if (!mu.try_lock()) return;
    x = 1;
    mu.unlock();
}
)",
                      "f"),
              R"ir(  acquire @mu -> %t0 mutex try success 1
  br %t0 == 0 uses %t0 b2 b3
b2:
  store %return = ?
  goto b4
b3:
  store @x = 1
  release @mu
b4:
  ret %return
)ir");
}

TEST(LowerLocks, PthreadTryLockBranch) {
    EXPECT_EQ(lowered(R"(#include <pthread.h>
pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
int x;
void f(void) {
    if (pthread_mutex_trylock(&mu) == 0) {
        x = 1;
        pthread_mutex_unlock(&mu);
    }
}
)",
                      "f", ".c"),
              R"ir(  acquire @mu -> %t0 mutex try
  br %t0 == 0 uses %t0 b2 b3
b2:
  store @x = 1
  release @mu
  store %t1 = 0
b3:
  ret %return
)ir");
}

TEST(LowerLocks, ReadersWriterLockOfPosix) {
    EXPECT_EQ(lowered(R"(#include <pthread.h>
pthread_rwlock_t rw;
void f(void) {
    pthread_rwlock_rdlock(&rw);
    pthread_rwlock_unlock(&rw);
    pthread_rwlock_wrlock(&rw);
    pthread_rwlock_unlock(&rw);
}
)",
                      "f", ".c"),
              R"ir(  acquire @rw rwlock shared
  store %t0 = 0
  release @rw
  store %t1 = 0
  acquire @rw rwlock
  store %t2 = 0
  release @rw
  store %t3 = 0
  ret %return
)ir");
}

TEST(LowerLocks, RecursiveByAttribute) {
    EXPECT_EQ(lowered(R"(#include <pthread.h>
pthread_mutex_t mu;
void f(void) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&mu, &attributes);
}
)",
                      "f", ".c"),
              R"ir(  call pthread_mutexattr_init(&%attributes) -> %t0 opaque
  store %attributes.$kind = 1 init
  initLock @mu = %attributes.$kind mutex
  ret %return
)ir");
}

TEST(LowerLocks, LockOfAParameter) {
    EXPECT_EQ(lowered(R"(#include <mutex>
struct Account {
    std::mutex mu;
    int balance = 0;
};
void f(Account& account, int amount) {
    std::lock_guard lock(account.mu);
    account.balance += amount;
}
)",
                      "f"),
              R"ir(  store %lock.$lock = &%account->Account::mu init
  acquire %account->Account::mu mutex
  load %account->Account::balance
  store %account->Account::balance = ? uses %amount, %account->Account::balance
  release *%lock.$lock conditional
  ret %return
)ir");
}

TEST(LowerConditions, WaitWithPredicate) {
    EXPECT_EQ(lowered(R"(#include <condition_variable>
std::mutex mu;
std::condition_variable ready;
bool done;
void f() {
    std::unique_lock lock(mu);
    ready.wait(lock, [] { return done; });
}
)",
                      "f"),
              R"ir(  store %lock.$lock = &@mu init
  acquire @mu mutex
  call "f::lambda:7@7:22()const"(&%t0)
  wait @ready(%lock.$lock) looped
  call "f::lambda:7@7:22()const"(&%t0) -> %t1 looped
  release *%lock.$lock conditional
  ret %return
)ir");
}

TEST(LowerConditions, WaitInALoop) {
    EXPECT_EQ(lowered(R"(#include <condition_variable>
std::mutex mu;
std::condition_variable ready;
bool done;
void f() {
    std::unique_lock lock(mu);
    while (!done) ready.wait(lock);
}
)",
                      "f"),
              R"ir(  store %lock.$lock = &@mu init
  acquire @mu mutex
b2:
  load @done
  br @done == 0 uses @done b3 b5
b3:
  wait @ready(%lock.$lock)
  goto b2
b5:
  release *%lock.$lock conditional
  ret %return
)ir");
}

TEST(LowerConditions, Signals) {
    EXPECT_EQ(lowered(R"(#include <pthread.h>
pthread_cond_t ready;
void f(void) {
    pthread_cond_signal(&ready);
    pthread_cond_broadcast(&ready);
}
)",
                      "f", ".c"),
              R"ir(  signal @ready
  signal @ready broadcast
  ret %return
)ir");
}

TEST(LowerLocks, MovedUniqueLock) {
    EXPECT_EQ(lowered(R"(#include <mutex>
std::mutex mu;
int x;
void f() {
    std::unique_lock a(mu);
    std::unique_lock b = std::move(a);
    x = 1;
    b.unlock();
}
)",
                      "f"),
              R"ir(  store %a.$lock = &@mu init
  acquire @mu mutex
  store %b = %a init
  store %a.$lock = 0
  store @x = 1
  release *%b.$lock
  release *%b.$lock conditional
  release *%a.$lock conditional
  ret %return
)ir");
}

TEST(LowerLocks, StdLockThenAdopt) {
    EXPECT_EQ(lowered(R"(#include <mutex>
std::mutex a, b;
void f() {
    std::lock(a, b);
    std::lock_guard one(a, std::adopt_lock);
    std::lock_guard two(b, std::adopt_lock);
}
)",
                      "f"),
              R"ir(  acquire @a mutex grouped
  acquire @b mutex grouped
  store %t0 = @std::adopt_lock uses @std::adopt_lock init
  store %one.$lock = &@a init
  store %t1 = @std::adopt_lock uses @std::adopt_lock init
  store %two.$lock = &@b init
  release *%two.$lock conditional
  release *%one.$lock conditional
  ret %return
)ir");
}

TEST(LowerLocks, WhatHasTheShapeOfAMutexAlone) {
    EXPECT_EQ(lowered(R"(#include <mutex>
struct NoMutex {
    void lock() {}
    void unlock() {}
};
NoMutex mu;
void f() {
    std::lock_guard<NoMutex> lock(mu);
}
)",
                      "f"),
              R"ir(  store %lock.$lock = &@mu init
  release *%lock.$lock conditional
  ret %return
)ir");
}

TEST(LowerLocks, OwnGuardClass) {
    EXPECT_EQ(lowered(R"(#include <mutex>
struct Guard {
    explicit Guard(std::mutex& m) : mu(m) { mu.lock(); }
    ~Guard() { mu.unlock(); }
    std::mutex& mu;
};
std::mutex mu;
int x;
void f() {
    Guard guard(mu);
    x = 1;
}
)",
                      "f"),
              R"ir(  call "Guard::Guard(std::mutex &)"(&%guard, &@mu)
  store @x = 1
  call "Guard::~Guard()"(&%guard)
  ret %return
)ir");
}

}  // namespace
}  // namespace raddle::test
