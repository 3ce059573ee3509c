#include "trace/symbols/source_names.h"

#include <gtest/gtest.h>

#include "trace/read/naming.h"

#include <filesystem>
#include <fstream>

namespace raddle::trace {
namespace {

TEST(SourceNames, AreWhatTheLineUses) {
    EXPECT_EQ(expressionIn("    pthread_mutex_lock(&q->mu);"), "q->mu");
    EXPECT_EQ(expressionIn("  if (pthread_mutex_timedlock(&table[i].lock, &until) == 0)"), "table[i].lock");
    EXPECT_EQ(expressionIn("    std::lock_guard<std::mutex> lock(queue.mutex_);"), "queue.mutex_");
    EXPECT_EQ(expressionIn("    std::unique_lock lock{mutex_};"), "mutex_");
    EXPECT_EQ(expressionIn("    std::lock_guard lock(*owner->mutex);"), "owner->mutex");
    EXPECT_EQ(expressionIn("    ready_.notify_one();"), "ready_");
    EXPECT_EQ(expressionIn("    this->shared.lock();"), "this->shared");
    EXPECT_EQ(expressionIn("    sem_post(sem);  // wakes other.wait()"), "sem");
    EXPECT_EQ(expressionIn("    pthread_cond_wait(&pool->ready, &pool->mu);"), "pool->ready");
}

TEST(SourceNames, AreNotGuessed) {
    EXPECT_EQ(expressionIn("    lockIt(&q->mu);"), "");
    EXPECT_EQ(expressionIn("    pthread_mutex_lock(lockOf(q));"), "");
    EXPECT_EQ(expressionIn("    a.lock(); b.lock();"), "");
    EXPECT_EQ(expressionIn(""), "");
}

TEST(SourceNames, OfMacrosAndOwnFunctionsAreTheLikelyOnes) {
    EXPECT_EQ(likelyExpressionIn("    LOCK(&q->mu);"), "q->mu");
    EXPECT_EQ(likelyExpressionIn("    mutex_lock(&item_locks[hv & hashmask(power)]);"), "item_locks[…]");
    EXPECT_EQ(likelyExpressionIn("    MutexLock guard(&mutex_);"), "mutex_");
    EXPECT_EQ(likelyExpressionIn("    pool->ready.Wait();"), "pool->ready");
    EXPECT_EQ(likelyExpressionIn("    if (tryLock(a) && lockIt(b)) {"), "");
    EXPECT_EQ(likelyExpressionIn("    compute(x);"), "");
}

TEST(SourceNames, OfWhatIsPassedAreTheArguments) {
    EXPECT_EQ(passedIn("    safe_mutex_lock(fifo->mut);", "safe_mutex_lock", 0), "fifo->mut");
    EXPECT_EQ(passedIn("    safe_cond_wait(&fifo->notFull, fifo->mut);", "safe_cond_wait", 1), "fifo->mut");
    EXPECT_EQ(passedIn("    MutexLock lock(&mutex_);", "MutexLock", 0), "mutex_");
    EXPECT_EQ(passedIn("    std::lock_guard<Mutex> lock{shards[hash(key) % 4].mutex};", "lock_guard", 0),
              "shards[…].mutex");
    EXPECT_EQ(passedIn("    impl_->mutex_.Lock();", "Lock", kObject), "impl_->mutex_");
    EXPECT_EQ(passedIn("    Lock();", "Lock", kObject), "");
    EXPECT_EQ(passedIn("    lock(a); lock(b);", "lock", 0), "");
    EXPECT_EQ(passedIn("    lock(of(a));", "lock", 0), "");
    EXPECT_EQ(passedIn("    lock(a,", "lock", 0), "");
}

TEST(SourceNames, OfPointersAreWhatTheyWereSetTo) {
    const std::string file = std::filesystem::temp_directory_path() / "raddle_assigned_names.c";
    std::ofstream(file) << "void f(Queue *q) {\n"
                           "    pthread_mutex_t *m = &q->mu;\n"
                           "    std::mutex& other = shards[i].mu; q->m = 0; if (m == other) return;\n"
                           "    twice = &a->mu;\n"
                           "    twice = &b->mu;\n"
                           "    called = lockOf(q);\n"
                           "    lock(m);\n";
    SourceLines lines;
    const SourceLocation begin{file, 1, 1}, use{file, 7, 1};
    EXPECT_EQ(lines.assignedBefore(use, begin, "m"), "q->mu");
    EXPECT_EQ(lines.assignedBefore(use, begin, "other"), "shards[i].mu");
    EXPECT_EQ(lines.assignedBefore(use, begin, "twice"), "");
    EXPECT_EQ(lines.assignedBefore(use, begin, "called"), "");
    EXPECT_EQ(lines.assignedBefore(use, begin, "q"), "");
    EXPECT_EQ(lines.assignedBefore({file, 1, 1}, begin, "m"), "") << "what is set later";
    EXPECT_EQ(lines.assignedBefore(use, {"elsewhere.c", 1, 1}, "m"), "");
    std::filesystem::remove(file);
}

TEST(SourceNames, ComeFromTheFile) {
    const std::string file = std::filesystem::temp_directory_path() / "raddle_source_names.c";
    std::ofstream(file) << "\npthread_mutex_lock(&conn->lock);\n";
    SourceLines lines;
    EXPECT_EQ(expressionIn(lines.at({file, 2, 1})), "conn->lock");
    EXPECT_EQ(lines.at({file, 1, 1}), "");
    EXPECT_EQ(lines.at({file, 9, 1}), "");
    EXPECT_EQ(lines.at({"/no/such/file.c", 2, 1}), "");
    std::filesystem::remove(file);
}

TEST(RoutineNames, AreWhatThreadsWithoutANameAreCalled) {
    EXPECT_EQ(routineName("worker(int)"), "worker");
    EXPECT_EQ(routineName("main::{lambda()#1}::operator()() const"), "main::{lambda()#1}");
    EXPECT_EQ(routineName("operator()"), "");
    EXPECT_EQ(routineName("operator()() const"), "");
}

}  // namespace
}  // namespace raddle::trace
