// OpenMP. LLVM's runtime (libomp) asks the process for a tool by ompt_start_tool and calls back (OpenMP API 5.2,
// chapter 19, "OMPT Interface"). GCC's (libgomp) has no such interface: there what compilers call is interposed, as far
// as it says when a thread's part of a region begins and ends.
//
// A thread's part of a parallel region ends where it comes to the barrier at the region's end: threads of libomp wait
// there until they are needed for the next region, which is not the region's time. The thread that began the region
// waits for the others there.
#include <string.h>

#include "instrument/runtime/base/hook.h"
#include "instrument/runtime/events/sized_event.h"
#include "instrument/runtime/hooks/lock_hooks.h"

using namespace raddle::rt;

namespace {

union Data {
    uint64_t value;
    void* pointer;
};

enum Endpoint { kBegin = 1, kEnd = 2 };
enum SyncKind { kTaskWait = 5, kTaskGroup = 6, kBarrierOfRegionsEnd = 9 };
enum MutexKind { kTestLock = 2, kTestNestLock = 4 };
enum TaskFlag { kInitialTask = 1 };
enum Callback {
    kParallelBegin = 3,
    kImplicitTask = 7,
    kSyncRegionWait = 16,
    kMutexReleased = 17,
    kWork = 20,
    kMutexAcquire = 26,
    kMutexAcquired = 27
};

bool g_hasTool;  // libomp calls back; what it exports of libgomp's interface is seen there

using AnyCallback = void (*)();
using SetCallback = int (*)(int event, AnyCallback callback);
using Lookup = AnyCallback (*)(const char* name);

void beginRegion(RaddleRegionKind kind, uintptr_t code) {
    ThreadState* state = current();
    SizedEvent event;
    if (!state || !event.begin(state, kRaddleRegionBegin, now(), 2 * size_t{kRaddleMaxVarint})) return;
    event.writer.number(kind);
    event.writer.number(code);
    event.commit();
}

void endRegion() {
    ThreadState* state = current();
    SizedEvent event;
    if (state && event.begin(state, kRaddleRegionEnd, now(), 0)) event.commit();
}

void onParallelBegin(Data*, const void*, Data* parallel, unsigned, int, const void* code) {
    parallel->value = reinterpret_cast<uint64_t>(code);
}

// Of a task: 0 for the initial one, else 1 for the thread that began the region, 2 for the others, 3 once one of these
// has come to the end.
void onImplicitTask(int endpoint, Data* parallel, Data* task, unsigned, unsigned index, int flags) {
    if (flags & kInitialTask) return;
    if (endpoint == kBegin) {
        task->value = index == 0 ? 1 : 2;
        beginRegion(kRaddleRegionParallel, parallel ? parallel->value : 0);
    } else if (task->value == 1 || task->value == 2) {
        endRegion();
    }
}

void onSyncRegionWait(int kind, int endpoint, Data*, Data* task, const void* code) {
    ThreadState* state = current();
    // While it waits for tasks, a thread runs them.
    if (!state || !task || kind == kTaskWait || kind == kTaskGroup) return;
    if (task->value >= 2 && kind == kBarrierOfRegionsEnd) {
        if (endpoint == kBegin && task->value == 2) {
            endRegion();
            task->value = 3;
        }
        return;
    }
    auto* const caller = const_cast<void*>(code);
    if (endpoint == kBegin)
        recordWait(state, kRaddleBarrierWait, site(code, kRaddleBarrier, caller), {caller, __builtin_frame_address(0)});
    else if (endpoint == kEnd)
        recordWaitEnd(state, 0);
}

RaddleRegionKind kindOfWork(int work) {
    constexpr int kLoop = 1, kLoopStatic = 10, kLoopOther = 13;
    if (work == kLoop || (work >= kLoopStatic && work <= kLoopOther)) return kRaddleRegionLoop;
    return work == 2 ? kRaddleRegionSections : kRaddleRegionSingle;
}

void onWork(int work, int endpoint, Data*, Data*, uint64_t, const void* code) {
    constexpr int kSingleOther = 4;  // another thread has it
    if (work == kSingleOther) return;
    if (endpoint == kBegin) beginRegion(kindOfWork(work), reinterpret_cast<uintptr_t>(code));
    if (endpoint == kEnd) endRegion();
}

// Critical sections and OpenMP's locks.
bool isTest(int kind) {
    return kind == kTestLock || kind == kTestNestLock;
}

void onMutexAcquire(int kind, unsigned, unsigned, uint64_t mutex, const void* code) {
    ThreadState* state = current();
    if (!state || isTest(kind)) return;
    const auto where = site(reinterpret_cast<void*>(mutex), kRaddleMutex, const_cast<void*>(code));
    recordWait(state, kRaddleLockWait, where, {const_cast<void*>(code), __builtin_frame_address(0)});
}

void onMutexAcquired(int kind, uint64_t mutex, const void* code) {
    ThreadState* state = current();
    if (!state) return;
    if (isTest(kind))
        recordSite(state, kRaddleAcquire, now(),
                   site(reinterpret_cast<void*>(mutex), kRaddleMutex, const_cast<void*>(code)));
    else
        recordWaitEnd(state, 0);
}

void onMutexReleased(int, uint64_t mutex, const void* code) {
    ThreadState* state = current();
    const auto where = site(reinterpret_cast<void*>(mutex), kRaddleMutex, const_cast<void*>(code));
    if (state) recordRelease(state, now(), where);
}

int initialize(Lookup lookUp, int, Data*) {
    const auto set = reinterpret_cast<SetCallback>(lookUp("ompt_set_callback"));
    if (!set) return 0;
    g_hasTool = true;
    set(kParallelBegin, reinterpret_cast<AnyCallback>(onParallelBegin));
    set(kImplicitTask, reinterpret_cast<AnyCallback>(onImplicitTask));
    set(kSyncRegionWait, reinterpret_cast<AnyCallback>(onSyncRegionWait));
    set(kWork, reinterpret_cast<AnyCallback>(onWork));
    set(kMutexAcquire, reinterpret_cast<AnyCallback>(onMutexAcquire));
    set(kMutexAcquired, reinterpret_cast<AnyCallback>(onMutexAcquired));
    set(kMutexReleased, reinterpret_cast<AnyCallback>(onMutexReleased));
    return 1;
}

void finalize(Data*) {}

struct Tool {
    int (*initialize)(Lookup, int, Data*);
    void (*finalize)(Data*);
    Data data;
};
Tool g_tool = {initialize, finalize, {0}};

// libgomp: the function of a region, as each of its threads runs it.
struct GompRegion {
    void (*function)(void*);
    void* data;
};

void runRegion(void* argument) {
    const auto* region = static_cast<const GompRegion*>(argument);
    // One past the function's first byte, as a return address in it would be.
    beginRegion(kRaddleRegionParallel, reinterpret_cast<uintptr_t>(region->function) + 1);
    region->function(region->data);
    endRegion();
}

bool isSeen() {
    return !g_hasTool && current();
}

}  // namespace

// Called by libomp when it begins; null: no tool.
extern "C" __attribute__((visibility("default"))) void* ompt_start_tool(unsigned, const char*) {
    return current() ? &g_tool : nullptr;
}

using RegionFunction = void (*)(void*);

RADDLE_HOOK(void, GOMP_parallel, (RegionFunction function, void* data, unsigned threads, unsigned flags)) {
    const auto next = RADDLE_REAL_AS(GOMP_parallel, void (*)(RegionFunction, void*, unsigned, unsigned));
    GompRegion region = {function, data};
    isSeen() ? next(runRegion, &region, threads, flags) : next(function, data, threads, flags);
}

// Combined with a loop whose parts are handed out as threads come for them.
#define RADDLE_GOMP_LOOP(name)                                                                                       \
    RADDLE_HOOK(void, name,                                                                                          \
                (RegionFunction function, void* data, unsigned threads, long start, long end, long step, long chunk, \
                 unsigned flags)) {                                                                                  \
        const auto next =                                                                                            \
            RADDLE_REAL_AS(name, void (*)(RegionFunction, void*, unsigned, long, long, long, long, unsigned));       \
        GompRegion region = {function, data};                                                                        \
        isSeen() ? next(runRegion, &region, threads, start, end, step, chunk, flags)                                 \
                 : next(function, data, threads, start, end, step, chunk, flags);                                    \
    }

RADDLE_GOMP_LOOP(GOMP_parallel_loop_dynamic)
RADDLE_GOMP_LOOP(GOMP_parallel_loop_guided)
RADDLE_GOMP_LOOP(GOMP_parallel_loop_nonmonotonic_dynamic)
RADDLE_GOMP_LOOP(GOMP_parallel_loop_nonmonotonic_guided)

RADDLE_HOOK(void, GOMP_barrier, ()) {
    ThreadState* state = g_hasTool ? nullptr : current();
    if (state) recordWait(state, kRaddleBarrierWait, site(RADDLE_CALLER, kRaddleBarrier, RADDLE_CALLER), RADDLE_FROM);
    RADDLE_REAL_AS(GOMP_barrier, void (*)())();
    if (state) recordWaitEnd(state, 0);
}
