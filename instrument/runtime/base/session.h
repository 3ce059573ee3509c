// Session: this process's part in the recording. It maps the file's header, allocates space for chunks and
// knows which process image this is. Everything here is async-signal-safe, keeps errno and is off the hot
// path: it runs when a thread starts and when its chunk is full.
#pragma once

#include <limits.h>
#include <pthread.h>

#include "instrument/runtime/base/platform.h"

namespace raddle::rt {

enum Phase { kIdle, kStarting, kOn, kOff };

struct Session {
    int phase;    // atomic enum Phase
    int fd;       // kept high, so that the program does not meet it; -1 when lost
    int stopped;  // atomic: this process has stopped claiming space
    uint32_t image;
    int64_t pid;
    RaddleFileHeader* header;  // null unless phase is kOn
    uint64_t device;           // of the file, to recognise it after the program closed or reused our fd
    uint64_t inode;
    pthread_key_t threadKey;
    size_t defaultStackSize;
    char path[PATH_MAX];
};
extern Session g_session;

// Joins the recording named by the environment, once per process. Returns whether recording is on.
bool startSession();

// Joins the one at `path` instead, if the process takes part in none; and leaves it: threads finish what they have
// begun.
bool joinSession(const char* path);
void leaveSession();

// A stretch of the file that is allocated on disk and mapped. `memory` is null when there is no space left.
struct Region {
    uint8_t* memory;
    uint64_t size;
    uint64_t offset;
};
Region claimRegion(uint64_t size);
// Maps once more what was claimed and released.
Region mapAgain(uint64_t offset, uint64_t size);
void releaseRegion(Region region);

// Claims space for what is recorded after the process, or a thread of it, has forbidden itself system calls, of which
// claimRegion() is then served.
void claimReserve();

// The next serial of a thread; 0 when recording is off.
uint32_t nextThreadSerial();

void countDropped(uint64_t events);

// Only the last so many milliseconds are wanted: old space is used again (ring.h). 0: all of the recording is.
inline uint32_t keepMs() {
    return g_session.header->keepMs;
}

inline bool isOn() {
    return __atomic_load_n(&g_session.phase, __ATOMIC_ACQUIRE) == kOn;
}

// The fork happened without our handlers or in a child that shares our memory (vfork).
inline bool isOtherProcess() {
    return !isConfined() && systemCall(SYS_getpid) != g_session.pid;
}

}  // namespace raddle::rt
