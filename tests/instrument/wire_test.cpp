#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <string>

#include "core/wire/format.h"
#include "core/wire/varint.h"

namespace {

TEST(Varint, RoundTripsAtEveryLength) {
    for (unsigned bits = 0; bits <= 64; ++bits) {
        const uint64_t value = bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1;
        uint8_t bytes[kRaddleMaxVarint];
        const uint8_t* end = raddlePutVarint(bytes, value);
        EXPECT_EQ(static_cast<unsigned>(end - bytes), bits == 0 ? 1 : (bits + 6) / 7);
        uint64_t read = 1;
        EXPECT_EQ(raddleGetVarint(bytes, end, &read), end);
        EXPECT_EQ(read, value);
        for (const uint8_t* cut = bytes; cut < end; ++cut) EXPECT_EQ(raddleGetVarint(bytes, cut, &read), nullptr);
    }
}

TEST(Varint, RefusesMoreThan64Bits) {
    uint8_t bytes[11];
    memset(bytes, 0xff, sizeof bytes);
    uint64_t value = 0;
    EXPECT_EQ(raddleGetVarint(bytes, bytes + sizeof bytes, &value), nullptr);
    bytes[9] = 2;
    EXPECT_EQ(raddleGetVarint(bytes, bytes + sizeof bytes, &value), nullptr);
}

TEST(Zigzag, MakesSmallDifferencesSmall) {
    EXPECT_EQ(raddleZigzag(0), 0u);
    EXPECT_EQ(raddleZigzag(static_cast<uint64_t>(-1)), 1u);
    EXPECT_EQ(raddleZigzag(1), 2u);
    for (const uint64_t value : {uint64_t{0}, uint64_t{5}, ~uint64_t{0}, uint64_t{1} << 63, uint64_t{0x7f0123456789}})
        EXPECT_EQ(raddleUnzigzag(raddleZigzag(value)), value);
}

// Readers are driven by this table.
TEST(Ops, AreDistinctAndKnownOperands) {
    std::set<int> codes;
    const auto check = [&](int code, const std::string& operands) {
        EXPECT_TRUE(codes.insert(code).second) << code;
        EXPECT_LT(code, 0x80);
        EXPECT_EQ(operands.find_first_not_of("STFKuaPsL"), std::string::npos);
        // A left-out slot has to be the first operand.
        EXPECT_EQ(operands.find('S', 1), std::string::npos);
    };
#define RADDLE_CHECK(name, code, operands) check(code, operands);
    RADDLE_OPS(RADDLE_CHECK)
#undef RADDLE_CHECK
}

TEST(Header, MagicIsEightBytes) {
    EXPECT_EQ(strlen(RADDLE_FILE_MAGIC), 8u);
    const uint64_t magic = RADDLE_CHUNK_MAGIC;
    EXPECT_EQ(memcmp(&magic, "RDDCHNK1", 8), 0);
}

}  // namespace
