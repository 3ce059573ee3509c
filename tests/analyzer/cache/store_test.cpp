#include "analyzer/cache/store.h"

#include <gmock/gmock.h>

#include <thread>
#include <vector>

#include "tests/analyzer/cache/folder.h"

namespace raddle::cache {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Optional;

constexpr uint64_t kLarge = 1 << 30;

inputs::Digest key(int number) {
    return inputs::digest(std::to_string(number));
}

uint64_t sizeOf(const test::Folder& folder) {
    uint64_t size = 0;
    for (const fs::path& file : folder.files()) size += fs::file_size(file);
    return size;
}

TEST(Store, WhatIsPutIsThereUnderItsKindAndKey) {
    test::Folder folder;
    Store store(folder.path("new/cache"), kLarge);
    EXPECT_EQ(store.get('u', key(1)), std::nullopt);
    EXPECT_FALSE(fs::exists(folder.path("new")));
    store.put('u', key(1), "one");
    store.put('v', key(1), std::string("\0two", 4));
    EXPECT_THAT(store.get('u', key(1)), Optional(std::string("one")));
    EXPECT_THAT(Store(folder.path("new/cache"), kLarge).get('v', key(1)), Optional(std::string("\0two", 4)));
    EXPECT_EQ(store.get('u', key(2)), std::nullopt);
    EXPECT_TRUE(fs::exists(folder.path("new/cache/CACHEDIR.TAG")));
    EXPECT_EQ(store.firstError(), std::nullopt);
}

TEST(Store, DamagedBlobsAreRemovedAndCounted) {
    test::Folder folder;
    for (const char* damage : {"", "RADDLE", "other bytes that are as long as a header and more"}) {
        Store store(folder.path(), kLarge);
        store.put('u', key(1), "one");
        for (const fs::path& file : folder.files())
            if (file.extension() == ".u") std::ofstream(file) << damage;
        EXPECT_EQ(store.get('u', key(1)), std::nullopt) << damage;
        EXPECT_EQ(store.damaged(), 1u);
        EXPECT_EQ(store.get('u', key(1)), std::nullopt);
        EXPECT_EQ(store.damaged(), 1u);  // gone now
    }
}

TEST(Store, AFlippedBitIsDamage) {
    test::Folder folder;
    Store store(folder.path(), kLarge);
    store.put('u', key(1), "one");
    for (const fs::path& file : folder.files())
        if (file.extension() == ".u")
            std::fstream(file, std::ios::in | std::ios::out).seekp(-1, std::ios::end).put('f');
    EXPECT_EQ(store.get('u', key(1)), std::nullopt);
    EXPECT_EQ(store.damaged(), 1u);
}

TEST(Store, WhatWasNotUsedForLongestGoesFirst) {
    test::Folder folder;
    const std::string content(1000, 'x');
    {
        Store store(folder.path(), kLarge);
        for (int i = 0; i < 100; ++i) store.put('u', key(i), content);
        store.trim();
        EXPECT_THAT(store.get('u', key(0)), Optional(content));
    }
    // All are used long ago but 7 and 93.
    const auto before = fs::file_time_type::clock::now() - std::chrono::hours(1);
    for (const fs::path& file : folder.files()) fs::last_write_time(file, before);
    Store store(folder.path(), 10000);
    store.get('u', key(7));
    store.get('u', key(93));
    store.put('u', key(1000), content);
    store.trim();
    EXPECT_LE(sizeOf(folder), 10500u);  // its own notes are not counted
    for (int used : {7, 93, 1000}) EXPECT_THAT(store.get('u', key(used)), Optional(content)) << used;
    size_t left = 0;
    for (int i = 0; i < 100; ++i) left += store.get('u', key(i)).has_value();
    EXPECT_GT(left, 4u);
    EXPECT_LT(left, 11u);
}

// Scans that share a folder: nothing that is read is ever half of something.
TEST(Store, SeveralCanUseOneFolder) {
    test::Folder folder;
    const auto contentOf = [](int i) { return std::string(10000, static_cast<char>('a' + i)); };
    std::vector<std::jthread> threads;
    std::atomic<int> wrong = 0, found = 0;
    for (int user = 0; user < 4; ++user)
        threads.emplace_back([&] {
            Store store(folder.path(), 40000);
            for (int round = 0; round < 50; ++round)
                for (int i = 0; i < 8; ++i) {
                    store.put('u', key(i), contentOf(i));
                    const auto got = store.get('u', key((i + round) % 8));
                    if (got) ++found;
                    if (got && *got != contentOf((i + round) % 8)) ++wrong;
                    store.trim();
                }
            if (store.damaged() > 0 || store.firstError()) ++wrong;
        });
    threads.clear();
    EXPECT_EQ(wrong, 0);
    EXPECT_GT(found, 0);
    EXPECT_LE(sizeOf(folder), 60000u);
}

TEST(Store, WhatCannotBeWrittenIsSaidOnce) {
    test::Folder folder;
    folder.write("file", "");
    Store store(folder.path("file/cache"), kLarge);
    store.put('u', key(1), "one");
    store.put('u', key(2), "two");
    ASSERT_TRUE(store.firstError());
    EXPECT_THAT(toString(*store.firstError()), HasSubstr("file/cache: cannot be made: "));
}

}  // namespace
}  // namespace raddle::cache
