// Libraries other than those of C and C++: a few lines of each, with the declarations they need.
#include "tests/analyzer/lower/lowered.h"

namespace raddle::test {
namespace {

TEST(C11Threads, Complete) {
    EXPECT_EQ(lowered("#include <threads.h>\n"
                      "mtx_t m; cnd_t c; thrd_t t; int x; int run(void *);\n"
                      "void f(void) {\n"
                      "  mtx_init(&m, mtx_plain | mtx_recursive);\n"
                      "  thrd_create(&t, run, &x);\n"
                      "  if (mtx_trylock(&m) == thrd_success) { cnd_signal(&c); mtx_unlock(&m); }\n"
                      "  thrd_yield(); thrd_join(t, 0);\n"
                      "}\n",
                      "f", ".c"),
              "  initLock @m = 1 mutex\n"
              "  spawn @t = run(&@x)\n"
              "  acquire @m -> %t1 mutex try\n"
              "  br %t1 == 0 uses %t1 b2 b3\n"
              "b2:\n"
              "  signal @c\n"
              "  release @m\n"
              "  store %t2 = 0\n"
              "b3:\n"
              "  join @t\n"
              "  store %t3 = 0\n"
              "  ret %return\n");
}

TEST(Glib, LocksThreadsAndQueues) {
    const std::string prelude =
        "typedef struct { int i; } GMutex; typedef struct { int i; } GCond; typedef struct { int i; } GRWLock;\n"
        "typedef struct GThread GThread; typedef struct GAsyncQueue GAsyncQueue; typedef void *(*GFunc)(void *);\n"
        "void g_mutex_lock(GMutex *); void g_mutex_unlock(GMutex *); void g_cond_wait(GCond *, GMutex *);\n"
        "int g_rw_lock_reader_trylock(GRWLock *); void g_rw_lock_reader_unlock(GRWLock *);\n"
        "GThread *g_thread_new(const char *, GFunc, void *); void *g_thread_join(GThread *);\n"
        "void g_async_queue_push(GAsyncQueue *, void *); void *g_async_queue_pop(GAsyncQueue *);\n"
        "void *g_thread_pool_new(void (*)(void *, void *), void *, int, int, void *);\n"
        "GMutex m; GCond c; GRWLock rw; int x; GAsyncQueue *q; void *run(void *); void task(void *, void *);\n";
    EXPECT_EQ(
        lowered(prelude + "void f(void) { g_mutex_lock(&m); g_cond_wait(&c, &m); g_mutex_unlock(&m); }\n", "f", ".c"),
        "  acquire @m mutex\n"
        "  wait @c(&@m)\n"
        "  release @m\n"
        "  ret %return\n");
    EXPECT_EQ(lowered(prelude + "void f(void) { if (g_rw_lock_reader_trylock(&rw)) g_rw_lock_reader_unlock(&rw); }\n",
                      "f", ".c"),
              "  acquire @rw -> %t0 rwlock shared try success 1\n"
              "  br %t0 != 0 uses %t0 b2 b3\n"
              "b2:\n"
              "  release @rw\n"
              "b3:\n"
              "  ret %return\n");
    EXPECT_EQ(
        lowered(prelude + "void f(void) { GThread *t = g_thread_new(\"t\", run, &x); g_thread_join(t); }\n", "f", ".c"),
        "  spawn %t0 = run(&@x)\n"
        "  store %t = %t0 init\n"
        "  join %t\n"
        "  ret %return\n");
    EXPECT_EQ(lowered(prelude + "void f(void) { g_thread_pool_new(task, &x, 4, 0, 0); }\n", "f", ".c"),
              "  spawn %t0 = task(?, &@x)\n"
              "  spawn %t0 = task(?, &@x)\n"
              "  ret %return\n");
    EXPECT_EQ(lowered(prelude + "void f(void) { g_async_queue_push(q, &x); g_async_queue_pop(q); }\n", "f", ".c"),
              "  load @q\n"
              "  signal *@q\n"
              "  load @q\n"
              "  await *@q\n"
              "  ret %return\n");
}

TEST(Libuv, LocksThreadsAndWork) {
    const std::string prelude =
        "typedef union { int i; } uv_mutex_t; typedef union { int i; } uv_cond_t; typedef unsigned long uv_thread_t;\n"
        "typedef int uv_once_t; typedef struct { void *data; } uv_work_t; typedef struct uv_loop_s uv_loop_t;\n"
        "int uv_mutex_trylock(uv_mutex_t *); void uv_mutex_unlock(uv_mutex_t *);\n"
        "int uv_thread_create(uv_thread_t *, void (*)(void *), void *); int uv_thread_join(uv_thread_t *);\n"
        "int uv_queue_work(uv_loop_t *, uv_work_t *, void (*)(uv_work_t *), void (*)(uv_work_t *, int));\n"
        "void uv_once(uv_once_t *, void (*)(void));\n"
        "uv_mutex_t m; int x; void run(void *); void work(uv_work_t *); void after(uv_work_t *, int); uv_work_t w;\n"
        "uv_once_t o; void make(void);\n";
    EXPECT_EQ(lowered(prelude + "void f(void) { if (uv_mutex_trylock(&m) == 0) uv_mutex_unlock(&m); }\n", "f", ".c"),
              "  acquire @m -> %t0 mutex try\n"
              "  br %t0 == 0 uses %t0 b2 b3\n"
              "b2:\n"
              "  release @m\n"
              "b3:\n"
              "  ret %return\n");
    EXPECT_EQ(lowered(prelude + "void f(void) { uv_thread_t t; uv_thread_create(&t, run, &x); uv_thread_join(&t); }\n",
                      "f", ".c"),
              "  spawn %t = run(&@x)\n"
              "  join %t\n"
              "  store %t1 = 0\n"
              "  ret %return\n");
    EXPECT_EQ(lowered(prelude + "void f(uv_loop_t *l) { uv_queue_work(l, &w, work, after); uv_once(&o, make); }\n", "f",
                      ".c"),
              "  spawn %t0 = work(&@w)\n"
              "  once @o = make()\n"
              "  ret %return\n");
}

TEST(Apr, LocksAndThreads) {
    const std::string prelude =
        "typedef struct apr_thread_mutex_t apr_thread_mutex_t; typedef struct apr_thread_t apr_thread_t;\n"
        "int apr_thread_mutex_create(apr_thread_mutex_t **, unsigned, void *);\n"
        "int apr_thread_mutex_lock(apr_thread_mutex_t *); int apr_thread_mutex_unlock(apr_thread_mutex_t *);\n"
        "int apr_thread_create(apr_thread_t **, void *, void *(*)(apr_thread_t *, void *), void *, void *);\n"
        "int apr_thread_join(int *, apr_thread_t *);\n"
        "apr_thread_mutex_t *m; int x; void *run(apr_thread_t *, void *);\n";
    EXPECT_EQ(lowered(prelude + "void f(void *pool) { apr_thread_mutex_create(&m, 0, pool); apr_thread_mutex_lock(m);\n"
                                "  x = 1; apr_thread_mutex_unlock(m); }\n",
                      "f", ".c"),
              "  alloc @m\n"
              "  store %t0 = 0\n"
              "  load @m\n"
              "  acquire *@m mutex\n"
              "  store %t1 = 0\n"
              "  store @x = 1\n"
              "  load @m\n"
              "  release *@m\n"
              "  store %t2 = 0\n"
              "  ret %return\n");
    EXPECT_EQ(
        lowered(prelude + "void f(void *pool) { apr_thread_t *t; int s; apr_thread_create(&t, 0, run, &x, pool);\n"
                          "  apr_thread_join(&s, t); }\n",
                "f", ".c"),
        "  spawn %t = run(?, &@x)\n"
        "  load %t\n"
        "  join %t\n"
        "  store %t1 = 0\n"
        "  ret %return\n");
}

TEST(Qt, LocksAndGuards) {
    const std::string prelude =
        "class QBasicMutex { public: void lock(); void unlock(); bool tryLock(); };\n"
        "class QMutex : public QBasicMutex {};\n"
        "template <class M> class QMutexLocker { public: QMutexLocker(M*); ~QMutexLocker(); void unlock(); };\n"
        "class QReadWriteLock { public: void lockForRead(); void unlock(); };\n"
        "class QReadLocker { public: QReadLocker(QReadWriteLock*); ~QReadLocker(); };\n"
        "QMutex m; QReadWriteLock rw; int x;\n";
    EXPECT_EQ(lowered(prelude + "void f() { m.lock(); x = 1; m.unlock(); }\n", "f"),
              "  acquire @m mutex\n"
              "  store @x = 1\n"
              "  release @m\n"
              "  ret %return\n");
    EXPECT_EQ(lowered(prelude + "void f() { QMutexLocker<QMutex> locker(&m); x = 1; }\n", "f"),
              "  store %locker.$lock = &@m init\n"
              "  acquire @m mutex\n"
              "  store @x = 1\n"
              "  release *%locker.$lock conditional\n"
              "  ret %return\n");
    EXPECT_EQ(lowered(prelude + "int f() { QReadLocker locker(&rw); return x; }\n", "f"),
              "  store %locker.$lock = &@rw init\n"
              "  acquire @rw rwlock shared\n"
              "  load @x\n"
              "  store %return = @x uses @x\n"
              "  release *%locker.$lock conditional\n"
              "  ret %return\n");
}

TEST(Qt, ThreadsRunTheirMethod) {
    const std::string prelude =
        "class QThread { public: virtual ~QThread(); void start(int = 0); bool wait(); protected: virtual void run(); "
        "};\n"
        "class Worker : public QThread { void run() override; };\n"
        "class QRunnable { public: virtual void run() = 0; };\n"
        "class Task : public QRunnable { void run() override; };\n"
        "class QThreadPool { public: void start(QRunnable*, int = 0); };\n"
        "template <class T> class QFuture { public: T result(); };\n"
        "namespace QtConcurrent { template <class F, class... A> QFuture<int> run(F, A...); }\n"
        "int g(int*); int x;\n";
    EXPECT_EQ(lowered(prelude + "void f() { Worker w; w.start(); w.wait(); }\n", "f"),
              "  call \"Worker::Worker()\"(&%w)\n"
              "  spawn %w = \"Worker::run()\"(&%w)\n"
              "  join %w\n"
              "  call \"Worker::~Worker()\"(&%w)\n"
              "  ret %return\n");
    EXPECT_EQ(lowered(prelude + "void f(QThread* t) { t->start(); t->wait(); }\n", "f"),
              "  spawn *%t = \"QThread::run()\"(%t) virtual\n"
              "  join *%t\n"
              "  ret %return\n");
    EXPECT_EQ(lowered(prelude + "void f(QThreadPool* pool, Task* task) { pool->start(task); }\n", "f"),
              "  spawn %t0 = \"Task::run()\"(%task) virtual\n"
              "  ret %return\n");
    EXPECT_EQ(lowered(prelude + "int f() { auto future = QtConcurrent::run(g, &x); return future.result(); }\n", "f"),
              "  spawn %future = \"g(int *)\"(&@x)\n"
              "  join %future\n"
              "  store %return = ?\n"
              "  ret %return\n");
}

TEST(Qt, Atomics) {
    EXPECT_EQ(
        lowered("template <class T> class QBasicAtomicInteger { public: T loadAcquire() const; void storeRelease(T);"
                " T fetchAndAddOrdered(T); };\n"
                "class QAtomicInt : public QBasicAtomicInteger<int> {};\n"
                "QAtomicInt a;\n"
                "int f() { a.storeRelease(1); a.fetchAndAddOrdered(2); return a.loadAcquire(); }\n",
                "f"),
        "  store @a = 1 release\n"
        "  rmw @a seqCst\n"
        "  load @a acquire\n"
        "  store %return = @a uses @a\n"
        "  ret %return\n");
}

TEST(Boost, HasTheClassesOfStdAndItsOwn) {
    EXPECT_EQ(
        lowered(
            "namespace boost { class mutex { public: void lock(); void unlock(); };\n"
            "template <class M> class unique_lock { public: unique_lock(M&); ~unique_lock(); void unlock(); };\n"
            "class barrier { public: bool wait(); };\n"
            "class thread { public: template <class F> explicit thread(F); void join(); }; }\n"
            "boost::mutex m; boost::barrier b; int x; void g();\n"
            "void f() { boost::thread t(g); { boost::unique_lock<boost::mutex> l(m); x = 1; } b.wait(); t.join(); }\n",
            "f"),
        "  spawn %t = \"g()\"()\n"
        "  store %l.$lock = &@m init\n"
        "  acquire @m mutex\n"
        "  store @x = 1\n"
        "  release *%l.$lock conditional\n"
        "  barrier @b\n"
        "  join %t\n"
        "  ret %return\n");
}

TEST(Abseil, MutexesConditionsAndNotifications) {
    const std::string prelude =
        "namespace absl { class Condition { public: explicit Condition(const bool*); };\n"
        "class Mutex { public: void Lock(); void Unlock(); bool TryLock(); void Await(const Condition&); };\n"
        "class MutexLock { public: explicit MutexLock(Mutex*); ~MutexLock(); };\n"
        "class Notification { public: void Notify(); void WaitForNotification(); }; }\n"
        "absl::Mutex m; bool ready; absl::Notification n;\n";
    EXPECT_EQ(
        lowered(prelude + "void f() { absl::MutexLock lock(&m); m.Await(absl::Condition(&ready)); ready = false; }\n",
                "f"),
        "  store %lock.$lock = &@m init\n"
        "  acquire @m rwlock\n"
        "  call \"absl::Condition::Condition(const bool *)\"(&%t0, &@ready)\n"
        "  wait @m(&@m) looped\n"
        "  store @ready = 0\n"
        "  release *%lock.$lock conditional\n"
        "  ret %return\n");
    EXPECT_EQ(
        lowered(prelude + "void f() { if (m.TryLock()) m.Unlock(); n.Notify(); n.WaitForNotification(); }\n", "f"),
        "  acquire @m -> %t0 rwlock try success 1\n"
        "  br %t0 != 0 uses %t0 b2 b3\n"
        "b2:\n"
        "  release @m\n"
        "b3:\n"
        "  signal @n\n"
        "  await @n\n"
        "  ret %return\n");
}

TEST(Folly, LockedPointersAndCallbacks) {
    const std::string prelude =
        "namespace folly { template <class S> class LockedPtr { public: ~LockedPtr(); int* operator->(); int& "
        "operator*(); };\n"
        "template <class T> class Synchronized { public: LockedPtr<Synchronized> wlock();\n"
        "  template <class F> void withRLock(F); };\n"
        "class Baton { public: void post(); void wait(); }; }\n"
        "folly::Synchronized<int> s; folly::Baton b; int x; void g(const int&);\n";
    EXPECT_EQ(lowered(prelude + "void f() { auto locked = s.wlock(); *locked = 1; }\n", "f"),
              "  acquire @s rwlock\n"
              "  store %locked.$lock = &@s init\n"
              "  store %locked.$pointer = &@s.$value init\n"
              "  load %locked.$pointer\n"
              "  store *%locked.$pointer = 1\n"
              "  release *%locked.$lock conditional\n"
              "  ret %return\n");
    EXPECT_EQ(lowered(prelude + "void f() { s.withRLock(g); b.post(); b.wait(); }\n", "f"),
              "  acquire @s rwlock shared\n"
              "  call \"g(const int &)\"(&@s.$value)\n"
              "  release @s\n"
              "  signal @b\n"
              "  await @b\n"
              "  ret %return\n");
}

}  // namespace
}  // namespace raddle::test
