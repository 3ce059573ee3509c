#include "analyzer/facts/pointers/points_to.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "analyzer/facts/pointers/pointer_nodes.h"
#include "analyzer/facts/pointers/unknown_objects.h"

namespace raddle::facts {
namespace {

constexpr size_t kMostMembers = 400;  // of an object that is copied whole
constexpr size_t kDeepest = 8;        // steps of a place
constexpr size_t kMostTargets = 128;  // of one pointer; past that it tells nothing

struct ValueSet {
    SharedSet<PlaceId> places;
    SharedSet<FunctionIndex> functions;
    SharedSet<PlaceId> sources;  // where it was loaded from, for whole-object copies
};

// What a place is the member of; nothing when it is another member or none, as the head of a list of members is.
PlaceId containerOf(Places& places, PlaceId member, const ir::Step& container) {
    const Place& place = places.place(member);
    if (place.steps.empty() || place.steps.back().kind != ir::StepKind::field ||
        place.steps.back().value != container.value)
        return {};
    return places.extend(member, container);
}

// Where the steps from a place lead; `read` gives what a pointer holds.
template <class Read>
SharedSet<PlaceId> follow(Places& places, PlaceId root, const std::vector<ir::Step>& steps, Union<PlaceId>& contents,
                          Read read) {
    SharedSet<PlaceId> at{root};
    std::vector<PlaceId> next;
    for (const ir::Step& step : steps) {
        if (step.kind == ir::StepKind::deref) {
            for (PlaceId pointer : at)
                if (const SharedSet<PlaceId>* content = read(pointer)) contents.add(*content);
            at = contents.take();
            continue;
        }
        if (step.kind == ir::StepKind::field) {
            // Depth is bounded, so that pointers that walk into themselves come to an end.
            for (PlaceId base : at)
                next.push_back(places.place(base).steps.size() < kDeepest ? places.extend(base, step) : base);
        } else if (step.kind == ir::StepKind::container) {
            for (PlaceId base : at)
                if (const PlaceId around = containerOf(places, base, step); around.valid()) next.push_back(around);
        } else {
            continue;
        }
        sortUnique(next);
        at.setSorted(std::move(next));
        next.clear();
    }
    return at;
}

class Solver {
  public:
    Solver(Places& places, const Ops& ops) : places_(places), ops_(ops), program_(places.program()) {}

    PointsTo run() {
        for (uint32_t i = 0; i < ops_.size(); ++i) {
            push({i});
            if (ops_.op({i}).kind == ir::OpKind::join && !ops_.op({i}).args.empty()) joins_.insert({i});
        }
        while (!queue_.empty()) {
            current_ = queue_.front();
            queue_.pop_front();
            queued_[current_.index()] = false;
            function_ = ops_.function(current_);
            process(ops_.op(current_));
        }
        for (size_t i = 0; i < nodes_.size(); ++i) {
            const PlaceId place{static_cast<uint32_t>(i)};
            result_.cutShort += nodes_[i].cutShort;
            if (!nodes_[i].content.empty()) result_.content.emplace(place, std::move(nodes_[i].content));
            if (!nodes_[i].functions.empty()) result_.functions.emplace(place, std::move(nodes_[i].functions));
        }
        for (uint32_t i = 0; i < ops_.size(); ++i)
            for (const Target& target : result_.targetsOf({i})) result_.callers[target.function].push_back({i});
        for (auto& [function, calls] : result_.callers)
            calls.erase(std::unique(calls.begin(), calls.end()), calls.end());
        return std::move(result_);
    }

  private:
    Node& node(PlaceId place) {
        if (place.index() >= nodes_.size()) nodes_.resize(place.index() + 1);
        return nodes_[place.index()];
    }

    void push(OpId op) {
        if (queued_.size() <= op.index()) queued_.resize(ops_.size(), false);
        if (queued_[op.index()]) return;
        queued_[op.index()] = true;
        queue_.push_back(op);
    }

    ObjectId returnObject(FunctionIndex function) {
        Object object;
        object.kind = ObjectKind::variable;
        object.function = function;
        return places_.object(object);
    }

    ObjectId rootObject(const ir::Root& root) {
        return root.kind == ir::RootKind::global ? places_.globalObject(root.index)
                                                 : places_.variableObject(function_, root);
    }

    SharedSet<PlaceId> locations(const ir::Place& place) {
        if (!place.valid()) return {};
        return follow(places_, places_.place(rootObject(place.root)), place.steps, placeUnion_,
                      [&](PlaceId pointer) -> const SharedSet<PlaceId>* {
                          Node& read = node(pointer);
                          read.readers.add(current_);
                          return &read.content;
                      });
    }

    ValueSet evaluate(const ir::Value& value) {
        ValueSet result;
        switch (value.kind) {
            case ir::ValueKind::function:
                if (FunctionIndex index = program_.find(value.function); index.valid()) result.functions.insert(index);
                break;
            case ir::ValueKind::address:
                result.places = locations(value.place);
                break;
            case ir::ValueKind::load:
                result.sources = locations(value.place);
                for (PlaceId from : result.sources) {
                    Node& read = node(from);
                    read.readers.add(current_);
                    placeUnion_.add(read.content);
                    functionUnion_.add(read.functions);
                }
                result.places = placeUnion_.take();
                result.functions = functionUnion_.take();
                break;
            default:
                break;
        }
        return result;
    }

    // Whether an object is more than a record that anyone copies.
    bool isGiant(ObjectId object) const {
        auto it = members_.find(object);
        return it != members_.end() && it->second.size() > kMostMembers;
    }

    static bool isInside(const Place& member, const Place& record) {
        return member.steps.size() > record.steps.size() &&
               std::equal(record.steps.begin(), record.steps.end(), member.steps.begin());
    }

    void changed(PlaceId id) {
        const Place& place = places_.place(id);
        Node& grown = node(id);
        const bool isNew = grown.changed == 0;
        grown.changed = ++changes_;
        if (isNew && !isGiant(place.root)) members_[place.root].insert(id);
        for (OpId op : grown.readers.sorted()) push(op);
        if (isGiant(place.root)) return;
        if (isNew) findEnclosing(id);
        auto enclosing = enclosing_.find(id);
        if (enclosing == enclosing_.end()) return;
        std::vector<OpId> copiers;
        for (Copied* record : enclosing->second) {
            const std::vector<OpId>& ops = record->copiers.sorted();
            copiers.insert(copiers.end(), ops.begin(), ops.end());
        }
        if (enclosing->second.size() > 1) std::sort(copiers.begin(), copiers.end());
        for (OpId op : copiers) push(op);
    }

    void findEnclosing(PlaceId member) {
        const Place& place = places_.place(member);
        auto records = copied_.find(place.root);
        if (records == copied_.end()) return;
        for (auto& [record, copied] : records->second)
            if (isInside(place, places_.place(record))) enclose(copied, member);
    }

    void enclose(Copied& record, PlaceId member) {
        record.members.insert(member);
        enclosing_[member].push_back(&record);
    }

    void add(PlaceId to, const SharedSet<PlaceId>& places, const SharedSet<FunctionIndex>& functions) {
        if (places.empty() && functions.empty()) return;
        Node& target = node(to);
        bool grew = target.functions.unite(functions);
        if (SharedSet<PlaceId>& content = target.content; content.size() + places.size() <= kMostTargets) {
            grew |= content.unite(places);
        } else {
            for (PlaceId place : places) {
                if (content.size() >= kMostTargets) {
                    target.cutShort |= !content.contains(place);
                    break;
                }
                grew |= content.insert(place).second;
            }
        }
        if (grew) changed(to);
    }

    void store(PlaceId to, const ValueSet& value) {
        add(to, value.places, value.functions);
        for (PlaceId from : value.sources) copyMembers(to, from);
    }

    // A struct copy: what the source's members hold, the target's members hold.
    void copyMembers(PlaceId to, PlaceId from) {
        // What holds a pointer is no record.
        if (to == from || !node(from).content.empty() || !node(from).functions.empty()) return;
        const Place& source = places_.place(from);
        if (isGiant(source.root)) return;
        auto [it, isNew] = copied_[source.root].try_emplace(from);
        Copied& copied = it->second;
        copied.copiers.add(current_);
        if (isNew)
            for (PlaceId known : members_[source.root])
                if (isInside(places_.place(known), source)) enclose(copied, known);
        const SharedSet<PlaceId> members = copied.members;
        if (members.empty()) return;
        // Members that have not grown since this copy was last made are as they were.
        const uint64_t before = std::exchange(copies_[{to, from}], changes_);
        for (PlaceId id : members) {
            if (node(id).changed <= before) continue;
            const Place& member = places_.place(id);
            if (member.steps.size() > kDeepest) continue;
            PlaceId target = to;
            for (size_t i = source.steps.size(); i < member.steps.size(); ++i)
                target = places_.extend(target, member.steps[i]);
            if (target == id) continue;
            const Node& read = node(id);
            const SharedSet<PlaceId> content = read.content;
            const SharedSet<FunctionIndex> functions = read.functions;
            add(target, content, functions);
        }
    }

    void process(const ir::Op& op) {
        switch (op.kind) {
            case ir::OpKind::store: {
                if (op.value.kind == ir::ValueKind::unknown || op.value.kind == ir::ValueKind::constant) return;
                const ValueSet value = evaluate(op.value);
                for (PlaceId to : locations(op.place)) store(to, value);
                return;
            }
            case ir::OpKind::alloc: {
                const SharedSet<PlaceId> made{places_.place(heapObject(places_, ops_, current_))};
                for (PlaceId to : locations(op.place)) add(to, made, {});
                return;
            }
            case ir::OpKind::call:
            case ir::OpKind::spawn:
            case ir::OpKind::once:
                call(op);
                return;
            case ir::OpKind::join:
                if (!op.args.empty()) returned(op);
                return;
            case ir::OpKind::ret:
                if (op.value.kind != ir::ValueKind::unknown && op.value.kind != ir::ValueKind::constant)
                    store(places_.place(returnObject(function_)), evaluate(op.value));
                return;
            default:
                return;
        }
    }

    // What a joined thread returned: that of the threads started with the same handle, else of any.
    void returned(const ir::Op& join) {
        const auto handles = locations(join.place);
        std::set<OpId> matching;
        for (OpId spawn : spawns_)
            if (auto it = handles_.find(spawn); it != handles_.end())
                for (PlaceId handle : it->second)
                    if (handles.contains(handle)) matching.insert(spawn);
        ValueSet value;
        for (OpId spawn : matching.empty() ? spawns_ : matching)
            for (const Target& target : result_.targets[spawn]) addReturned(target.function, value);
        const ValueSet to = evaluate(join.args.front());
        for (PlaceId place : to.places) store(place, value);
    }

    void addReturned(FunctionIndex function, ValueSet& value) {
        const PlaceId returned = places_.place(returnObject(function));
        Node& read = node(returned);
        read.readers.add(current_);
        value.sources.insert(returned);
        value.places.unite(read.content);
        value.functions.unite(read.functions);
    }

    // Joins are looked at again when what they may join has changed.
    void noteSpawn(const ir::Op& op) {
        bool grew = spawns_.insert(current_).second;
        std::set<PlaceId>& known = handles_[current_];
        for (PlaceId handle : locations(op.place)) grew |= known.insert(handle).second;
        if (grew)
            for (OpId join : joins_) push(join);
    }

    void findTargets(const ir::Op& op) {
        std::set<Target>& targets = result_.targets[current_];
        const ValueSet callee = evaluate(op.value);
        for (FunctionIndex function : callee.functions) targets.insert({function, {}});
        for (PlaceId place : callee.places) {
            const Object& object = places_.object(places_.place(place).root);
            if (!object.callOperator.valid() || !places_.place(place).steps.empty()) continue;
            if (FunctionIndex function = program_.find(object.callOperator); function.valid())
                targets.insert({function, place});
        }
        if (op.isVirtual && op.value.kind == ir::ValueKind::function) {
            if (auto it = program_.overriders.find(op.value.function); it != program_.overriders.end())
                for (ir::NameId derived : it->second)
                    if (FunctionIndex function = program_.find(derived); function.valid())
                        targets.insert({function, {}});
        }
    }

    void call(const ir::Op& op) {
        const size_t before = result_.targets[current_].size();
        findTargets(op);
        if (const ObjectId object = objectFromUnknown(places_, ops_, current_); object.valid()) {
            if (places_.object(object).kind == ObjectKind::typed) result_.unknownObjects.insert(object);
            add(places_.place(places_.variableObject(function_, op.result)), {places_.place(object)}, {});
        }
        const std::set<Target>& targets = result_.targets[current_];
        if (op.kind == ir::OpKind::spawn) {
            if (targets.size() > before) spawns_.erase(current_);
            noteSpawn(op);
        }
        std::vector<Argument> args(op.args.size());
        for (const Target& target : targets) {
            pass(op, target, args);
            if (op.kind != ir::OpKind::call || op.result.kind == ir::RootKind::none) continue;
            ValueSet value;
            addReturned(target.function, value);
            store(places_.place(places_.variableObject(function_, op.result)), value);
        }
    }

    // An argument, evaluated when anything had been stored that many times.
    struct Argument {
        ValueSet value;
        uint64_t changes = UINT64_MAX;
    };

    void pass(const ir::Op& op, const Target& target, std::vector<Argument>& args) {
        const size_t formals = program_.function(target.function).formals.size();
        uint32_t formal = 0;
        if (target.closure.valid()) {
            if (formals > 0)
                add(places_.place(places_.variableObject(target.function, {ir::RootKind::formal, 0})), {target.closure},
                    {});
            formal = 1;
        }
        for (size_t i = 0; i < args.size() && formal < formals; ++i) {
            if (args[i].changes != changes_) args[i] = {evaluate(op.args[i]), changes_};
            store(places_.place(places_.variableObject(target.function, {ir::RootKind::formal, formal++})),
                  args[i].value);
        }
    }

    Places& places_;
    const Ops& ops_;
    const link::Program& program_;
    PointsTo result_;
    std::deque<Node> nodes_;  // by place
    Union<PlaceId> placeUnion_;
    Union<FunctionIndex> functionUnion_;
    uint64_t changes_ = 0;
    std::unordered_map<ObjectId, std::map<PlaceId, Copied>> copied_;  // by the object they are in
    std::unordered_map<PlaceId, std::vector<Copied*>> enclosing_;     // the copied records that a place is in
    std::unordered_map<ObjectId, SharedSet<PlaceId>> members_;        // places with content, by object
    std::unordered_map<Copy, uint64_t, CopyHash> copies_;             // when each was last made
    std::set<OpId> spawns_, joins_;                                   // joins that want what the thread returns
    std::map<OpId, std::set<PlaceId>> handles_;                       // of spawns
    std::deque<OpId> queue_;
    std::vector<bool> queued_;
    OpId current_;
    FunctionIndex function_;
};

}  // namespace

ObjectId heapObject(Places& places, const Ops& ops, OpId op) {
    Object object;
    object.kind = ObjectKind::heap;
    object.function = ops.function(op);
    object.op = op;
    object.variable.index = ops.op(op).at.line;
    return places.object(object);
}

SharedSet<PlaceId> PointsTo::resolve(Places& places, PlaceId place) const {
    const Place path = places.place(place);
    Union<PlaceId> contents;
    return follow(places, places.place(path.root), path.steps, contents,
                  [&](PlaceId pointer) -> const SharedSet<PlaceId>* {
                      auto it = content.find(pointer);
                      return it == content.end() ? nullptr : &it->second;
                  });
}

const std::set<Target>& PointsTo::targetsOf(OpId op) const {
    static const std::set<Target> none;
    auto it = targets.find(op);
    return it == targets.end() ? none : it->second;
}

PointsTo computePointsTo(Places& places, const Ops& ops) {
    return Solver(places, ops).run();
}

}  // namespace raddle::facts
