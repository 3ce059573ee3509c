// The analyses' own names for memory. An Object is what places start from: a global, a variable of a function, a
// heap allocation site, what an unknown pointer points to. A canonical place is an object and steps from it,
// interned as a PlaceId so that places compare, hash and copy as numbers. Unlike an ir::Place it is the same for
// all functions.
#pragma once

#include <algorithm>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/ir/ir.h"
#include "analyzer/link/program.h"

namespace raddle::facts {

using link::FunctionIndex;
using ObjectId = Id<struct ObjectTag>;
using PlaceId = Id<struct PlaceTag>;
using OpId = Id<struct OpTag>;  // an op of the program, counted through all functions

enum class ObjectKind : uint8_t {
    global,
    variable,  // formal or local of a function; one for all its activations
    heap,      // allocation site
    typed,     // any object of a class, given to an entry point by callers that are not in the program
    target,    // what a pointer of unknown content points to, named by the pointer's place
};

struct Object {
    ObjectKind kind = ObjectKind::global;
    uint32_t global = 0;      // global
    FunctionIndex function;   // variable, heap: where it lives
    ir::Root variable;        // variable
    OpId op;                  // heap: the allocation
    ir::NameId type;          // typed; variable.index tells apart those given to one entry point
    PlaceId pointer;          // target
    ir::NameId callOperator;  // what runs when it is called; none for data

    bool operator==(const Object&) const = default;
};

// Steps are ir::Steps, but an indexVariable's variable is an ObjectId (variable == local), or the number of the
// spawn op whose threads each have an index of their own (variable == none).
struct Place {
    ObjectId root;
    std::vector<ir::Step> steps;

    bool operator==(const Place&) const = default;
};

// An element of which it is not told by its number which one it is.
inline bool isSomeElement(const ir::Step& step) {
    return step.kind == ir::StepKind::indexVariable || step.kind == ir::StepKind::indexAny;
}

inline bool isIndex(const ir::Step& step) {
    return step.kind == ir::StepKind::indexConstant || isSomeElement(step);
}

// An element that is one thread's own, or that of a thread yet to be started.
inline bool isOwnIndex(const ir::Step& step) {
    return step.kind == ir::StepKind::indexVariable && step.variable == ir::RootKind::none;
}

// Whether some step leads to an element that no number tells.
inline bool isInSomeElement(const Place& place) {
    return std::any_of(place.steps.begin(), place.steps.end(), isSomeElement);
}

// Whether the one place is the other, or what the other is part of or reached through.
inline bool isPrefix(const Place& prefix, const Place& of) {
    return prefix.root == of.root && prefix.steps.size() <= of.steps.size() &&
           std::equal(prefix.steps.begin(), prefix.steps.end(), of.steps.begin());
}

inline bool hasStep(const std::vector<ir::Step>& steps, ir::StepKind kind) {
    return std::any_of(steps.begin(), steps.end(), [&](const ir::Step& step) { return step.kind == kind; });
}

class Places {
  public:
    explicit Places(const link::Program& program) : program_(&program) {}

    const link::Program& program() const { return *program_; }
    ObjectId object(const Object& object);
    const Object& object(ObjectId id) const { return objects_[id.index()]; }
    size_t objectCount() const { return objects_.size(); }
    ObjectId globalObject(uint32_t global);
    ObjectId variableObject(FunctionIndex function, ir::Root variable);

    PlaceId place(ObjectId root) {
        if (root.index() >= roots_.size()) roots_.resize(root.index() + 1);
        PlaceId& known = roots_[root.index()];
        return known.valid() ? known : known = place(Place{root, {}});
    }
    PlaceId place(const Place& place);
    const Place& place(PlaceId id) const { return places_[id.index()]; }
    PlaceId extend(PlaceId base, const ir::Step& step);  // one lookup when it has been asked before
    // Where memory of any object of a class is: two that one entry point is given may change places in another.
    PlaceId anyInstance(PlaceId place);

    // As a person would write it: "queue.mu", "p->next", "Cache::mu_".
    std::string describe(PlaceId id) const;
    std::string describe(ObjectId id) const;

  private:
    struct PlaceHash {
        size_t operator()(const Place& place) const noexcept;
    };
    struct ObjectHash {
        size_t operator()(const Object& object) const noexcept;
    };

    struct Extension {
        PlaceId base, place;
        ir::Step step;
    };
    // Where the extension is, or would be.
    size_t slotOf(PlaceId base, const ir::Step& step) const;
    PlaceId extended(PlaceId base, const ir::Step& step);

    const link::Program* program_;
    std::deque<Object> objects_;
    std::unordered_map<Object, ObjectId, ObjectHash> objectIds_;
    std::deque<Place> places_;
    std::unordered_map<Place, PlaceId, PlaceHash> placeIds_;
    std::vector<PlaceId> roots_;         // by object: the place without steps
    std::vector<Extension> extensions_;  // open addressing: asked for at every step of every place
    size_t extensionCount_ = 0;
    std::vector<ObjectId> globals_;                        // by global: its object, where known
    std::vector<std::vector<ObjectId>> formals_, locals_;  // by function: their objects, where known
};

// Numbers the ops of a program.
class Ops {
  public:
    explicit Ops(const link::Program& program);

    OpId id(FunctionIndex function, ir::BlockId block, size_t op) const {
        return {firstOfBlock_[firstBlock_[function.index()] + block] + static_cast<uint32_t>(op)};
    }
    const ir::Op& op(OpId id) const { return *ops_[id.index()]; }
    FunctionIndex function(OpId id) const { return functions_[id.index()]; }
    ir::BlockId block(OpId id) const { return blocks_[id.index()]; }
    size_t size() const { return ops_.size(); }

  private:
    std::vector<uint32_t> firstBlock_, firstOfBlock_;
    std::vector<const ir::Op*> ops_;
    std::vector<FunctionIndex> functions_;
    std::vector<ir::BlockId> blocks_;
};

}  // namespace raddle::facts
