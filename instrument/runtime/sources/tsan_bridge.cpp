#include "instrument/runtime/sources/tsan_bridge.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "instrument/runtime/base/elf_symbols.h"
#include "instrument/runtime/base/hook.h"
#include "instrument/runtime/events/sized_event.h"

namespace raddle::rt {

namespace {

// As declared in compiler-rt's include/sanitizer/tsan_interface.h and tsan_interface.h of its runtime.
struct TsanApi {
    void (*onReport)(void*);
    int (*data)(void* report, const char** kind, int* count, int* stacks, int* accesses, int* places, int* mutexes,
                int* threads, int* uniqueTids, void** sleepTrace, uintptr_t traceSize);
    int (*stack)(void* report, uintptr_t index, uintptr_t* trace, uintptr_t traceSize);
    int (*access)(void* report, uintptr_t index, int* thread, void** address, int* size, int* isWrite, int* isAtomic,
                  uintptr_t* trace, uintptr_t traceSize);
    int (*place)(void* report, uintptr_t index, const char** type, void** address, uintptr_t* start, uintptr_t* size,
                 int* thread, int* fd, int* suppressable, uintptr_t* trace, uintptr_t traceSize);
    int (*mutex)(void* report, uintptr_t index, uintptr_t* id, void** address, int* destroyed, uintptr_t* trace,
                 uintptr_t traceSize);
    int (*thread)(void* report, uintptr_t index, int* id, uint64_t* tid, int* running, const char** name, int* parent,
                  uintptr_t* trace, uintptr_t traceSize);
};

const char* const kApiNames[] = {
    "__tsan_on_report",      "__tsan_get_report_data",  "__tsan_get_report_stack",  "__tsan_get_report_mop",
    "__tsan_get_report_loc", "__tsan_get_report_mutex", "__tsan_get_report_thread",
};
constexpr size_t kApiCount = sizeof kApiNames / sizeof *kApiNames;
static_assert(sizeof(TsanApi) == kApiCount * sizeof(void*));

TsanApi g_tsan;

constexpr size_t kMostText = 256;

// A trace as ThreadSanitizer gives it: return addresses up to a zero, each repeated for the calls inlined there.
struct Trace {
    uintptr_t pcs[kRaddleMaxFrames] = {};

    void put(SizedEvent& event) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < kRaddleMaxFrames && pcs[i]; ++i)
            if (count == 0 || pcs[i] != pcs[count - 1]) pcs[count++] = pcs[i];
        event.frames(pcs, count);
    }
};

size_t lengthOf(const char* text) {
    return text ? strnlen(text, kMostText) : 0;
}

uint64_t word(const void* address) {
    return reinterpret_cast<uint64_t>(address);
}

// ThreadSanitizer's number of a thread, -1 for none.
uint64_t threadNumber(int thread) {
    return thread < 0 ? UINT32_MAX : static_cast<uint32_t>(thread);
}

void writeReport(ThreadState* state, uint64_t ticks, const char* kind, int count) {
    SizedEvent event;
    const size_t length = lengthOf(kind);
    if (!event.begin(state, kRaddleTsanReport, ticks, kMostText + kRaddleMaxVarint)) return;
    event.writer.string(kind, length);
    event.writer.number(count > 0 ? static_cast<uint64_t>(count) : 1);
    event.commit();
}

void writeAccess(ThreadState* state, uint64_t ticks, void* report, uintptr_t index) {
    Trace trace;
    int thread = -1, size = 0, isWrite = 0, isAtomic = 0;
    void* address = nullptr;
    g_tsan.access(report, index, &thread, &address, &size, &isWrite, &isAtomic, trace.pcs, kRaddleMaxFrames);
    SizedEvent event;
    if (!event.begin(state, kRaddleTsanAccess, ticks, kFramesRoom + 4 * size_t{kRaddleMaxVarint})) return;
    event.writer.number(threadNumber(thread));
    event.writer.number((isWrite ? kRaddleTsanWrite : 0u) | (isAtomic ? kRaddleTsanAtomic : 0u));
    event.writer.number(word(address));
    event.writer.number(static_cast<uint32_t>(size));
    trace.put(event);
    event.commit();
}

void writePlace(ThreadState* state, uint64_t ticks, void* report, uintptr_t index) {
    Trace trace;
    const char* type = nullptr;
    void* address = nullptr;
    uintptr_t start = 0, size = 0;
    int thread = -1, fd = -1, suppressable = 0;
    g_tsan.place(report, index, &type, &address, &start, &size, &thread, &fd, &suppressable, trace.pcs,
                 kRaddleMaxFrames);
    SizedEvent event;
    if (!event.begin(state, kRaddleTsanPlace, ticks, kMostText + kFramesRoom + 4 * size_t{kRaddleMaxVarint})) return;
    event.writer.string(type, lengthOf(type));
    event.writer.number(start ? start : word(address));
    event.writer.number(size);
    event.writer.number(threadNumber(thread));
    trace.put(event);
    event.commit();
}

void writeMutex(ThreadState* state, uint64_t ticks, void* report, uintptr_t index) {
    Trace trace;
    uintptr_t id = 0;
    void* address = nullptr;
    int destroyed = 0;
    g_tsan.mutex(report, index, &id, &address, &destroyed, trace.pcs, kRaddleMaxFrames);
    SizedEvent event;
    if (!event.begin(state, kRaddleTsanMutex, ticks, kFramesRoom + 3 * size_t{kRaddleMaxVarint})) return;
    event.writer.number(id);
    event.writer.number(word(address));
    event.writer.number(destroyed != 0);
    trace.put(event);
    event.commit();
}

void writeThread(ThreadState* state, uint64_t ticks, void* report, uintptr_t index) {
    Trace trace;
    const char* name = nullptr;
    int id = -1, running = 0, parent = -1;
    uint64_t tid = 0;
    g_tsan.thread(report, index, &id, &tid, &running, &name, &parent, trace.pcs, kRaddleMaxFrames);
    SizedEvent event;
    if (!event.begin(state, kRaddleTsanThread, ticks, kMostText + kFramesRoom + 4 * size_t{kRaddleMaxVarint})) return;
    event.writer.number(threadNumber(id));
    event.writer.number(tid & UINT32_MAX);
    event.writer.number(threadNumber(parent));
    event.writer.string(name, lengthOf(name));
    trace.put(event);
    event.commit();
}

void writeStack(ThreadState* state, uint64_t ticks, void* report, uintptr_t index) {
    Trace trace;
    g_tsan.stack(report, index, trace.pcs, kRaddleMaxFrames);
    SizedEvent event;
    if (!event.begin(state, kRaddleTsanStack, ticks, kFramesRoom)) return;
    trace.put(event);
    event.commit();
}

// Called by ThreadSanitizer with its own locks held, in the thread that found it.
void onReport(void* report) {
    ThreadState* state = current();
    if (!state || !report) return;
    const int savedErrno = errno;
    const uint64_t ticks = now();
    const char* kind = nullptr;
    int count = 0, stacks = 0, accesses = 0, places = 0, mutexes = 0, threads = 0, uniqueTids = 0;
    void* sleepTrace[1] = {};
    g_tsan.data(report, &kind, &count, &stacks, &accesses, &places, &mutexes, &threads, &uniqueTids, sleepTrace, 1);
    writeReport(state, ticks, kind, count);
    const auto writeAll = [&](int parts, void (*write)(ThreadState*, uint64_t, void*, uintptr_t)) {
        for (int i = 0; i < parts; ++i) write(state, ticks, report, static_cast<uintptr_t>(i));
    };
    writeAll(threads, writeThread);
    writeAll(mutexes, writeMutex);
    writeAll(places, writePlace);
    writeAll(accesses, writeAccess);
    writeAll(stacks, writeStack);
    errno = savedErrno;
}

#if defined(__x86_64__)

constexpr size_t kJumpSize = 14;

// The length of the no-operation at `code`, in the forms that assemblers fill gaps with; 0 when it is none.
size_t noOperation(const uint8_t* code) {
    if (code[0] == 0x90 || code[0] == 0xcc || code[0] == 0) return 1;
    size_t at = 0;
    while (code[at] == 0x66 && at < 8) ++at;
    if (code[at] == 0x90) return at + 1;
    if (code[at] == 0x2e) ++at;
    if (code[at] != 0x0f || code[at + 1] != 0x1f) return 0;
    const uint8_t form = code[at + 2];
    const size_t base = (form & 7) == 4 ? 1 : 0;
    constexpr size_t kDisplacement[] = {0, 1, 4};
    return form >> 6 == 3 ? 0 : at + 3 + base + kDisplacement[form >> 6];
}

bool isEmpty(const uint8_t* code) {
    const uint8_t entry[] = {0xf3, 0x0f, 0x1e, 0xfa};
    const uint8_t frame[] = {0x55, 0x48, 0x89, 0xe5, 0x5d};
    size_t at = 0;
    if (memcmp(code, entry, sizeof entry) == 0) at += sizeof entry;
    if (memcmp(code + at, frame, sizeof frame) == 0) at += sizeof frame;
    if (code[at++] != 0xc3) return false;
    while (at < kJumpSize) {
        const size_t length = noOperation(code + at);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

#endif

}  // namespace

bool replaceEmptyFunction(void* function, void* target) {
#if defined(__x86_64__)
    auto* code = static_cast<uint8_t*>(function);
    if (!isEmpty(code)) return false;
    const uintptr_t first = reinterpret_cast<uintptr_t>(code) & ~uintptr_t{4095};
    const uintptr_t end = (reinterpret_cast<uintptr_t>(code) + kJumpSize + 4095) & ~uintptr_t{4095};
    const auto protect = [&](int protection) {
        return systemCall(SYS_mprotect, static_cast<long>(first), static_cast<long>(end - first), protection) == 0;
    };
    if (!protect(PROT_READ | PROT_WRITE | PROT_EXEC)) return false;
    const uint8_t jump[] = {0xff, 0x25, 0, 0, 0, 0};  // to the address behind it
    memcpy(code, jump, sizeof jump);
    memcpy(code + sizeof jump, &target, sizeof target);
    protect(PROT_READ | PROT_EXEC);
    return true;
#else
    return function == target;
#endif
}

void bridgeTsan(ThreadState* state) {
    const char* const name = "__tsan_init";
    void* init = nullptr;
    findExported(&name, &init, 1);
    if (!init) return;
    void* found[kApiCount] = {};
    findInModuleOf(init, kApiNames, found, kApiCount);
    for (void* const function : found)
        if (!function)
            return recordNote(state,
                              "ThreadSanitizer's reports are not recorded: the program is stripped of its symbols");
    memcpy(&g_tsan, found, sizeof g_tsan);
    if (!replaceEmptyFunction(found[0], reinterpret_cast<void*>(onReport)))
        recordNote(state, "ThreadSanitizer's reports are not recorded: the program has an __tsan_on_report of its own");
}

}  // namespace raddle::rt
