/* Varints: seven bits a byte, least significant first, the high bit set on all but the last byte. Writers
 * need up to kRaddleMaxVarint bytes of room; readers never look past `end`. No state, no allocation. */
#ifndef RADDLE_CORE_WIRE_VARINT_H
#define RADDLE_CORE_WIRE_VARINT_H

#include <stdint.h>

enum { kRaddleMaxVarint = 10 };

/* Writes `value` at `at` and returns the byte after it. */
static inline uint8_t* raddlePutVarint(uint8_t* at, uint64_t value) {
    while (value >= 0x80) {
        *at++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *at++ = (uint8_t)value;
    return at;
}

/* Reads a varint into `value` and returns the byte after it, or null when it is cut off or over 64 bits. */
static inline const uint8_t* raddleGetVarint(const uint8_t* at, const uint8_t* end, uint64_t* value) {
    uint64_t result = 0;
    for (unsigned shift = 0; shift < 64 && at < end; shift += 7) {
        const uint8_t byte = *at++;
        if (shift == 63 && byte > 1) break;
        result |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *value = result;
            return at;
        }
    }
    return 0;
}

/* Small differences of either sign become small numbers: 0, -1, 1, -2, … -> 0, 1, 2, 3, … */
static inline uint64_t raddleZigzag(uint64_t difference) {
    return (difference << 1) ^ (0 - (difference >> 63));
}

static inline uint64_t raddleUnzigzag(uint64_t value) {
    return (value >> 1) ^ (0 - (value & 1));
}

#endif
