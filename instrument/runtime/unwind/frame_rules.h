// How to get from a function's registers to its caller's, from the unwind tables that compilers write for exceptions
// (.eh_frame: DWARF 5, 6.4 "Call Frame Information"; .eh_frame_hdr: Linux Standard Base, 10.6). Of the registers only
// the stack and frame pointer are followed: these are what compiled code on x86-64 finds its frames by.
// Reads nothing but the tables, never allocates or locks: some hundred nanoseconds an answer, so answers are kept
// (events/stack_walk.cpp). What the tables do not say in these terms is `unknown`, which is rare (hand-written code).
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace raddle::rt {

// The frame address (the stack pointer before the call) is a base register plus `frame`; the return address is in the
// word below it.
struct FrameRule {
    enum Base : uint32_t {
        unknown,
        fromStackPointer,
        fromFramePointer,
        atFramePointer,  // kept in the word at frame pointer plus `frame`
        signalFrame,     // the kernel's: a ucontext_t is at the stack pointer
        outermost        // nothing called this
    };
    enum Saved : uint32_t { unchanged, belowFrame, byFramePointer };

    Base base = unknown;
    Saved saved = unchanged;   // where the caller's frame pointer is
    int32_t frame = 0;         // |frame| and |framePointer| are below 2^26
    int32_t framePointer = 0;  // its place from the frame address, or from the frame pointer

    bool operator==(const FrameRule&) const = default;
};

// Of the instruction at `pc`, by the table `header` (.eh_frame_hdr as it is loaded) of the module that it is in.
FrameRule findFrameRule(const uint8_t* header, uintptr_t pc);

}  // namespace raddle::rt
