#include "instrument/runtime/life/image.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/runtime/events/modules.h"
#include "instrument/runtime/events/sized_event.h"
#include "instrument/runtime/life/kernel_counts.h"
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
    if (state) writeCpuOfAlive(state, false);
    if (state) recordNumbers(state, kRaddleImageEnd, &code, 1);
}

}  // namespace raddle::rt

// A program that never calls an interposed function is recorded too.
__attribute__((constructor)) static void raddleBegin() {
    raddle::rt::current();
}
