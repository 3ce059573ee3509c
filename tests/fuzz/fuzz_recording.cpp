// Feeds the reader a sound file header followed by whatever the fuzzer makes of the chunks. The input is
// seeded with the sample recording's chunks, and the header's own fields are varied by its first bytes.
#include <cstring>
#include <random>

#include "tests/support/recording_sample.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t maxSize);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const std::string kHeader = raddle::test::sampleRecording().bytes().substr(0, kRaddleHeaderSize);
    raddle::test::readAndReport(kHeader + std::string(reinterpret_cast<const char*>(data), size));
    return 0;
}

// An empty corpus starts from the sample; most mutations keep the chunks' headers, which are easily broken.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t maxSize, unsigned int seed) {
    static const std::string kChunks = raddle::test::sampleRecording().bytes().substr(kRaddleHeaderSize);
    std::minstd_rand random(seed);
    if (size < kRaddleChunkHeaderSize || random() % 64 == 0) {
        size = std::min(maxSize, kChunks.size());
        std::memcpy(data, kChunks.data(), size);
    }
    if (size < kRaddleChunkHeaderSize + 8) return size;
    if (random() % 8 == 0) return LLVMFuzzerMutate(data, size, maxSize);
    size_t at = kRaddleChunkHeaderSize + random() % (size - kRaddleChunkHeaderSize);
    size_t length = std::min<size_t>(size - at, 1 + random() % 32);
    LLVMFuzzerMutate(data + at, length, length);
    return size;
}
