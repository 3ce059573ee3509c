// The rules of thumb behind answersFor, by what they look at. Each adds what is worth saying, at most a few answers.
#pragma once

#include <vector>

#include "trace/answers/answers.h"

namespace raddle::trace {

struct Case {
    const Timeline& timeline;
    const Summary& summary;
    const Analysis& analysis;
    std::vector<LockId> families;  // lockFamilies
    int64_t parkedNs = 0;          // in which threads were kept in reserve by a lock (isParked); not busy
    double busyNs = 0;             // of all threads: running, or waiting for what somebody else is to blame for

    double share(int64_t ns) const { return busyNs > 0 ? static_cast<double>(ns) / busyNs : 0; }
    double shareOfRun(int64_t ns) const {
        return timeline.durationNs > 0 ? static_cast<double>(ns) / static_cast<double>(timeline.durationNs) : 0;
    }
};

// Of the time that threads lived: in which they stood in input or output.
double ioShareOfLives(const Case& of);
double outsideShareOfLives(const Case& of);  // of that: for requests, connections and signals

void adviseOnReports(const Case& of, std::vector<Answer>& out);
void adviseOnStuckThreads(const Case& of, std::vector<Answer>& out);
void adviseOnLocks(const Case& of, std::vector<Answer>& out);    // after stuck threads: what they say is not said twice
void adviseOnOrder(const Case& of, std::vector<Answer>& out);    // of locks: possible deadlocks
void adviseOnThreads(const Case& of, std::vector<Answer>& out);  // whether they run, and share the work
void adviseOnPolling(const Case& of, std::vector<Answer>& out);
void adviseOnIo(const Case& of, std::vector<Answer>& out);
void adviseOnRest(const Case& of, std::vector<Answer>& out);

}  // namespace raddle::trace
