// A plain decoder of recordings for the tests of the recorder, written from docs/trace-format.md alone. Throws
// std::runtime_error on anything that the format does not allow, so a test that decodes also validates.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/wire/format.h"

namespace raddle::test {

struct DecodedSite {
    uint32_t kind = 0;
    uint64_t object = 0;
    std::vector<uint64_t> frames;
};

struct DecodedEvent {
    uint8_t op = 0;
    uint64_t ticks = 0;
    DecodedSite site;                  // operand S
    DecodedSite secondSite;            // operand T
    uint64_t function = 0;             // operand F
    std::vector<uint64_t> stack;       // operands K and P
    std::vector<uint64_t> numbers;     // operands u and a
    std::vector<std::string> strings;  // operands s and L
};

struct DecodedThread {
    uint32_t image = 0;
    uint32_t pid = 0;
    uint32_t tid = 0;
    std::vector<DecodedEvent> events;

    std::vector<DecodedEvent> all(uint8_t op) const;
    size_t count(uint8_t op) const { return all(op).size(); }
};

struct Recording {
    RaddleFileHeader header = {};
    std::map<uint32_t, DecodedThread> threads;  // by serial
    std::vector<RaddleLockCount> lockCounts;    // rows in use
    std::vector<RaddleCallCount> callCounts;    // the same
    uint64_t bytes = 0;                         // committed, with definitions
    uint64_t events = 0;                        // timed
    uint64_t fileSize = 0;
    uint64_t dropped = 0;  // as the chunks and Dropped events say

    std::vector<DecodedEvent> all(uint8_t op) const;
    size_t count(uint8_t op) const { return all(op).size(); }
    double ticksToNs() const;
};

Recording decode(const std::string& path);
const char* opName(uint8_t op);

}  // namespace raddle::test
