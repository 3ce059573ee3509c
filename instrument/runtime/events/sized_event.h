// One event that carries its own length (ops from kRaddleFirstSized on), so that readers which do not know it can
// pass over it.
//
//     SizedEvent event;
//     if (!event.begin(state, kRaddleNote, now(), length)) return;
//     event.writer.string(text, length);
//     event.commit();
#pragma once

#include "instrument/runtime/events/writer.h"

namespace raddle::rt {

struct SizedEvent {
    Writer writer;
    uint8_t* start;

    // `operands`: how many bytes they take at most; below 16,384.
    RADDLE_INLINE bool begin(ThreadState* state, uint8_t code, uint64_t ticks, size_t operands) {
        if (!writer.begin(state, kSmallEvent + operands)) return false;
        writer.op(code, ticks);
        start = writer.at += 2;
        return true;
    }
    void frames(const uintptr_t* pcs, uint32_t count) {
        writer.number(count);
        for (uint32_t i = 0; i < count; ++i) writer.number(i == 0 ? pcs[0] : raddleZigzag(pcs[i] - pcs[i - 1]));
    }
    RADDLE_INLINE void commit() {
        putLength();
        writer.commit();
    }
    // From a signal handler: what has to be seen to afterwards is left to the next event.
    RADDLE_INLINE void publish() {
        putLength();
        writer.publish();
    }
    RADDLE_INLINE void putLength() {
        const auto length = static_cast<size_t>(writer.at - start);
        start[-2] = static_cast<uint8_t>(length | 0x80);
        start[-1] = static_cast<uint8_t>(length >> 7);
    }
};

inline constexpr size_t kFramesRoom = size_t{kRaddleMaxVarint} * (kRaddleMaxFrames + 1);

// Something a user should know about what could not be recorded, in one sentence; it ends up in the report.
inline void recordNote(ThreadState* state, const char* text) {
    const size_t length = __builtin_strlen(text);
    SizedEvent event;
    if (!event.begin(state, kRaddleNote, now(), length)) return;
    event.writer.string(text, length);
    event.commit();
}

}  // namespace raddle::rt
