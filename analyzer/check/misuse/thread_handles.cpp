// What becomes of a thread's handle within one function: a std::thread that ends or is assigned to while its thread is
// neither joined nor detached ends the program; a second join of one thread is an error. A forward data-flow analysis
// of what each handle may be; a handle whose address is taken, or that code asks whether it is joinable, may be
// anything.
#include <map>
#include <set>
#include <vector>

#include "analyzer/check/base/story.h"
#include "analyzer/check/misuse/misuse_checks.h"

namespace raddle::check {

using namespace facts;

namespace {

// Bits of what a handle may be. `other`: something that is not followed.
enum : unsigned { kEmpty = 1, kRunning = 2, kEnded = 4, kOther = 8 };

struct Handle {
    unsigned states = kOther;
    OpId last;  // the spawn, join or detach it comes from

    bool operator==(const Handle&) const = default;
};

using Handles = std::map<ir::Root, Handle>;

enum class Mistake { destroyed, assigned, endedTwice };

struct Found {
    Mistake mistake;
    OpId op;
    OpId before;
    ir::Root handle;
};

class HandleFlow {
  public:
    HandleFlow(const Facts& facts, FunctionIndex index)
        : facts_(facts), index_(index), function_(facts.program->function(index)) {
        findHandles();
    }

    std::vector<Found> run() {
        if (handles_.empty()) return {};
        std::vector<Handles> entries(function_.blocks.size());
        std::vector<bool> reached(function_.blocks.size());
        std::vector<ir::BlockId> pending{0};
        reached[0] = true;
        for (ir::Root root : handles_) entries[0][root] = {kEmpty, {}};
        while (!pending.empty()) {
            const ir::BlockId block = pending.back();
            pending.pop_back();
            const Handles after = flow(block, entries[block], nullptr);
            for (ir::BlockId next : function_.blocks[block].successors) {
                if (join(entries[next], after) || !reached[next]) pending.push_back(next);
                reached[next] = true;
            }
        }
        std::vector<Found> found;
        for (ir::BlockId block = 0; block < function_.blocks.size(); ++block)
            if (reached[block]) flow(block, entries[block], &found);
        return found;
    }

  private:
    bool isThreadObject(ir::Root root) const {
        const ir::NameId type = function_.locals[root.index].type;
        return type.valid() && facts_.program->text(type) == "std::thread";
    }

    // Local handles, whole variables, whose address goes nowhere.
    void findHandles() {
        for (const ir::Block& block : function_.blocks)
            for (const ir::Op& op : block.ops)
                if (op.kind == ir::OpKind::spawn && op.place.valid()) addHandle(op.place);
        for (const ir::Block& block : function_.blocks)
            for (const ir::Op& op : block.ops)
                // A thread object that takes over another's thread is a handle, too.
                if (op.kind == ir::OpKind::store && op.value.kind == ir::ValueKind::load &&
                    handles_.contains(op.value.place.root) && isLocal(op.place) && isThreadObject(op.place.root))
                    addHandle(op.place);
        for (const ir::Block& block : function_.blocks)
            for (const ir::Op& op : block.ops) {
                for (const ir::Value& arg : op.args)
                    if (arg.kind == ir::ValueKind::address) handles_.erase(arg.place.root);
                if (op.value.kind == ir::ValueKind::address) handles_.erase(op.value.place.root);
            }
    }
    static bool isLocal(const ir::Place& place) {
        return place.root.kind == ir::RootKind::local && place.steps.empty();
    }
    void addHandle(const ir::Place& place) {
        if (isLocal(place)) handles_.insert(place.root);
    }

    static bool join(Handles& into, const Handles& from) {
        bool changed = false;
        for (const auto& [root, handle] : from) {
            auto [it, isNew] = into.try_emplace(root, handle);
            if (isNew) {
                changed = true;
                continue;
            }
            if ((handle.states & kRunning) != 0 && (it->second.states & kRunning) == 0) it->second.last = handle.last;
            changed = changed || (it->second.states | handle.states) != it->second.states;
            it->second.states |= handle.states;
        }
        return changed;
    }

    Handles flow(ir::BlockId block, Handles handles, std::vector<Found>* found) const {
        const ir::Block& code = function_.blocks[block];
        for (size_t i = 0; i < code.ops.size(); ++i)
            apply(code.ops[i], facts_.ops.id(index_, block, i), handles, found);
        for (const ir::Place& use : code.condition.uses)
            if (auto it = handles.find(use.root); it != handles.end()) it->second.states = kOther;
        return handles;
    }

    void apply(const ir::Op& op, OpId id, Handles& handles, std::vector<Found>* found) const {
        const auto report = [&](Mistake mistake, const Handle& handle) {
            if (found) found->push_back({mistake, id, handle.last, op.place.root});
        };
        Handle moved{kEmpty, {}};
        if (op.value.kind == ir::ValueKind::load)
            if (auto from = handles.find(op.value.place.root); from != handles.end()) {
                moved = from->second;
                // An object moves; a number (pthread_t) is copied, and then both stand for the thread.
                from->second = isThreadObject(from->first) ? Handle{kEmpty, {}} : Handle{};
            }
        // A value made of the handle: the answer to whether it is joinable.
        for (const ir::Place& use : op.uses)
            if (auto asked = handles.find(use.root); asked != handles.end() && op.value.place.root != use.root)
                asked->second = {};
        for (const ir::Value& arg : op.args)
            if (arg.kind == ir::ValueKind::load)
                if (auto from = handles.find(arg.place.root); from != handles.end()) from->second = {};
        auto it = handles.find(op.place.root);
        if (it == handles.end() || !op.place.steps.empty()) return;
        Handle& handle = it->second;
        const bool object = isThreadObject(it->first),
                   running = (handle.states & kRunning) != 0 && (handle.states & kOther) == 0;
        switch (op.kind) {
            case ir::OpKind::spawn:
                handle = {kRunning, id};
                break;
            case ir::OpKind::store:
                if (object && running) report(Mistake::assigned, handle);
                handle = op.value.kind == ir::ValueKind::load ? moved : Handle{};
                break;
            case ir::OpKind::free:
                if (object && running) report(Mistake::destroyed, handle);
                handle = {kEmpty, {}};
                break;
            case ir::OpKind::join:
            case ir::OpKind::detach:
                if (!op.conditional && handle.states == kEnded) report(Mistake::endedTwice, handle);
                handle = {kEnded, id};
                break;
            case ir::OpKind::load:
                break;
            default:
                handle = {};
        }
    }

    const Facts& facts_;
    FunctionIndex index_;
    const ir::Function& function_;
    std::set<ir::Root> handles_;
};

Finding describe(const Facts& facts, const Found& found) {
    const FunctionIndex index = facts.ops.function(found.op);
    const std::string function = functionName(facts, found.op),
                      name = facts.program->text(facts.program->function(index).locals[found.handle.index].name);
    if (found.mistake == Mistake::endedTwice) {
        const bool joins = facts.ops.op(found.op).kind == ir::OpKind::join,
                   joined = facts.ops.op(found.before).kind == ir::OpKind::join;
        Finding finding = findingOf("misuse-join-twice", Evidence::definite);
        finding.message = function + (joins ? " joins `" : " detaches `") + name + "`, which is already " +
                          (joined ? "joined" : "detached");
        finding.locations = {locationOf(facts, found.op, joins ? "joins again" : "detaches again"),
                             locationOf(facts, found.before, joined ? "joined here" : "detached here")};
        finding.why = {"no other thread is started with the handle in between"};
        finding.fingerprint = fingerprint(finding.rule, {function, name});
        return finding;
    }
    const bool destroyed = found.mistake == Mistake::destroyed;
    Finding finding = findingOf("misuse-thread-joinable", Evidence::likely);
    const std::string what = name.starts_with("%") ? "a std::thread" : "`" + name + "`";
    finding.message = function + (destroyed ? " destroys " : " assigns to ") + what +
                      " on a path that neither joins nor detaches its thread: the program terminates";
    finding.locations = {locationOf(facts, found.op, destroyed ? "destroyed here" : "assigned to here"),
                         locationOf(facts, found.before, "thread started here")};
    finding.why = {"some path leads from the start to the end of the handle without a join or detach"};
    finding.fingerprint = fingerprint(finding.rule, {function, name, destroyed ? "destroyed" : "assigned"});
    return finding;
}

}  // namespace

std::vector<Finding> checkThreadHandles(const Facts& facts) {
    std::vector<Finding> findings;
    for (uint32_t f = 0; f < facts.program->functions.size(); ++f) {
        if (facts.program->functions[f].blocks.empty()) continue;
        std::set<std::pair<OpId, ir::Root>> seen;
        for (const Found& found : HandleFlow(facts, {f}).run())
            if (seen.emplace(found.op, found.handle).second) findings.push_back(describe(facts, found));
    }
    return findings;
}

}  // namespace raddle::check
