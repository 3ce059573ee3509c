// Threads, semaphores, barriers and what runs once.
#include "tests/analyzer/lower/lowered.h"

namespace raddle::test {
namespace {

TEST(LowerThreads, LambdaByReferenceAndValue) {
    EXPECT_EQ(lowered(R"(#include <thread>
void f() {
    int shared = 0, copied = 1;
    std::thread t([&shared, copied] { shared = copied; });
    t.join();
}
)",
                      "f"),
              R"ir(  store %shared = 0 init
  store %copied = 1 init
  store %t0.capture::shared = &%shared init
  store %t0.capture::copied = %copied uses %copied init
  spawn %t = "f::lambda:4@4:19()const"(&%t0)
  join %t
  free %t
  ret %return
)ir");
}

TEST(LowerThreads, CapturesInsideTheLambda) {
    EXPECT_EQ(lowered(R"(#include <thread>
void f() {
    int shared = 0, copied = 1;
    std::thread t([&shared, copied] { shared = copied; });
    t.join();
}
)",
                      "f::lambda:4"),
              R"ir(  load %this->capture::copied
  store *%this->capture::shared = %this->capture::copied uses %this->capture::copied
  ret %return
)ir");
}

TEST(LowerThreads, ReferenceWrapper) {
    EXPECT_EQ(lowered(R"(#include <thread>
void work(int& by, int value);
void f() {
    int a = 0, b = 0;
    std::thread t(work, std::ref(a), b);
    t.join();
}
)",
                      "f"),
              R"ir(  store %a = 0 init
  store %b = 0 init
  store %t0 = &%a init
  load %b
  spawn %t = "work(int &,int)"(&%a, %b)
  join %t
  free %t
  ret %return
)ir");
}

TEST(LowerThreads, MemberFunction) {
    EXPECT_EQ(lowered(R"(#include <thread>
struct Worker {
    void run(int n);
};
void f(Worker& worker) {
    std::thread t(&Worker::run, &worker, 3);
    t.detach();
}
)",
                      "f"),
              R"ir(  store %t0 = "Worker::run(int)" init
  store %t1 = %worker init
  store %t2 = 3 init
  spawn %t = "Worker::run(int)"(%t1, %t2)
  detach %t
  free %t
  ret %return
)ir");
}

TEST(LowerThreads, Async) {
    EXPECT_EQ(lowered(R"(#include <future>
int work(int n);
int f() {
    auto result = std::async(std::launch::async, work, 3);
    return result.get();
}
)",
                      "f"),
              R"ir(  store %t0 = 3 init
  spawn %result = "work(int)"(%t0)
  join %result
  store %return = ?
  join %result conditional
  ret %return
)ir");
}

TEST(LowerThreads, StartedAndJoinedInLoops) {
    EXPECT_EQ(lowered(R"(#include <thread>
#include <vector>
void work();
void f() {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(work);
    for (auto& t : threads) t.join();
}
)",
                      "f"),
              R"ir(  loop b2 %i from 0 to 4
  loop b6 %__begin1 from &(*%__range1)[?] to &(*%__range1)[?]
  store %i = 0 init
b2:
  br ? ordering text "i < 4" uses %i b3 b5
b3:
  load %threads.$state
  store %threads.$state = ?
  spawn %threads[?] = "work()"()
  store %i = %i + 1 uses %i
  goto b2
b5:
  store %__range1 = &%threads init
  load %__range1->$state
  store %__end1.$iterator = &(*%__range1)[?] uses %__range1->$state init
  load %__range1->$state
  store %__begin1.$iterator = &(*%__range1)[?] uses %__range1->$state init
b6:
  br ? uses %__begin1, %__end1 b7 b9
b7:
  store %t = %__begin1.$iterator init
  join *%t
  goto b6
b9:
  free %threads[?]
  ret %return
)ir");
}

TEST(LowerThreads, Moved) {
    EXPECT_EQ(lowered(R"(#include <thread>
#include <utility>
void work();
void f() {
    std::thread a(work);
    std::thread b = std::move(a);
    b.join();
}
)",
                      "f"),
              R"ir(  spawn %a = "work()"()
  store %b = %a init
  join %b
  free %b
  free %a
  ret %return
)ir");
}

TEST(LowerThreads, Once) {
    EXPECT_EQ(lowered(R"(#include <mutex>
std::once_flag flag;
void init();
void f() {
    std::call_once(flag, init);
}
)",
                      "f"),
              R"ir(  once @flag = "init()"()
  ret %return
)ir");
}

TEST(LowerThreads, CopyCaptured) {
    EXPECT_EQ(lowered(R"(#include <memory>
#include <thread>
void f(std::shared_ptr<int> p) {
    std::thread t([p] { *p = 1; });
    t.join();
}
)",
                      "f"),
              R"ir(  load %p
  store %t0.$pointer = %p.$pointer init
  store %t1.capture::p = %t0 init
  spawn %t = "f::lambda:4@4:19()const"(&%t1)
  call "f::lambda:4::~@4:19()"(&%t1)
  join %t
  free %t
  ret %return
)ir");
}

TEST(LowerThreads, HandleCopied) {
    EXPECT_EQ(lowered(R"(#include <pthread.h>
void* work(void* arg);
void f(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    pthread_t copy = t;
    pthread_join(copy, 0);
}
)",
                      "f", ".c"),
              R"ir(  spawn %t = work(0)
  store %copy = %t uses %t init
  join %copy
  store %t1 = 0
  ret %return
)ir");
}

TEST(LowerThreads, PthreadCreate) {
    EXPECT_EQ(lowered(R"(#include <pthread.h>
void* work(void* arg);
void f(int* data) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], 0, work, &data[i]);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], 0);
}
)",
                      "f", ".c"),
              R"ir(  loop b2 %i from 0 to 2
  loop b6 %i#2 from 0 to 2
  store %i = 0 init
b2:
  br ? ordering text "i < 2" uses %i b3 b5
b3:
  spawn %threads[%i] = work(&(*%data)[%i])
  store %i = %i + 1 uses %i
  goto b2
b5:
  store %i#2 = 0 init
b6:
  br ? ordering text "i < 2" uses %i#2 b7 b9
b7:
  join %threads[%i#2]
  store %t1 = 0
  store %i#2 = %i#2 + 1 uses %i#2
  goto b6
b9:
  ret %return
)ir");
}

TEST(LowerThreads, OfC11) {
    EXPECT_EQ(lowered(R"(#include <threads.h>
int work(void* arg);
void f(void) {
    thrd_t t;
    thrd_create(&t, work, 0);
    thrd_join(t, 0);
}
)",
                      "f", ".c"),
              R"ir(  spawn %t = work(0)
  join %t
  store %t1 = 0
  ret %return
)ir");
}

TEST(LowerThreads, JthreadJoinsAtScopeEnd) {
    EXPECT_EQ(lowered(R"(#include <thread>
void work(std::stop_token stop, int n);
void f() {
    std::jthread t(work, 3);
}
)",
                      "f"),
              R"ir(  store %t0 = 3 init
  spawn %t = "work(std::stop_token,int)"(?, %t0)
  join %t conditional
  ret %return
)ir");
}

TEST(LowerThreads, StdFunctionCalled) {
    EXPECT_EQ(lowered(R"(#include <functional>
#include <thread>
void work();
void f() {
    std::function<void()> task = work;
    std::thread t(task);
    t.join();
}
)",
                      "f"),
              R"ir(  store %task.$callable = "work()" init
  spawn %t = %task.$callable()
  join %t
  free %t
  ret %return
)ir");
}

TEST(LowerSemaphores, Posix) {
    EXPECT_EQ(lowered(R"(#include <semaphore.h>
sem_t items;
void f(void) {
    sem_init(&items, 0, 2);
    sem_wait(&items);
    sem_post(&items);
}
)",
                      "f", ".c"),
              R"ir(  initLock @items(2) flag
  await @items flag
  signal @items flag
  ret %return
)ir");
}

TEST(LowerSemaphores, BarrierAndLatch) {
    EXPECT_EQ(lowered(R"(#include <barrier>
#include <latch>
std::barrier<> phase(2);
std::latch done(1);
void f() {
    phase.arrive_and_wait();
    done.count_down();
    done.wait();
}
)",
                      "f"),
              R"ir(  barrier @phase
  signal @done
  await @done
  ret %return
)ir");
}

TEST(LowerThreads, BoundCalls) {
    EXPECT_EQ(lowered(R"(#include <functional>
#include <thread>
struct Counter { void add(int n); };
void f(Counter* c) {
    std::thread t(std::bind(&Counter::add, c, 3));
    t.join();
}
)",
                      "f"),
              R"ir(  store %t0 = "Counter::add(int)" init
  store %t1 = 3 init
  load %c
  spawn %t = "Counter::add(int)"(%c, %t1)
  join %t
  free %t
  ret %return
)ir");
}

}  // namespace
}  // namespace raddle::test
