// Tasks made threads. A thread pool's worker takes objects out of a queue and calls the functions in them; what such a
// call does comes after the object was put into the queue, with what it was put there with, and stands for one object
// each time. So a task is analysed like a thread that is started where its object is put into the queue, and the call
// in the worker is left out: the program is changed to say so. Only where all that the call can run is known to be put
// there; and that tasks end with the threads that run them is told by Thread::executors.
// After Kahlon, Sinha, Kruus, Zhang, "Static data race detection for concurrent programs with asynchronous calls",
// FSE 2009, where the queue is a library's.
#pragma once

#include <map>
#include <set>

#include "analyzer/facts/base/facts.h"
#include "analyzer/link/program.h"

namespace raddle::facts {

struct TaskStart {
    link::FunctionIndex function;
    ir::BlockId block = 0;
    size_t op = 0;

    auto operator<=>(const TaskStart&) const = default;
};

// The new ops that start tasks, each with the entry functions of the threads that run its tasks.
using TaskStarts = std::map<TaskStart, std::set<link::FunctionIndex>>;

// Changes the program as said above; `facts` are of it as it was. Empty when there is nothing to change.
TaskStarts startTasks(link::Program& program, const Facts& facts);

}  // namespace raddle::facts
