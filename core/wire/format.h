/* The recording file: layouts and constants only. Shared by the preloaded runtime (C-like, libc only), the
 * launcher and the readers; usable from C and C++. docs/trace-format.md explains it and is the contract.
 *
 * All numbers are little-endian. Fields marked "atomic" are changed by several threads or processes through
 * a shared mapping while the file grows; readers load them with acquire order. */
#ifndef RADDLE_CORE_WIRE_FORMAT_H
#define RADDLE_CORE_WIRE_FORMAT_H

#include <stdint.h>

#define RADDLE_FILE_MAGIC "\x89RADDLE\n"       /* 8 bytes, without the terminating zero */
#define RADDLE_CHUNK_MAGIC 0x314b4e4843444452u /* "RDDCHNK1" */

enum {
    kRaddleVersion = 1,
    kRaddleHeaderSize = 4096, /* the first chunk begins here */
    kRaddleChunkHeaderSize = 64,
    kRaddleChunkAlign = 64,  /* chunks begin at, and their sizes are, multiples of this */
    kRaddleMaxSlots = 65536, /* dictionary slots are below this */
    kRaddleMaxFrames = 64,   /* frames of a stack or site */
    kRaddleMaxString = 4096  /* bytes of a string operand; longer ones are cut */
};

enum RaddleClock {
    kRaddleClockMonotonic = 1, /* ticks are nanoseconds of CLOCK_MONOTONIC */
    kRaddleClockTsc = 2        /* ticks are the time stamp counter >> clockShift */
};

enum RaddleEnd {
    kRaddleRunning = 0,   /* or the launcher was killed */
    kRaddleExited = 1,    /* endStatus is the exit status */
    kRaddleSignalled = 2, /* endStatus is the signal */
    kRaddleDetached = 3   /* the process was recorded from and to a moment of its life, and goes on */
};

enum RaddleStop { /* why the recorder stopped claiming chunks */
                  kRaddleNotStopped = 0,
                  kRaddleDiskFull = 1,
                  kRaddleFileLimit = 2, /* RLIMIT_FSIZE or the recording's own size limit */
                  kRaddleIoError = 3,
                  kRaddleConfined = 4 /* the program has forbidden itself the system calls that it takes */
};

struct RaddleFileHeader {
    char magic[8];
    uint32_t version;
    uint32_t headerSize;      /* kRaddleHeaderSize */
    uint32_t chunkHeaderSize; /* kRaddleChunkHeaderSize */
    uint32_t clock;           /* enum RaddleClock */
    uint32_t clockShift;
    uint32_t rootPid;    /* the recorded command */
    uint64_t startTicks; /* read together with startMonotonicNs: the first calibration point */
    uint64_t startMonotonicNs;
    uint64_t startRealtimeNs; /* wall clock at startTicks, since 1970 */
    uint64_t endTicks;        /* last calibration point, written by the launcher; 0 until then */
    uint64_t endMonotonicNs;
    uint32_t endKind; /* enum RaddleEnd: how the recorded command ended */
    uint32_t endStatus;
    uint64_t sizeLimit;      /* bytes the file may grow to; 0: no limit */
    char producer[32];       /* zero-terminated, for people */
    uint32_t liveProcesses;  /* recorded processes that were seen to run when the command had ended */
    uint32_t keepMs;         /* older events than so many milliseconds may have been replaced; 0: none were */
    uint32_t samplePeriodNs; /* CPU time of a thread between its samples; 0: none are taken */
    uint32_t budget;         /* thousandths of a thread's CPU time that recording it may take; 0: no limit */
    uint32_t processors;     /* that the command could run on; 0: not known */
    uint8_t reserved1[116];

    uint64_t fileEnd;    /* atomic: offset of the next chunk to claim */
    uint32_t nextThread; /* atomic: serial the next thread gets; serials begin at 1 */
    uint32_t nextImage;  /* atomic: serial the next process image gets; serials begin at 1 */
    uint8_t reserved2[48];

    uint64_t droppedEvents; /* atomic: events that could not be written, over all threads */
    uint32_t stopped;       /* atomic: enum RaddleStop */
    uint32_t reserved3[13];

    uint8_t padding[3712];
};

/* Chunks hold the events of one thread of one process image, in order. */
struct RaddleChunk {
    uint64_t magic;  /* written last, when the rest of the header is valid */
    uint32_t size;   /* of the chunk with this header; shrinks when its thread ends early */
    uint32_t kind;   /* enum RaddleChunkKind */
    uint32_t image;  /* process image serial */
    uint32_t thread; /* thread serial, unique in the file */
    uint32_t pid;
    uint32_t tid;
    uint32_t sequence;        /* 0, 1, … over the chunks of this thread */
    uint32_t dropped;         /* events of this thread lost just before this chunk */
    uint64_t baseTicks;       /* time of the first event's predecessor; with baseMonotonicNs … */
    uint64_t baseMonotonicNs; /* … a calibration point */
    uint64_t committed;       /* atomic: low half: bytes of whole events after the header;
                                 high half: how many timed events these are */
};

#ifdef __cplusplus
static_assert(sizeof(RaddleFileHeader) == kRaddleHeaderSize && sizeof(RaddleChunk) == kRaddleChunkHeaderSize);
#endif

enum RaddleChunkKind {
    kRaddleThreadEvents = 1,
    kRaddleLockCounts = 2, /* kRaddleCountRows rows of one thread, which may have several such chunks */
    kRaddleCallCounts = 3  /* kRaddleCallRows rows of one thread, the same */
};

/* A lock whose acquisitions by one thread are counted since its StepDown, not written. */
struct RaddleLockCount {
    uint64_t object;       /* 0: the row is not used; written last */
    uint64_t acquisitions; /* atomic; that did not wait */
    uint64_t caller;       /* of the last of them */
    uint32_t written;      /* atomic; how many of them are events too */
    uint32_t failedTries;  /* atomic; none of them is an event */
};
enum { kRaddleCountRows = 512 };

/* Calls of a function by another one in one thread that are counted, and timed now and then, instead of written. */
struct RaddleCallCount {
    uint64_t function;   /* 0: the row is not used; written last */
    uint64_t caller;     /* the innermost open function; 0: none; highest bit: no longer counted */
    uint64_t calls;      /* atomic; all of them, also those that are events */
    uint64_t timedTicks; /* that the timed ones took, without what recording them did */
    uint64_t outerTicks; /* of those, by activations that were not within one of the same function */
    uint32_t timed;      /* how many were; none of them is an event */
    uint32_t written;    /* how many are events, too, because of what happened in them */
    uint64_t reserved[2];
};
enum { kRaddleCallRows = 1024 };
#define RADDLE_CALLER_CLOSED (1ull << 63)

enum RaddleObjectKind {
    kRaddleNoObject = 0,
    kRaddleMutex = 1,
    kRaddleRecursiveMutex = 2,
    kRaddleErrorCheckMutex = 3,
    kRaddleAdaptiveMutex = 4,
    kRaddleRwLock = 5,
    kRaddleSpinLock = 6,
    kRaddleCondition = 7,
    kRaddleSemaphore = 8,
    kRaddleBarrier = 9,
    kRaddleFutex = 10, /* the word that a program or library waits on with the futex system call */
    kRaddleOnce = 11   /* pthread_once_t, once_flag */
};

enum RaddleImageStart {
    kRaddleStartedByExec = 0, /* or by the recorder */
    kRaddleStartedByFork = 1  /* inherits the modules of its parent image at that time */
};

enum RaddleIoKind {                    /* what a thread waits for outside the process */
                    kRaddleIoPoll = 1, /* for any of several descriptors: poll, select, epoll */
                    kRaddleIoRead = 2,
                    kRaddleIoWrite = 3,
                    kRaddleIoAccept = 4,
                    kRaddleIoConnect = 5,
                    kRaddleIoSync = 6,
                    kRaddleIoChild = 7, /* for the end of a child process */
                    kRaddleIoSignal = 8
};

enum RaddleRegionKind {
    kRaddleRegionParallel = 1, /* this thread's part of a parallel region */
    kRaddleRegionLoop = 2,
    kRaddleRegionSections = 3,
    kRaddleRegionSingle = 4 /* and other work of one thread */
};

enum RaddleTsanAccess { kRaddleTsanWrite = 1, kRaddleTsanAtomic = 2 };

/* Set in an op whose first operand is S: the slot is left out, the site is the one that the previous event
 * with an S (written or left out) in this chunk had, even if that slot has been given to another since. */
#define RADDLE_SAME_SITE 0x80

/* Operands, in order of their letters:
 *   S  site slot (left out when RADDLE_SAME_SITE is set)     T  site slot, never left out
 *   F  function slot        K  stack slot        u  varint   a  address, varint
 *   P  frames: varint n, then n addresses, innermost first: the first as varint, each further one as the
 *      zigzag varint of its difference to the one before
 *   s  string: varint length, bytes             L  list of strings: varint n, then n strings
 *
 * X(name, code, operands). Definitions (below kRaddleFirstTimed) are the op byte and its operands; every
 * other event is the op byte, a varint of the ticks since the event before (or the chunk's base), operands.
 * Ops from kRaddleFirstSized on have a varint length before their operands: unknown ones can be skipped. */
#define RADDLE_OPS(X)                                                                                        \
    X(DefineSite, 0x01, "TuaP") /* slot, object kind, object, calling frames (at least one) */               \
    X(DefineFunction, 0x02, "Fa")                                                                            \
    X(DefineStack, 0x03, "KP")                                                                               \
                                                                                                             \
    X(ImageStart, 0x10, "uuuuussL") /* how, pid, parent pid, parent image, parent thread, exe, cwd, argv */  \
    X(ImageEnd, 0x11, "u")          /* exit status, by exit() or _exit() */                                  \
    X(Module, 0x12, "aaass")        /* load bias, first address, end address, build id bytes, path */        \
    X(ModuleGone, 0x13, "a")        /* first address */                                                      \
    X(Fork, 0x14, "u")              /* in the parent: the child's pid */                                     \
                                                                                                             \
    X(ThreadCreate, 0x18, "uaK")      /* serial of the new thread, start routine, stack; before it starts */ \
    X(ThreadCreateFailed, 0x19, "uu") /* serial, errno */                                                    \
    X(ThreadStart, 0x1a, "uuaa")      /* tid, creator's serial, start routine, handle (pthread_t) */         \
    X(ThreadExit, 0x1b, "u")          /* CPU nanoseconds used since ThreadStart */                           \
    X(ThreadName, 0x1c, "as")         /* handle, name */                                                     \
    X(ThreadDetach, 0x1d, "a")        /* handle */                                                           \
    X(ThreadGoesOn, 0x1e, "uuaau")    /* as ThreadStart, and its time: repeated when chunks are replaced */  \
                                                                                                             \
    X(Acquire, 0x20, "S") /* got the lock without waiting */                                                 \
    X(AcquireShared, 0x21, "S")                                                                              \
    X(Release, 0x22, "S")          /* frames are those of some acquisition: only the object counts */        \
    X(TryFailed, 0x23, "Su")       /* errno; a try that did not get a lock or semaphore */                   \
    X(SemaphoreAcquire, 0x24, "S") /* decremented without waiting */                                         \
    X(SemaphorePost, 0x25, "S")                                                                              \
    X(ConditionSignal, 0x26, "S")                                                                            \
    X(ConditionBroadcast, 0x27, "S")                                                                         \
    X(ObjectInit, 0x28, "S") /* the address is a new object from here on */                                  \
    X(ObjectDestroy, 0x29, "S")                                                                              \
    X(ObjectWake, 0x2a, "S")    /* of a futex: one waiter */                                                 \
    X(ReleaseWaited, 0x2c, "S") /* of a counted acquisition, made there, while others waited for the lock */ \
    X(StepDown, 0x2d, "S")      /* from here on the thread's acquisitions of this lock are counted only */   \
    X(ObjectWakeAll, 0x2b, "S") /* of a futex; of a once: its routine has returned */                        \
    X(AcquireTried, 0x2e, "S")  /* as Acquire, by a call that would not have waited */                       \
    X(AcquireSharedTried, 0x2f, "S")                                                                         \
                                                                                                             \
    X(LockWait, 0x30, "SK") /* each wait lasts to its WaitEnd */                                             \
    X(LockWaitShared, 0x31, "SK")                                                                            \
    X(ConditionWait, 0x32, "STK") /* condition, mutex: released now, held again after WaitEnd */             \
    X(SemaphoreWait, 0x33, "SK")                                                                             \
    X(BarrierWait, 0x34, "SK")                                                                               \
    X(JoinWait, 0x35, "aK")   /* handle of the joined thread */                                              \
    X(Sleep, 0x36, "uK")      /* nanoseconds asked for */                                                    \
    X(ObjectWait, 0x38, "SK") /* futex, once */                                                              \
    X(IoWait, 0x39, "uuK")    /* enum RaddleIoKind, descriptor + 1 or 0 */                                   \
    X(WaitEnd, 0x37, "u")     /* 0 or errno; ends the innermost open wait of the thread */                   \
                                                                                                             \
    X(Enter, 0x40, "F")                                                                                      \
    X(Exit, 0x41, "")    /* of the innermost activation */                                                   \
    X(Unwind, 0x42, "u") /* this many innermost activations ended by longjmp or exception */                 \
                                                                                                             \
    X(Dropped, 0x50, "u")    /* this thread lost so many events here */                                      \
    X(CountPause, 0x51, "")  /* from here on this thread counts nothing: all acquisitions are events */      \
    X(CountResume, 0x52, "") /* it counts again what it did before */                                        \
                                                                                                             \
    X(Sample, 0x60, "uP")      /* CPU nanoseconds it stands for; innermost frame: the instruction itself */  \
    X(RegionBegin, 0x61, "ua") /* of OpenMP: enum RaddleRegionKind, an address in its code */                \
    X(RegionEnd, 0x62, "")     /* of the innermost */                                                        \
    X(OtherCpu, 0x63, "uu")    /* of the image, when it ends: tid of a thread alive, CPU nanoseconds */      \
    X(Queued, 0x64, "uu")      /* of the image: tid, nanoseconds it stood in the queue for a processor */    \
    X(CpuBefore, 0x65, "uuu")  /* where recording begins in its middle: tid, as OtherCpu, as Queued */       \
    X(Note, 0x68, "s")         /* what the recorder could not do, a sentence for people */                   \
                                                                                                             \
    /* A report of ThreadSanitizer: its parts follow in the same thread. */                                  \
    X(TsanReport, 0x70, "su")    /* kind, how often it was found */                                          \
    X(TsanThread, 0x71, "uuusP") /* its number, tid, number of its creator, name, where it was created */    \
    X(TsanMutex, 0x72, "uauP")   /* its number, address, 1 if destroyed, where it was first used */          \
    X(TsanPlace, 0x73, "sauuP")  /* what kind of memory, first address, bytes, thread, where allocated */    \
    X(TsanAccess, 0x74, "uuauP") /* thread, enum RaddleTsanAccess, address, bytes, where */                  \
    X(TsanStack, 0x75, "P")      /* a further place: of a lock-order inversion, where each lock is taken */

enum { kRaddleFirstTimed = 0x10, kRaddleFirstSized = 0x60 };

enum RaddleOp {
#define RADDLE_OP_CODE(name, code, operands) kRaddle##name = code,
    RADDLE_OPS(RADDLE_OP_CODE)
#undef RADDLE_OP_CODE
};

#endif
