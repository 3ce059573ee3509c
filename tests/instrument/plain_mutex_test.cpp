#include "instrument/runtime/base/plain_mutex.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <string.h>

#include <atomic>
#include <thread>

namespace raddle::test {
namespace {

using rt::givePlain;
using rt::takePlain;

const uint32_t kTid = static_cast<uint32_t>(gettid());

class PlainMutex : public ::testing::Test {
  protected:
    void SetUp() override { rt::learnPlainMutexes(pthread_mutex_lock, pthread_mutex_unlock); }
    void TearDown() override { EXPECT_EQ(pthread_mutex_destroy(&mutex), 0); }
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
};

TEST_F(PlainMutex, IsTheLibrarysOwn) {
    const pthread_mutex_t fresh = PTHREAD_MUTEX_INITIALIZER;
    ASSERT_TRUE(takePlain(&mutex, kTid));
    EXPECT_EQ(pthread_mutex_trylock(&mutex), EBUSY);
    EXPECT_EQ(pthread_mutex_destroy(&mutex), EBUSY);
    EXPECT_FALSE(takePlain(&mutex, kTid));
    EXPECT_EQ(pthread_mutex_unlock(&mutex), 0);
    EXPECT_EQ(memcmp(&mutex, &fresh, sizeof mutex), 0);
    EXPECT_EQ(pthread_mutex_lock(&mutex), 0);
    ASSERT_TRUE(givePlain(&mutex));
    EXPECT_EQ(memcmp(&mutex, &fresh, sizeof mutex), 0);
    // Of nobody: for the library to say.
    EXPECT_FALSE(givePlain(&mutex));
}

TEST_F(PlainMutex, LeavesWaitersToTheLibrary) {
    ASSERT_TRUE(takePlain(&mutex, kTid));
    std::thread waiter([&] {
        pthread_mutex_lock(&mutex);
        pthread_mutex_unlock(&mutex);
    });
    while (__atomic_load_n(&mutex.__data.__lock, __ATOMIC_RELAXED) < 2) std::this_thread::yield();
    EXPECT_FALSE(givePlain(&mutex));
    EXPECT_EQ(pthread_mutex_unlock(&mutex), 0);
    waiter.join();
}

TEST_F(PlainMutex, ExcludesBothWays) {
    constexpr int kTimes = 200'000;
    int sum = 0;
    auto work = [&](bool direct) {
        for (int i = 0; i < kTimes; ++i) {
            if (!direct || !takePlain(&mutex, kTid)) pthread_mutex_lock(&mutex);
            ++sum;
            if (!direct || !givePlain(&mutex)) pthread_mutex_unlock(&mutex);
        }
    };
    std::thread other(work, true);
    std::thread third(work, false);
    work(true);
    other.join();
    third.join();
    EXPECT_EQ(sum, 3 * kTimes);
}

TEST_F(PlainMutex, RefusesOtherKinds) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    auto refused = [&] {
        pthread_mutex_t other;
        pthread_mutex_init(&other, &attributes);
        const bool taken = takePlain(&other, kTid);
        pthread_mutex_lock(&other);
        const bool given = givePlain(&other);
        pthread_mutex_unlock(&other);
        pthread_mutex_destroy(&other);
        return !taken && !given;
    };
    for (int kind : {PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_ADAPTIVE_NP}) {
        pthread_mutexattr_settype(&attributes, kind);
        EXPECT_TRUE(refused()) << kind;
    }
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_DEFAULT);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    EXPECT_TRUE(refused());
    pthread_mutexattr_destroy(&attributes);
}

// A sanitizer's function, say, that has to see each lock.
TEST_F(PlainMutex, RefusesAllWhereOthersAreInBetween) {
    rt::learnPlainMutexes([](pthread_mutex_t* it) { return pthread_mutex_lock(it); }, pthread_mutex_unlock);
    EXPECT_FALSE(takePlain(&mutex, kTid));
}

}  // namespace
}  // namespace raddle::test
