#include "tests/support/timeline_builder.h"

namespace raddle::test {

using namespace raddle::trace;

namespace {

template <class Id, class T>
Id add(std::vector<T>& table, T item) {
    table.push_back(std::move(item));
    return Id{static_cast<uint32_t>(table.size() - 1)};
}

}  // namespace

TimelineBuilder::TimelineBuilder(int64_t durationNs) {
    timeline.command = "program";
    timeline.durationNs = durationNs;
    timeline.complete = true;
    timeline.processes.push_back({100, {}, "program", 0, durationNs});
}

ThreadId TimelineBuilder::thread(const std::string& name) {
    Thread thread;
    thread.name = name;
    thread.process = ProcessId{0};
    thread.tid = 100 + static_cast<int64_t>(timeline.threads.size());
    thread.endNs = timeline.durationNs;
    thread.exited = true;
    return add<ThreadId>(timeline.threads, thread);
}

LockId TimelineBuilder::lock(const std::string& name, LockKind kind) {
    return add<LockId>(timeline.locks, Lock{name, kind, ProcessId{0}});
}

ObjectId TimelineBuilder::object(const std::string& name, ObjectKind kind) {
    return add<ObjectId>(timeline.objects, Object{name, kind, ProcessId{0}});
}

FunctionId TimelineBuilder::function(const std::string& name) {
    for (uint32_t i = 0; i < timeline.functions.size(); ++i)
        if (timeline.functions[i].name == name) return FunctionId{i};
    return add<FunctionId>(timeline.functions, Function{name, "program", {}});
}

StackId TimelineBuilder::stack(const std::string& name, const std::string& file, uint32_t line) {
    return add<StackId>(timeline.stacks, Stack{{{function(name), {file, line, 0}}}});
}

StackId TimelineBuilder::stack(const std::vector<std::string>& functions) {
    Stack stack;
    for (const std::string& name : functions) stack.frames.push_back({function(name), {}});
    return add<StackId>(timeline.stacks, stack);
}

Hold& TimelineBuilder::hold(ThreadId thread, LockId lock, int64_t beginNs, int64_t endNs, StackId stack,
                            bool contended) {
    ++timeline.locks[lock.index()].acquisitions;
    if (contended) ++timeline.locks[lock.index()].contended;
    auto& holds = timeline.threads[thread.index()].holds;
    holds.push_back({lock, LockMode::exclusive, beginNs, endNs, true, contended, stack});
    return holds.back();
}

Wait& TimelineBuilder::wait(ThreadId thread, LockId lock, int64_t beginNs, int64_t endNs) {
    Wait& wait = this->wait(thread, WaitKind::lock, beginNs, endNs);
    wait.lock = lock;
    return wait;
}

Wait& TimelineBuilder::wait(ThreadId thread, WaitKind kind, int64_t beginNs, int64_t endNs, ObjectId object) {
    if (object.valid()) ++timeline.objects[object.index()].waits;
    Wait wait;
    wait.kind = kind;
    wait.beginNs = beginNs;
    wait.endNs = endNs;
    wait.object = object;
    auto& waits = timeline.threads[thread.index()].waits;
    waits.push_back(wait);
    return waits.back();
}

Call& TimelineBuilder::call(ThreadId thread, const std::string& name, uint32_t depth, int64_t beginNs, int64_t endNs) {
    FunctionId id = function(name);
    auto& calls = timeline.threads[thread.index()].calls;
    calls.push_back({id, depth, beginNs, endNs});
    return calls.back();
}

}  // namespace raddle::test
