#include "trace/symbols/source_names.h"

#include <gtest/gtest.h>

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

TEST(SourceNames, ComeFromTheFile) {
    const std::string file = std::filesystem::temp_directory_path() / "raddle_source_names.c";
    std::ofstream(file) << "\npthread_mutex_lock(&conn->lock);\n";
    SourceNames names;
    EXPECT_EQ(names.at({file, 2, 1}), "conn->lock");
    EXPECT_EQ(names.at({file, 1, 1}), "");
    EXPECT_EQ(names.at({file, 9, 1}), "");
    EXPECT_EQ(names.at({"/no/such/file.c", 2, 1}), "");
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace raddle::trace
