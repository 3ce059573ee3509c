// Stacks by the runtime's rules against those that the C library's unwinder finds, from where each of these is special:
// under a library's code without frame pointers, a frame of variable size, an aligned one, a signal handler.
#include <alloca.h>
#include <execinfo.h>
#include <gtest/gtest.h>
#include <link.h>
#include <signal.h>
#include <ucontext.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <vector>

#include "instrument/runtime/unwind/frame_rules.h"

#if defined(__x86_64__)

namespace raddle::rt {
namespace {

using Pcs = std::vector<uintptr_t>;

struct Search {
    uintptr_t pc;
    const uint8_t* table;
};

int visit(dl_phdr_info* info, size_t, void* argument) {
    auto* search = static_cast<Search*>(argument);
    const uint8_t* table = nullptr;
    bool isHere = false;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        const ElfW(Phdr)& segment = info->dlpi_phdr[i];
        const uintptr_t low = info->dlpi_addr + segment.p_vaddr;
        if (segment.p_type == PT_GNU_EH_FRAME) table = reinterpret_cast<const uint8_t*>(low);
        if (segment.p_type == PT_LOAD && search->pc >= low && search->pc < low + segment.p_memsz) isHere = true;
    }
    if (isHere) search->table = table;
    return isHere;
}

FrameRule ruleAt(uintptr_t pc) {
    Search search = {pc, nullptr};
    dl_iterate_phdr(visit, &search);
    return search.table ? findFrameRule(search.table, pc) : FrameRule{};
}

uintptr_t word(uintptr_t address) {
    uintptr_t value;
    std::memcpy(&value, reinterpret_cast<const void*>(address), sizeof value);
    return value;
}

// The return addresses from these registers on.
Pcs walk(uintptr_t pc, uintptr_t stack, uintptr_t framePointer, bool isCall) {
    Pcs pcs;
    for (int i = 0; i < 64; ++i) {
        const FrameRule rule = ruleAt(pc - isCall);
        uintptr_t frame = 0;
        const auto offset = static_cast<uintptr_t>(intptr_t{rule.frame});
        if (rule.base == FrameRule::fromStackPointer) frame = stack + offset;
        if (rule.base == FrameRule::fromFramePointer) frame = framePointer + offset;
        if (rule.base == FrameRule::atFramePointer) frame = word(framePointer + offset);
        if (frame == 0) break;
        const auto place = static_cast<uintptr_t>(intptr_t{rule.framePointer});
        if (rule.saved == FrameRule::belowFrame) framePointer = word(frame + place);
        if (rule.saved == FrameRule::byFramePointer) framePointer = word(framePointer + place);
        pc = word(frame - sizeof(uintptr_t));
        stack = frame;
        isCall = true;
        if (pc == 0) break;
        pcs.push_back(pc);
    }
    return pcs;
}

Pcs g_ours;
Pcs g_theirs;

// Both begin with where this was called.
__attribute__((noinline)) void look() {
    const auto frame = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
    const uintptr_t caller = word(frame + sizeof(uintptr_t));
    g_ours = walk(caller, frame + 2 * sizeof(uintptr_t), word(frame), true);
    void* all[70];
    const int count = backtrace(all, 70);
    g_theirs.clear();
    bool isAbove = false;
    for (int i = 0; i < count; ++i) {
        const auto pc = reinterpret_cast<uintptr_t>(all[i]);
        if (isAbove) g_theirs.push_back(pc);
        isAbove = isAbove || pc == caller;
    }
}

int lookWhileSorting(const void* a, const void* b) {
    look();
    return *static_cast<const int*>(a) - *static_cast<const int*>(b);
}

__attribute__((noinline)) int inVariableFrame(int size) {
    auto* bytes = static_cast<volatile char*>(alloca(static_cast<size_t>(size)));
    bytes[0] = 1;
    look();
    return bytes[0];
}

__attribute__((noinline)) int inAlignedFrame(int size) {
    alignas(128) volatile char aligned[256];
    auto* bytes = static_cast<volatile char*>(alloca(static_cast<size_t>(size)));
    aligned[0] = 1;
    bytes[0] = 1;
    look();
    return aligned[0] + bytes[0];
}

void expectSame(size_t atLeast) {
    EXPECT_GE(g_theirs.size(), atLeast);
    // What the C library calls the end may be one frame later.
    const size_t count = std::min(g_ours.size(), g_theirs.size());
    EXPECT_GE(count + 1, g_theirs.size());
    EXPECT_EQ(Pcs(g_ours.begin(), g_ours.begin() + static_cast<ptrdiff_t>(count)),
              Pcs(g_theirs.begin(), g_theirs.begin() + static_cast<ptrdiff_t>(count)));
}

TEST(UnwindRules, LeadThroughCodeOfLibraries) {
    int numbers[] = {3, 1, 2};
    std::qsort(numbers, 3, sizeof *numbers, lookWhileSorting);
    expectSame(5);
}

TEST(UnwindRules, LeadThroughFramesOfVariableSize) {
    EXPECT_EQ(inVariableFrame(std::rand() % 100 + 100), 1);
    expectSame(4);
    EXPECT_EQ(inAlignedFrame(std::rand() % 100 + 100), 2);
    expectSame(4);
    const std::function<int(int)> behind = [](int size) { return size > 100 ? inAlignedFrame(size) : 0; };
    EXPECT_EQ(behind(200), 2);
    expectSame(5);
}

TEST(UnwindRules, EndAtTheKernelsFrameOfASignal) {
    static FrameRule::Base atReturn;
    signal(SIGUSR1,
           [](int) { atReturn = ruleAt(word(reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) + 8)).base; });
    raise(SIGUSR1);
    signal(SIGUSR1, SIG_DFL);
    EXPECT_EQ(atReturn, FrameRule::signalFrame);
}

TEST(UnwindRules, AreUnknownWhereNothingIsSaid) {
    static const int data = 0;
    EXPECT_EQ(ruleAt(reinterpret_cast<uintptr_t>(&data)).base, FrameRule::unknown);
    const uint8_t otherVersion[16] = {2};
    EXPECT_EQ(findFrameRule(otherVersion, reinterpret_cast<uintptr_t>(&look)).base, FrameRule::unknown);
}

}  // namespace
}  // namespace raddle::rt

#endif
