// Survey: the first pass over a recording. It learns what events of all threads need to be understood by:
// processes, threads, loaded modules, and when an address became another lock. Linear in the events.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/support/result.h"
#include "trace/file/clock.h"
#include "trace/file/recording_file.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

struct LoadedModule {
    uint64_t bias = 0;  // what loading added to the addresses in the file
    uint64_t begin = 0;
    uint64_t end = 0;
    std::string buildId;  // its bytes
    std::string path;
    int64_t fromNs = 0;
    int64_t untilNs = INT64_MAX;
};

// One program in one process: the space in which addresses and handles mean something.
struct Image {
    static constexpr uint32_t kNone = UINT32_MAX;

    uint32_t serial = 0;
    int64_t pid = 0;
    bool isForked = false;
    uint32_t parent = kNone;  // of a forked image: which; an index in Survey::images
    int64_t parentPid = 0;
    std::string command;
    std::string exe;
    int64_t beginNs = INT64_MAX;
    int64_t endNs = -1;       // -1: no end was recorded
    bool isReplaced = false;  // by exec
    ProcessId process;
    std::vector<LoadedModule> modules;  // found in it, by begin; a forked image has its parent's too
};

struct SurveyedThread {
    uint32_t serial = 0;
    uint32_t image = 0;  // index in Survey::images
    int64_t tid = 0;
    uint32_t creatorSerial = 0;  // 0: none recorded
    uint64_t startRoutine = 0;   // 0: none recorded
    int64_t beginNs = INT64_MAX;
    int64_t endNs = -1;     // of its ThreadExit; -1: none
    ThreadId id;            // several threads share one when exec went on with it
    size_t firstChunk = 0;  // in RecordingFile::chunks()
    size_t chunkCount = 0;
};

struct Survey {
    std::vector<Image> images;
    std::vector<SurveyedThread> threads;  // in order of serial
    std::vector<Process> processes;
    uint32_t threadCount = 0;  // distinct ids
    int64_t lastNs = 0;
    uint64_t missingChunks = 0;
    uint64_t brokenChunks = 0;  // with something that cannot be decoded
    uint64_t cutBytes = 0;      // of an event that the end of the file cut off
    uint64_t lostEvents = 0;    // as the threads themselves say
    uint64_t endless = 0;       // images that neither exited nor were replaced by exec

    // The module an address lies in, preferring one loaded at that time; null when none was.
    const LoadedModule* moduleAt(uint32_t image, uint64_t address, int64_t atNs) const;
    const SurveyedThread* bySerial(uint32_t serial) const;
    // The thread of an image that had this handle at that time; null when none is known.
    const SurveyedThread* byHandle(uint32_t image, uint64_t handle, int64_t atNs) const;
    // Which of the objects that an address was one after the other it was at a time.
    struct Incarnation {
        uint32_t number = 0;
        int64_t untilNs = INT64_MAX;  // at which it may become the next
    };
    Incarnation incarnation(uint32_t image, uint64_t address, int64_t atNs) const;

    struct Rebirth {
        int64_t atNs;
        bool isInit;  // else destroyed, which the last events of the old object can share the time of

        auto operator<=>(const Rebirth&) const = default;
    };
    struct HandleUse {
        int64_t fromNs;
        uint32_t serial;

        auto operator<=>(const HandleUse&) const = default;
    };
    struct Place {
        uint32_t image;
        uint64_t address;

        bool operator==(const Place&) const = default;
    };
    struct PlaceHash {
        size_t operator()(const Place& p) const { return std::hash<uint64_t>()(p.address * 31 + p.image); }
    };
    std::unordered_map<Place, std::vector<Rebirth>, PlaceHash> rebirths;   // sorted
    std::unordered_map<Place, std::vector<HandleUse>, PlaceHash> handles;  // sorted
};

Result<Survey> survey(RecordingFile& file, const TickClock& clock, const ReadControl& control);

}  // namespace raddle::trace
