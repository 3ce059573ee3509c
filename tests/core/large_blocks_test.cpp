#include "core/memory/large_blocks.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

namespace raddle::memory {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

// Of this process, in MiB: "RssAnon", "RssFile".
size_t resident(const std::string& what) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(what + ":")) return std::stoul(line.substr(what.size() + 1)) / 1024;
    return 0;
}

std::vector<uint64_t> numbers(size_t mebibytes) {
    std::vector<uint64_t> list(mebibytes * kMiB / sizeof(uint64_t));
    std::iota(list.begin(), list.end(), mebibytes);
    return list;
}

bool isWhole(const std::vector<uint64_t>& list, size_t mebibytes) {
    for (size_t i = 0; i < list.size(); i += 512)
        if (list[i] != mebibytes + i) return false;
    return list.size() == mebibytes * kMiB / sizeof(uint64_t);
}

[[noreturn]] void leave(bool isGood, const char* what) {
    if (!isGood) std::fprintf(stderr, "%s\n", what);
    std::_Exit(isGood ? 0 : 1);
}

class LargeBlocks : public testing::Test {
  protected:
    void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        GTEST_SKIP() << "a sanitizer has an operator new of its own";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
        GTEST_SKIP() << "a sanitizer has an operator new of its own";
#endif
#endif
    }

    const std::string folder_ = std::filesystem::current_path().string();
};

// Each in a process of its own, since what is chosen is chosen for all of it.
TEST_F(LargeBlocks, BeyondTheLimitLieInFilesAndKeepWhatTheyHold) {
    auto use = [&] {
        const size_t before = resident("RssAnon");
        keepLargeBlocksIn(folder_, {.inMemory = 8 * kMiB, .resident = 1000 * kMiB});
        std::vector<uint64_t> small = numbers(4), first = numbers(14), second = numbers(16);
        if (largeBlocksInFiles() < 30 * kMiB) leave(false, "they are not in files");
        if (resident("RssAnon") > before + 12) leave(false, "they are in memory as well");
        first.push_back(7);  // moves to a larger block
        first.pop_back();
        if (!isWhole(small, 4) || !isWhole(first, 14) || !isWhole(second, 16)) leave(false, "they are damaged");
        first = std::vector<uint64_t>();
        second = std::vector<uint64_t>();
        leave(largeBlocksInFiles() == 0, "what was given back is still there");
    };
    EXPECT_EXIT(use(), testing::ExitedWithCode(0), "");
}

TEST_F(LargeBlocks, StayMappedOnlyAsFarAsTheyMay) {
    auto use = [&] {
        keepLargeBlocksIn(folder_, {.inMemory = 0, .resident = 40 * kMiB});
        std::vector<uint64_t> list = numbers(60);
        for (int i = 0; i < 200 && resident("RssFile") > 40; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        if (resident("RssFile") > 40) leave(false, "all of it is resident");
        leave(isWhole(list, 60), "it is damaged");
    };
    EXPECT_EXIT(use(), testing::ExitedWithCode(0), "");
}

TEST_F(LargeBlocks, LieInMemoryWhereThereCanBeNoFile) {
    auto use = [&] {
        keepLargeBlocksIn("/proc/self", {.inMemory = 0, .resident = 0});
        const std::vector<uint64_t> list = numbers(20);
        leave(largeBlocksInFiles() == 0 && isWhole(list, 20), "it is not there");
    };
    EXPECT_EXIT(use(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace raddle::memory
