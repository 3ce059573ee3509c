#include <gtest/gtest.h>

#include <random>

#include "tests/support/recording_sample.h"

namespace raddle::trace {
namespace {

using test::readAndReport;
using test::sampleRecording;

std::string bytesOf(uint64_t value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

// One change of the kinds that find bugs in decoders: bits, runs of extreme bytes, numbers, pieces moved.
void mutate(std::string& bytes, std::minstd_rand& random) {
    size_t at = random() % bytes.size();
    size_t length = std::min<size_t>(bytes.size() - at, 1 + random() % 16);
    switch (random() % 6) {
        case 0:
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random() % 8)));
            break;
        case 1:
            bytes.replace(at, length, std::string(length, random() % 2 ? '\xff' : '\0'));
            break;
        case 2:
            bytes.replace(at, 8, bytesOf(uint64_t{1} << (random() % 64)));
            break;
        case 3:
            bytes.erase(at, length);
            break;
        case 4:
            bytes.insert(at, bytes.substr(random() % bytes.size(), length));
            break;
        default:
            bytes[at] = static_cast<char>(random());
            break;
    }
}

TEST(HostileInput, AnyTruncationIsReadOrRefused) {
    std::string bytes = sampleRecording().bytes();
    for (size_t size = 0; size < bytes.size(); ++size)
        // Inside the header every cut is the same.
        if (size < 16 || size >= kRaddleHeaderSize - 4) readAndReport(bytes.substr(0, size));
    EXPECT_TRUE(readAndReport(bytes));
}

TEST(HostileInput, BitFlipsAreReadOrRefused) {
    const std::string bytes = sampleRecording().bytes();
    constexpr size_t kUsedHeader = 320;  // the rest of the page is padding
    for (size_t bit = 0; bit < bytes.size() * 8; bit += 5) {
        if (bit / 8 >= kUsedHeader && bit / 8 < kRaddleHeaderSize) continue;
        std::string flipped = bytes;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        readAndReport(flipped);
    }
}

TEST(HostileInput, AnyMutationIsReadOrRefused) {
    const std::string bytes = sampleRecording().bytes();
    std::minstd_rand random(1);
    int read = 0;
    for (int round = 0; round < 4000; ++round) {
        std::string chunks = bytes.substr(kRaddleHeaderSize);
        for (unsigned changes = 1 + random() % 6; changes > 0; --changes) mutate(chunks, random);
        read += readAndReport(bytes.substr(0, kRaddleHeaderSize) + chunks);
    }
    EXPECT_EQ(read, 4000) << "a sound header is never refused";
}

}  // namespace
}  // namespace raddle::trace
