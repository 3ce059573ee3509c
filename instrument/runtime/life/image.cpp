#include "instrument/runtime/life/image.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/runtime/events/modules.h"
#include "instrument/runtime/events/sized_event.h"
#include "instrument/runtime/life/thread_life.h"

namespace raddle::rt {

namespace {

int g_imageStarted;
uint32_t g_endedImage;

constexpr size_t kTextRoom = 4096;

// Other libraries' destructors may still lock when ours runs; glibc goes round up to this many times.
void threadEnds(void* value) {
    auto* state = static_cast<ThreadState*>(value);
    if (state != t_state || !isOn()) return;
    if (++state->destructorRounds < PTHREAD_DESTRUCTOR_ITERATIONS) {
        pthread_setspecific(g_session.threadKey, state);
        return;
    }
    detach();
}

void imageExits(int status, void*) {
    endImage(status);
}

int g_quickExitStatus;

void imageExitsQuickly() {
    endImage(g_quickExitStatus);
}

size_t readAll(const char* path, char* buffer, size_t capacity) {
    const long fd = systemCall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(path), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    size_t length = 0;
    while (length < capacity) {
        const long got =
            systemCall(SYS_read, fd, reinterpret_cast<long>(buffer + length), static_cast<long>(capacity - length));
        if (got <= 0) break;
        length += static_cast<size_t>(got);
    }
    systemCall(SYS_close, fd);
    return length;
}

void putArguments(Writer& writer, const char* text, size_t length) {
    uint64_t count = 0;
    for (size_t i = 0; i < length; ++i) count += text[i] == 0 || i + 1 == length;
    writer.number(count);
    while (length > 0) {
        const size_t part = strnlen(text, length);
        writer.string(text, part);
        const size_t step = part < length ? part + 1 : part;
        text += step;
        length -= step;
    }
}

// What the kernel keeps for a thread of this process.
uint64_t cpuOfThread(uint64_t tid) {
    constexpr long kOfThread = 6;  // CPUCLOCK_PERTHREAD_MASK | CPUCLOCK_SCHED
    timespec cpu = {};
    const long clock = static_cast<long>(~tid << 3) | kOfThread;
    if (systemCall(SYS_clock_gettime, clock, reinterpret_cast<long>(&cpu)) != 0) return 0;
    return static_cast<uint64_t>(cpu.tv_sec) * 1000000000u + static_cast<uint64_t>(cpu.tv_nsec);
}

// Threads that are alive when their process ends never say what they used.
void writeOthersCpu(ThreadState* state) {
    struct Entry {
        uint64_t inode;
        int64_t offset;
        uint16_t size;
        uint8_t type;
        char name[1];
    };
    const long folder =
        systemCall(SYS_openat, AT_FDCWD, reinterpret_cast<long>("/proc/self/task"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    alignas(Entry) char entries[2048];
    long got;
    while ((got = systemCall(SYS_getdents64, folder, reinterpret_cast<long>(entries), sizeof entries)) > 0)
        for (long at = 0; at < got;) {
            const auto* entry = reinterpret_cast<const Entry*>(entries + at);
            at += entry->size;
            uint64_t tid = 0;
            for (const char* digit = entry->name; *digit >= '0' && *digit <= '9'; ++digit)
                tid = tid * 10 + static_cast<uint64_t>(*digit - '0');
            SizedEvent event;
            if (tid == 0 || tid == state->tid || !event.begin(state, kRaddleOtherCpu, now(), 32)) continue;
            const uint64_t used = cpuOfThread(tid);
            event.writer.number(tid);
            event.writer.number(used);
            event.commit();
            if (used >= kWorthAskingNs) writeQueued(state, tid);
        }
    systemCall(SYS_close, folder);
}

}  // namespace

bool claimImageStart() {
    int no = 0;
    if (!__atomic_compare_exchange_n(&g_imageStarted, &no, 1, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) return false;
    pthread_key_create(&g_session.threadKey, threadEnds);
    pthread_atfork(nullptr, nullptr, beginForkedImage);
    // Registered first, so run last.
    on_exit(imageExits, nullptr);
    at_quick_exit(imageExitsQuickly);
    return true;
}

void setQuickExitStatus(int status) {
    g_quickExitStatus = status;
}

void writeImageStart(ThreadState* state, RaddleImageStart how, uint32_t parentImage, uint32_t parentThread) {
    const bool executed = how == kRaddleStartedByExec;
    Writer writer;
    if (!writer.begin(state, kSmallEvent + (executed ? 3 * kTextRoom + 2048 : 0))) return;
    writer.op(kRaddleImageStart, now());
    writer.number(how);
    writer.number(static_cast<uint64_t>(g_session.pid));
    writer.number(static_cast<uint64_t>(systemCall(SYS_getppid)));
    writer.number(parentImage);
    writer.number(parentThread);
    if (executed) {
        char text[kTextRoom];
        writer.string(text, programPath(text, sizeof text));
        const long cwd = systemCall(SYS_getcwd, reinterpret_cast<long>(text), sizeof text);
        writer.string(text, cwd > 0 ? static_cast<size_t>(cwd) - 1 : 0);
        // Each argument costs its terminating zero here and its length there: two bytes at most more.
        putArguments(writer, text, readAll("/proc/self/cmdline", text, sizeof text));
    } else {
        writer.number(0);
        writer.number(0);
        writer.number(0);
    }
    writer.commit();
}

void endImage(int status) {
    if (!isOn() || isOtherProcess()) return;
    const uint32_t image = g_session.image;
    if (__atomic_exchange_n(&g_endedImage, image, __ATOMIC_ACQ_REL) == image) return;
    const uint64_t code = static_cast<uint32_t>(status) & 0xff;
    ThreadState* state = current();
    if (state) {
        scanIfExpected(state);
        writeThreadExit(state);
    } else {
        state = reattach();
    }
    if (state) writeOthersCpu(state);
    if (state) recordNumbers(state, kRaddleImageEnd, &code, 1);
}

}  // namespace raddle::rt

// A program that never calls an interposed function is recorded too.
__attribute__((constructor)) static void raddleBegin() {
    raddle::rt::current();
}
