#include "analyzer/ir/binary.h"

#include <gmock/gmock.h>

#include <random>

#include "analyzer/ir/parse.h"
#include "analyzer/ir/print.h"
#include "tests/analyzer/ir/everything.h"

namespace raddle::ir {
namespace {

using testing::HasSubstr;

Unit everything() {
    Unit unit = *parse(test::kEverything, "test.ir");
    unit.error = Error{"unknown type", "queue.c", 7, 3};
    return unit;
}

std::string errorOf(std::string_view bytes) {
    Result<Unit> unit = decode(bytes, "u.unit");
    return unit.ok() ? "read" : toString(unit.error());
}

TEST(UnitBytes, WhatIsWrittenReadsToTheSame) {
    const Unit unit = everything();
    const std::string bytes = encode(unit);
    Result<Unit> read = decode(bytes, "u.unit");
    ASSERT_TRUE(read.ok()) << toString(read.error());
    EXPECT_EQ(print(*read), test::kEverything);
    EXPECT_EQ(read->file, unit.file);
    EXPECT_EQ(read->globals, unit.globals);
    EXPECT_EQ(read->functions, unit.functions);
    EXPECT_EQ(read->overrides, unit.overrides);
    EXPECT_EQ(read->contracts, unit.contracts);
    EXPECT_EQ(read->opaque, unit.opaque);
    EXPECT_EQ(read->error, unit.error);
    EXPECT_EQ(encode(*read), bytes);
    EXPECT_LT(bytes.size(), std::string_view(test::kEverything).size());
}

TEST(UnitBytes, TextsCanBeRenamedOnTheirWay) {
    const auto out = [](std::string_view text) { return "x" + std::string(text); };
    const auto in = [](std::string_view text) { return std::string(text.substr(1)); };
    const std::string bytes = encode(everything(), out);
    EXPECT_EQ(decode(bytes, "u.unit")->file, "xqueue.c");
    EXPECT_EQ(decode(bytes, "u.unit")->error->file, "xqueue.c");
    EXPECT_EQ(print(*decode(bytes, "u.unit", in)), test::kEverything);
    // Two texts that become one would make two names one.
    const auto same = [](std::string_view) { return std::string("same"); };
    EXPECT_EQ(errorOf(encode(everything(), same)), "u.unit: a damaged unit");
}

TEST(UnitBytes, OtherInputIsAnErrorThatNamesTheFile) {
    const std::string bytes = encode(everything());
    EXPECT_EQ(errorOf(""), "u.unit: not a unit");
    EXPECT_EQ(errorOf("unit \"queue.c\"\n"), "u.unit: not a unit");
    std::string later = bytes;
    ++later[std::string_view("RADDLEUNIT").size()];
    EXPECT_THAT(errorOf(later), HasSubstr("u.unit: a unit of version 3; this raddle reads version 2"));
    EXPECT_EQ(errorOf(bytes + "x"), "u.unit: a damaged unit");
    for (size_t size = 11; size < bytes.size(); ++size)
        ASSERT_EQ(errorOf(bytes.substr(0, size)), "u.unit: a damaged unit") << size;
}

// Whatever reads must be sound: what is printed names every index there is.
TEST(UnitBytes, DamagedBytesAreRefusedOrReadToASoundUnit) {
    const std::string bytes = encode(everything());
    std::minstd_rand random(7);
    size_t read = 0;
    for (int round = 0; round < 4000; ++round) {
        std::string damaged = bytes;
        for (unsigned change = 0; change <= random() % 3; ++change)
            damaged[11 + random() % (damaged.size() - 11)] = static_cast<char>(random());
        if (Result<Unit> unit = decode(damaged, "u.unit"); unit.ok()) {
            ++read;
            ASSERT_FALSE(print(*unit).empty());
        }
    }
    EXPECT_GT(read, 20u);
    EXPECT_LT(read, 3980u);
}

}  // namespace
}  // namespace raddle::ir
