#include "instrument/runtime/life/kernel_counts.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "instrument/runtime/events/sized_event.h"

namespace raddle::rt {

namespace {

// The length; 0 when there is nothing.
size_t readAtOnce(const char* path, char* text, size_t capacity) {
    const long file = systemCall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(path), O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    const long length = systemCall(SYS_read, file, reinterpret_cast<long>(text), static_cast<long>(capacity));
    systemCall(SYS_close, file);
    return length > 0 ? static_cast<size_t>(length) : 0;
}

uint64_t cpuOfThread(uint64_t tid) {
    constexpr long kOfThread = 6;  // CPUCLOCK_PERTHREAD_MASK | CPUCLOCK_SCHED
    timespec cpu = {};
    const long clock = static_cast<long>(~tid << 3) | kOfThread;
    if (systemCall(SYS_clock_gettime, clock, reinterpret_cast<long>(&cpu)) != 0) return 0;
    return static_cast<uint64_t>(cpu.tv_sec) * 1000000000u + static_cast<uint64_t>(cpu.tv_nsec);
}

bool readQueued(uint64_t tid, uint64_t* queued) {
    char path[64] = "/proc/self/task/", digits[20];
    char* end = path + strlen(path);
    int count = 0;
    for (uint64_t left = tid; left > 0 && count < 20; left /= 10) digits[count++] = static_cast<char>('0' + left % 10);
    while (count > 0) *end++ = digits[--count];
    memcpy(end, "/schedstat", sizeof "/schedstat");
    // The time on processors, that in the queue, the number of turns.
    char text[96];
    const size_t length = readAtOnce(path, text, sizeof text);
    size_t at = 0;
    *queued = 0;
    while (at < length && text[at] != ' ') ++at;
    for (++at; at < length && text[at] >= '0' && text[at] <= '9'; ++at)
        *queued = *queued * 10 + static_cast<uint64_t>(text[at] - '0');
    return at < length;
}

template <class Visit>
void forEachThread(Visit visit) {
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
            if (tid != 0) visit(tid);
        }
    systemCall(SYS_close, folder);
}

void writeCounts(ThreadState* state, uint8_t code, const uint64_t* numbers, int count) {
    SizedEvent event;
    if (!event.begin(state, code, now(), 32)) return;
    for (int i = 0; i < count; ++i) event.writer.number(numbers[i]);
    event.commit();
}

}  // namespace

void writeQueued(ThreadState* state, uint64_t tid) {
    uint64_t numbers[] = {tid, 0};
    if (readQueued(tid, &numbers[1])) writeCounts(state, kRaddleQueued, numbers, 2);
}

void writeCpuOfAlive(ThreadState* state, bool withOwn) {
    forEachThread([&](uint64_t tid) {
        if (tid == state->tid && !withOwn) return;
        const uint64_t numbers[] = {tid, cpuOfThread(tid)};
        writeCounts(state, kRaddleOtherCpu, numbers, 2);
        if (numbers[1] >= kWorthAskingNs) writeQueued(state, tid);
    });
}

void writeCpuBefore(ThreadState* state) {
    forEachThread([&](uint64_t tid) {
        uint64_t numbers[] = {tid, cpuOfThread(tid), 0};
        readQueued(tid, &numbers[2]);
        writeCounts(state, kRaddleCpuBefore, numbers, 3);
    });
}

ProcessName processName() {
    ProcessName name = {};
    const size_t length = readAtOnce("/proc/self/comm", name.text, sizeof name.text);
    if (length > 0) name.text[length - 1] = 0;  // the line's end
    return name;
}

}  // namespace raddle::rt
