#include "analyzer/facts/base/facts.h"

#include <algorithm>

namespace raddle::facts {
namespace {

bool isAncestor(const Facts& facts, ThreadId ancestor, ThreadId of, std::set<ThreadId>& children) {
    // children: the threads started by `ancestor` itself through which `of` came to be.
    if (!facts.thread(of).ancestors.contains(ancestor)) return false;
    std::set<ThreadId> seen;
    std::vector<ThreadId> pending{of};
    while (!pending.empty()) {
        const ThreadId thread = pending.back();
        pending.pop_back();
        if (!seen.insert(thread).second) continue;
        for (ThreadId parent : facts.thread(thread).parents) {
            if (parent == ancestor) children.insert(thread);
            pending.push_back(parent);
        }
    }
    return !children.empty();
}

// What clients call, as opposed to a callback that a library is given.
bool isEntryPoint(const Thread& thread) {
    return thread.kind == ThreadKind::assumed && !thread.spawn.valid();
}

// What one thread alone runs, itself or as tasks, is never at the same time.
bool takeTurns(const Facts& facts, ThreadId a, ThreadId b) {
    const std::set<ThreadId>&ofA = facts.thread(a).executors, &ofB = facts.thread(b).executors;
    if ((ofA.empty() && ofB.empty()) || ofA.size() > 1 || ofB.size() > 1) return false;
    const ThreadId byA = ofA.empty() ? a : *ofA.begin(), byB = ofB.empty() ? b : *ofB.begin();
    return byA == byB && !facts.thread(byA).many;
}

// Whether a task cannot be running because the one thread that starts and joins those that run tasks is at a point
// where none of them may be running.
bool nobodyRuns(const Facts& facts, ThreadId task, ThreadId other, LiveSetId live) {
    const std::set<ThreadId>& executors = facts.thread(task).executors;
    return !executors.empty() && !facts.thread(other).many &&
           std::all_of(executors.begin(), executors.end(), [&](ThreadId executor) {
               return facts.thread(executor).parents == std::set<ThreadId>{other} &&
                      !runningAt(facts, {executor}, executor, live);
           });
}

}  // namespace

bool inDifferentPrograms(const Facts& facts, ThreadId a, ThreadId b) {
    if (facts.program->mains.size() < 2) return false;
    const std::set<ThreadId>&ofA = facts.thread(a).mains, &ofB = facts.thread(b).mains;
    return !ofA.empty() && !ofB.empty() &&
           std::none_of(ofA.begin(), ofA.end(), [&](ThreadId main) { return ofB.contains(main); });
}

bool runningAt(const Facts& facts, const std::set<ThreadId>& children, ThreadId of, LiveSetId liveId) {
    for (const LiveThread& live : facts.live(liveId)) {
        if (!live.thread.valid()) return true;
        if (children.contains(live.thread) && (!live.ended || facts.thread(live.thread).outliving.contains(of)))
            return true;
    }
    return false;
}

bool mayRunInParallel(const Facts& facts, ThreadId a, LiveSetId liveA, ThreadId b, LiveSetId liveB) {
    const Thread &first = facts.thread(a), &second = facts.thread(b);
    if (first.kind == ThreadKind::staticInit || second.kind == ThreadKind::staticInit) return false;
    if (takeTurns(facts, a, b)) return false;
    if (a == b) return first.many;
    if (inDifferentPrograms(facts, a, b)) return false;
    if (nobodyRuns(facts, b, a, liveA) || nobodyRuns(facts, a, b, liveB)) return false;
    // Callbacks run when and where a library likes once it has been given them; entry points when callers like.
    if (first.kind == ThreadKind::assumed || second.kind == ThreadKind::assumed) {
        if (isEntryPoint(first) || isEntryPoint(second)) return true;
        std::set<ThreadId> through;
        if (first.kind != ThreadKind::assumed && !first.many && isAncestor(facts, a, b, through))
            return runningAt(facts, through, b, liveA);
        if (second.kind != ThreadKind::assumed && !second.many && isAncestor(facts, b, a, through))
            return runningAt(facts, through, a, liveB);
        return true;
    }
    const std::set<ThreadId>&ofA = first.ancestors, &ofB = second.ancestors;
    for (ThreadId common : ofA)
        if (ofB.contains(common) && facts.thread(common).many) return true;
    std::set<ThreadId> children;
    if (isAncestor(facts, a, b, children)) return runningAt(facts, children, b, liveA);
    if (isAncestor(facts, b, a, children)) return runningAt(facts, children, a, liveB);
    // What a static initialiser has started is there from main's first line on.
    if (first.kind == ThreadKind::main) return runningAt(facts, ofB, b, liveA);
    if (second.kind == ThreadKind::main) return runningAt(facts, ofA, a, liveB);
    // Both were started, directly or not, by threads with a common parent: one may be running when the other starts.
    for (ThreadId x : ofA)
        for (ThreadId y : ofB) {
            if (x == y) continue;
            if (facts.thread(x).liveAtSpawn.contains(y) || facts.thread(y).liveAtSpawn.contains(x)) return true;
            if (facts.thread(x).endedAtSpawn.contains(y) && facts.thread(y).outliving.contains(b)) return true;
            if (facts.thread(y).endedAtSpawn.contains(x) && facts.thread(x).outliving.contains(a)) return true;
        }
    return false;
}

bool joinedBefore(const Facts& facts, ThreadId thread, OrderId order) {
    if (facts.thread(thread).many) return false;
    for (PlaceId seen : facts.orders[order.index()].observed)
        if (auto it = facts.handles.find(seen); it != facts.handles.end() && it->second.size() == 1 &&
                                                it->second.contains(thread) && isUniqueLock(facts, seen))
            return true;
    return false;
}

const ir::Place* calledThrough(const ir::Op& op) {
    if (op.isVirtual) return op.args.empty() || op.args[0].kind != ir::ValueKind::load ? nullptr : &op.args[0].place;
    return op.value.kind == ir::ValueKind::load ? &op.value.place : nullptr;
}

ir::Root returnedVariable(const ir::Function& function) {
    for (const ir::Block& block : function.blocks)
        if (!block.ops.empty() && block.ops.back().kind == ir::OpKind::ret && !block.ops.back().throws)
            return block.ops.back().value.place.root;
    return {};
}

bool isRecursiveLock(const Facts& facts, PlaceId lock, ir::LockKind kind) {
    if (kind == ir::LockKind::recursive || facts.recursiveLocks.contains(lock)) return true;
    const Place& place = facts.places.place(lock);
    const Object& object = facts.places.object(place.root);
    return object.kind == ObjectKind::global && place.steps.empty() &&
           facts.program->globals[object.global].lockKind == ir::LockKind::recursive;
}

bool isUniqueLock(const Facts& facts, PlaceId lock) {
    const Place& place = facts.places.place(lock);
    const Object& object = facts.places.object(place.root);
    if (object.kind == ObjectKind::typed || object.kind == ObjectKind::target) return false;
    if (object.kind != ObjectKind::global && facts.manyObjects.contains(place.root)) return false;
    return !isInSomeElement(place);
}

}  // namespace raddle::facts
