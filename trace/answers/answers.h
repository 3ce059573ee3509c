// Answers: why a recorded program is slow, stuck or wrong, in sentences ranked by what they cost. `raddle report`
// begins with them and the viewer's Overview shows them. A pure function of the timeline and of what is computed from
// it, with rules of thumb for what is worth saying; every figure in them is an analysis's. Linear in rows and waits.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trace/analysis/analysis.h"
#include "trace/answers/stuck.h"
#include "trace/tables/summary.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

enum class Weight { stuck, costly, notable, good };  // how loud an answer is

// What an answer is about, which says where to look further.
enum class Topic {
    deadlock,          // threads wait for each other: `deadlock`
    stuck,             // threads still waited at the end
    lockContention,    // waiting for `lock`
    heldWhileWaiting,  // `lock` is held by a thread that stands still itself
    lockOrder,         // locks are taken in opposite orders: `inversion`
    convoy,            // the queue before `lock` does not empty
    starvation,        // others get `lock` again and again while a thread waits
    lockUpkeep,        // taking `lock` costs much though nobody is in the way
    longWait,          // one wait
    idle,              // threads wait for `object`
    serial,            // little runs at the same time
    fewCores,          // threads that could run do not
    imbalance,         // some threads of a kind work longer
    polling,           // threads ask for work again and again
    shortThreads,      // threads live too short
    hotFunction,       // `function` takes the most time
    inputOutput,       // threads stand in input and output
    lostEvents,        // the recording lacks something
    reported,          // ThreadSanitizer reported something
    healthy,           // nothing of that
};

struct Answer {
    Weight weight = Weight::notable;
    Topic topic = Topic::healthy;
    double cost = 0;     // share of what it is about that is lost, 0..1; orders answers of one weight
    std::string head;    // one sentence without full stop; names between backquotes
    std::string detail;  // the evidence or the way out, one or two sentences
    LockId lock;
    ObjectId object;
    FunctionId function;
    std::vector<ThreadId> threads;  // sorted
    std::optional<WaitRef> wait;
    std::optional<size_t> deadlock;   // in Summary::deadlocks
    std::optional<size_t> inversion;  // in LockOrder::inversions
};

const char* toString(Weight weight);  // "stuck", "costly", "notable", "good"
const char* toString(Topic topic);    // "deadlock", "lock_contention", … as docs/report-json.md lists them

// Most pressing first; none for a recording without threads.
std::vector<Answer> answersFor(const Timeline& timeline, const Summary& summary, const Analysis& analysis);

}  // namespace raddle::trace
