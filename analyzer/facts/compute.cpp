#include "analyzer/facts/compute.h"

#include <algorithm>
#include <string>

#include "analyzer/facts/accesses_by_type.h"
#include "analyzer/facts/base/loops.h"
#include "analyzer/facts/base/programs.h"
#include "analyzer/facts/interpreter/interpreter.h"
#include "analyzer/facts/orders.h"
#include "analyzer/facts/semaphores.h"
#include "analyzer/facts/tasks.h"
#include "core/support/rows.h"

namespace raddle::facts {
namespace {

// Classes by name: those of which some member is named.
std::set<std::string_view> classesOf(const link::Program& program) {
    std::set<std::string_view> classes;
    for (uint32_t i = 0; i < program.names.size(); ++i) {
        const std::string_view name = program.names.text({i});
        if (const size_t member = name.rfind("::"); member != std::string_view::npos && !name.starts_with("std::"))
            classes.insert(name.substr(0, member));
    }
    return classes;
}

void startEntryPoint(Facts& facts, Interpreter& interpreter, FunctionIndex index,
                     const std::set<std::string_view>& classes) {
    const ir::Function& function = facts.program->function(index);
    State entry;
    entry.live.insert(LiveThread{});
    entry.lastBarrier.insert(OpId{});
    for (uint32_t formal = 0; formal < function.formals.size(); ++formal)
        if (function.formals[formal].type.valid() &&
            classes.contains(facts.program->text(function.formals[formal].type)))
            interpreter.bindTyped(index, formal, entry);
    interpreter.holdNeeded(index, entry);
    interpreter.startThread(ThreadKind::assumed, index, entry);
    interpreter.run();
}

// Functions that some op uses the address of.
std::set<FunctionIndex> functionsAsValues(const Facts& facts) {
    std::set<FunctionIndex> result;
    const auto note = [&](const ir::Value& value) {
        if (value.kind != ir::ValueKind::function) return;
        if (FunctionIndex index = facts.program->find(value.function); index.valid()) result.insert(index);
    };
    for (uint32_t i = 0; i < facts.ops.size(); ++i) {
        const ir::Op& op = facts.ops.op({i});
        if (op.kind == ir::OpKind::store || op.kind == ir::OpKind::ret) note(op.value);
        for (const ir::Value& arg : op.args) note(arg);
    }
    return result;
}

// The entry points of a program without main: what other code can call, each at any time. That is also what the
// program keeps in its tables of functions and does not call itself.
void startEntryPoints(Facts& facts, Interpreter& interpreter) {
    facts.open = true;
    const std::set<std::string_view> classes = classesOf(*facts.program);
    for (uint32_t i = 0; i < facts.program->functions.size(); ++i) {
        const ir::Function& function = facts.program->functions[i];
        if (function.isPublic && function.role == ir::FunctionRole::plain)
            startEntryPoint(facts, interpreter, {i}, classes);
    }
    std::set<FunctionIndex> reached;
    for (const Context& context : facts.contexts) reached.insert(context.function);
    for (FunctionIndex index : functionsAsValues(facts))
        if (!reached.contains(index) && facts.program->function(index).role == ir::FunctionRole::plain)
            startEntryPoint(facts, interpreter, index, classes);
}

// By context: those that its calls lead to.
Rows<ContextId> calleesOf(const Facts& facts) {
    std::vector<std::pair<uint32_t, ContextId>> calls;
    for (uint32_t i = 0; i < facts.contexts.size(); ++i) {
        ContextId last;
        for (const Caller& caller : facts.contexts[i].callers)
            if (last != caller.context) calls.emplace_back((last = caller.context).value, ContextId{i});
    }
    return {facts.contexts.size(), calls};
}

// Which threads run each context, by walking calls from their entries.
void attributeContexts(Facts& facts, const Rows<ContextId>& callees, const Programs& programs) {
    for (uint32_t t = 0; t < facts.threads.size(); ++t) {
        std::vector<ContextId> pending(facts.threads[t].entries.begin(), facts.threads[t].entries.end());
        const auto running = programs.of(facts.threads[t].function);
        while (!pending.empty()) {
            const ContextId context = pending.back();
            pending.pop_back();
            const auto owner = programs.of(facts.contexts[context.index()].function);
            if (owner && running && *owner != *running) continue;
            if (!facts.contexts[context.index()].threads.insert({t}).second) continue;
            facts.threads[t].functions.insert(facts.contexts[context.index()].function);
            for (ContextId callee : callees.of(context.index())) pending.push_back(callee);
        }
    }
    for (Thread& thread : facts.threads)
        for (ContextId context : thread.spawnedIn)
            thread.parents.insert(facts.contexts[context.index()].threads.begin(),
                                  facts.contexts[context.index()].threads.end());
}

// Walks the calls that bring no more locks than the callee's context tells of.
void findKnownLocks(Facts& facts, const Rows<ContextId>& callees) {
    std::vector<ContextId> pending;
    for (const Thread& thread : facts.threads)
        pending.insert(pending.end(), thread.entries.begin(), thread.entries.end());
    while (!pending.empty()) {
        Context& context = facts.contexts[pending.back().index()];
        const std::span<const ContextId> next = callees.of(pending.back().index());
        pending.pop_back();
        if (context.locksKnown || context.fewestLocks > context.entry.held.size()) continue;
        context.locksKnown = true;
        pending.insert(pending.end(), next.begin(), next.end());
    }
}

void findAncestors(Facts& facts) {
    for (uint32_t t = 0; t < facts.threads.size(); ++t) {
        std::set<ThreadId>& all = facts.threads[t].ancestors;
        std::vector<ThreadId> pending{ThreadId{t}};
        while (!pending.empty()) {
            const ThreadId next = pending.back();
            pending.pop_back();
            if (!all.insert(next).second) continue;
            for (ThreadId parent : facts.thread(next).parents) pending.push_back(parent);
        }
        for (ThreadId ancestor : all)
            if (facts.thread(ancestor).kind == ThreadKind::main) facts.threads[t].mains.insert(ancestor);
    }
}

// A thread started by several threads, or by one that is many, is many; so is what is assumed.
void findMany(Facts& facts) {
    // Parents in different programs start one each.
    const auto severalInOneProgram = [&](const std::set<ThreadId>& parents) {
        for (ThreadId a : parents)
            for (ThreadId b : parents)
                if (a < b && !inDifferentPrograms(facts, a, b)) return true;
        return false;
    };
    for (Thread& thread : facts.threads)
        if (thread.kind == ThreadKind::assumed || severalInOneProgram(thread.parents)) thread.many = true;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t t = 0; t < facts.threads.size(); ++t) {
            Thread& thread = facts.threads[t];
            if (thread.many) continue;
            for (ThreadId parent : thread.parents)
                if (parent.index() == t || facts.thread(parent).many) thread.many = changed = true;
        }
    }
}

void findOnlyRaisers(Facts& facts) {
    for (const auto& [flag, contexts] : facts.raisers) {
        std::set<ThreadId> threads;
        for (ContextId context : contexts)
            threads.insert(facts.context(context).threads.begin(), facts.context(context).threads.end());
        if (threads.size() == 1 && !facts.thread(*threads.begin()).many)
            facts.onlyRaiser.emplace(flag, *threads.begin());
    }
}

// What is made in a loop, in a function called more than once or in a thread that is many stands for several.
void findManyObjects(Facts& facts) {
    std::vector<std::vector<bool>> loops;
    for (const ir::Function& function : facts.program->functions) loops.push_back(blocksInLoops(function));
    const auto inLoop = [&](OpId op) { return loops[facts.ops.function(op).index()][facts.ops.block(op)]; };
    for (const Thread& thread : facts.threads)
        if (thread.many)
            for (ContextId entry : thread.entries) facts.contexts[entry.index()].many = true;
    for (Context& context : facts.contexts)
        if (context.threads.size() > 1) context.many = true;
    for (bool changed = true; changed;) {
        changed = false;
        for (Context& context : facts.contexts) {
            if (context.many) continue;
            bool many = context.callers.size() > 1;
            for (const Caller& caller : context.callers)
                many = many || inLoop(caller.op) || facts.context(caller.context).many;
            if (many) context.many = changed = true;
        }
    }
    std::map<FunctionIndex, std::pair<size_t, bool>> uses;
    for (const Context& context : facts.contexts) {
        auto& [count, many] = uses[context.function];
        ++count;
        many = many || context.many;
    }
    for (uint32_t i = 0; i < facts.places.objectCount(); ++i) {
        const Object& object = facts.places.object({i});
        if (object.kind == ObjectKind::heap &&
            (inLoop(object.op) || uses[object.function].second || uses[object.function].first > 1))
            facts.manyObjects.insert({i});
        if (object.kind == ObjectKind::variable && uses[object.function].second) facts.manyObjects.insert({i});
    }
}

// Objects that another thread than the one that made them can know: those reachable from globals, from what threads
// are given, and from what is itself reachable.
void findEscaped(Facts& facts) {
    std::vector<ObjectId> pending;
    const auto reach = [&](ObjectId object) {
        if (facts.escaped.insert(object).second) pending.push_back(object);
    };
    for (const auto& [pointer, content] : facts.pointsTo.content) {
        const ObjectKind kind = facts.places.object(facts.places.place(pointer).root).kind;
        if (kind != ObjectKind::global) continue;
        for (PlaceId place : content) reach(facts.places.place(place).root);
    }
    for (const Thread& thread : facts.threads)
        for (ObjectId object : thread.inherited) reach(object);
    std::unordered_map<ObjectId, std::vector<PlaceId>> contents;
    for (const auto& [pointer, content] : facts.pointsTo.content)
        contents[facts.places.place(pointer).root].push_back(pointer);
    while (!pending.empty()) {
        const ObjectId object = pending.back();
        pending.pop_back();
        for (PlaceId pointer : contents[object])
            for (PlaceId place : facts.pointsTo.content.at(pointer)) reach(facts.places.place(place).root);
    }
}

// The threads that run on when one ends: those it may have running then, with all that they start, and those that
// run on since threads it has joined ended.
void findOutliving(Facts& facts) {
    std::vector<std::set<ThreadId>> children(facts.threads.size());
    for (uint32_t t = 0; t < facts.threads.size(); ++t)
        for (ThreadId parent : facts.threads[t].parents) children[parent.index()].insert({t});
    std::vector<std::set<LiveThread>> atEnd(facts.threads.size());
    for (const Exit& exit : facts.exits)
        for (ThreadId thread : facts.context(exit.context).threads)
            if (exit.endsThread || facts.thread(thread).entries.contains(exit.context))
                atEnd[thread.index()].insert(facts.live(exit.live).begin(), facts.live(exit.live).end());
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t t = 0; t < facts.threads.size(); ++t) {
            std::set<ThreadId> outliving = facts.threads[t].outliving;
            std::vector<ThreadId> pending;
            for (const LiveThread& live : atEnd[t]) {
                if (!live.thread.valid())
                    pending.insert(pending.end(), children[t].begin(), children[t].end());
                else if (live.ended)
                    outliving.insert(facts.thread(live.thread).outliving.begin(),
                                     facts.thread(live.thread).outliving.end());
                else
                    pending.push_back(live.thread);
            }
            while (!pending.empty()) {
                const ThreadId next = pending.back();
                pending.pop_back();
                if (!outliving.insert(next).second) continue;
                pending.insert(pending.end(), children[next.index()].begin(), children[next.index()].end());
            }
            if (outliving == facts.threads[t].outliving) continue;
            facts.threads[t].outliving = std::move(outliving);
            changed = true;
        }
    }
}

void findCovers(Facts& facts) {
    for (uint32_t t = 0; t < facts.threads.size(); ++t) {
        const ThreadId of{t};
        std::set<ThreadId> seen;
        for (ThreadId child = of; facts.thread(child).parents.size() == 1 && seen.insert(child).second;) {
            const Thread& thread = facts.thread(child);
            const ThreadId creator = *thread.parents.begin();
            for (PlaceId lock : thread.startedUnder) {
                if (!isUniqueLock(facts, lock)) continue;
                const bool released = std::any_of(
                    facts.coverReleases.begin(), facts.coverReleases.end(), [&](const CoverRelease& release) {
                        return release.lock == lock && runningAt(facts, {child}, of, release.live) &&
                               !joinedBefore(facts, of, release.order);
                    });
                facts.threads[t].covers.push_back({creator, child, lock, !released});
            }
            child = creator;
        }
    }
}

// The threads that run tasks.
void findExecutors(Facts& facts, const TaskStarts& tasks) {
    std::map<OpId, const std::set<FunctionIndex>*> executors;
    for (const auto& [start, functions] : tasks)
        executors.emplace(facts.ops.id(start.function, start.block, start.op), &functions);
    for (Thread& task : facts.threads) {
        const auto known = task.spawn.valid() ? executors.find(task.spawn) : executors.end();
        if (known == executors.end()) continue;
        for (uint32_t t = 0; t < facts.threads.size(); ++t) {
            const Thread& other = facts.threads[t];
            if (known->second->contains(other.function) && !executors.contains(other.spawn)) task.executors.insert({t});
        }
    }
}

// What the interpreter remembers for itself is much, and given back before what follows.
Programs interpret(Facts& facts) {
    Interpreter interpreter(facts);
    const link::Program& program = *facts.program;
    State entry;
    entry.lastBarrier.insert(OpId{});
    for (uint32_t i = 0; i < program.functions.size(); ++i) {
        if (program.functions[i].role != ir::FunctionRole::staticInit) continue;
        const ThreadId thread = interpreter.startThread(ThreadKind::staticInit, {i}, {});
        interpreter.run();
        const LiveThreads live = interpreter.liveAtEnd(thread);
        entry.live.insert(live.begin(), live.end());
    }
    for (link::FunctionIndex main : program.mains) {
        interpreter.startThread(ThreadKind::main, main, entry);
        interpreter.run();
    }
    if (program.mains.empty()) startEntryPoints(facts, interpreter);
    for (Context& context : facts.contexts) context.callers.settle();
    return interpreter.programs();
}

Facts factsWith(const link::Program& program, const TaskStarts& tasks,
                const std::function<void(std::string_view)>& stage) {
    const auto begin = [&](std::string_view name) {
        if (stage) stage(name);
    };
    Facts facts(program);
    begin("points-to");
    facts.pointsTo = computePointsTo(facts.places, facts.ops);
    begin("interpretation");
    const Programs programs = interpret(facts);
    const Rows<ContextId> callees = calleesOf(facts);
    attributeContexts(facts, callees, programs);
    findExecutors(facts, tasks);
    findKnownLocks(facts, callees);
    findAncestors(facts);
    findOutliving(facts);
    findMany(facts);
    findOnlyRaisers(facts);
    keepDecisiveFlags(facts);
    findManyObjects(facts);
    findOpenSemaphores(facts);
    findCovers(facts);
    findEscaped(facts);
    addAccessesByType(facts);
    if (const size_t pointers = facts.pointsTo.cutShort; pointers > 0)
        facts.notes.push_back("pointers that can point to more places than are followed: " + std::to_string(pointers));
    for (uint32_t i = 0; i < facts.ops.size(); ++i)
        if (facts.ops.op({i}).kind == ir::OpKind::call) ++facts.calls;
    return facts;
}

}  // namespace

Facts computeFacts(link::Program& program, const std::function<void(std::string_view)>& stage) {
    Facts facts = factsWith(program, {}, stage);
    const TaskStarts tasks = startTasks(program, facts);
    return tasks.empty() ? std::move(facts) : factsWith(program, tasks, stage);
}

}  // namespace raddle::facts
