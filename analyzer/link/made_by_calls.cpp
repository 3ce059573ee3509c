#include "analyzer/link/made_by_calls.h"

#include <algorithm>
#include <set>

namespace raddle::link {
namespace {

constexpr size_t kMostBlocks = 24;  // of a function that does no more than to allocate

bool isVariable(const ir::Place& place) {
    return place.root.kind == ir::RootKind::local && place.steps.empty();
}

class Allocator {
  public:
    Allocator(const Program& program, const std::set<ir::NameId>& known, const ir::Function& function)
        : program_(program), known_(known), function_(function) {}

    // Whether the function returns nothing but what it has allocated, and keeps no other name of it.
    bool allocates() {
        if (function_.blocks.size() > kMostBlocks) return false;
        forOps([&](const ir::Op& op) {
            if (op.kind == ir::OpKind::ret && op.value.kind == ir::ValueKind::load) made_.insert(op.value.place.root);
        });
        if (made_.size() != 1) return false;
        // What is copied to it is what it is made from.
        for (size_t before = 0; before != made_.size();) {
            before = made_.size();
            forOps([&](const ir::Op& op) {
                if (op.kind == ir::OpKind::store && isVariable(op.place) && made_.contains(op.place.root) &&
                    op.value.kind == ir::ValueKind::load && isVariable(op.value.place))
                    made_.insert(op.value.place.root);
            });
        }
        bool found = false, other = false;
        forOps([&](const ir::Op& op) {
            found = found || makes(op);
            other = other || !isHarmless(op);
        });
        return found && !other;
    }

  private:
    template <class Visit>
    void forOps(Visit visit) const {
        for (const ir::Block& block : function_.blocks)
            for (const ir::Op& op : block.ops) visit(op);
    }

    bool isMade(const ir::Place& place) const { return isVariable(place) && made_.contains(place.root); }

    bool makes(const ir::Op& op) const {
        if (op.kind == ir::OpKind::alloc) return isMade(op.place);
        if (op.kind != ir::OpKind::call || !made_.contains(op.result)) return false;
        if (op.value.kind == ir::ValueKind::function) return known_.contains(op.value.function);
        return op.value.kind == ir::ValueKind::load && isCalledAllocator(op.value.place);
    }

    // A pointer to a function that a program sets to malloc or another.
    bool isCalledAllocator(const ir::Place& place) const {
        std::string name;
        if (place.root.kind == ir::RootKind::global) name = program_.text(program_.globals[place.root.index].name);
        for (const ir::Step& step : place.steps)
            if (step.kind == ir::StepKind::field) name = program_.names.text({static_cast<uint32_t>(step.value)});
        name.erase(0, name.rfind(':') + 1);
        return name.find("alloc") != std::string::npos && name.find("dealloc") == std::string::npos;
    }

    bool namesMade(const ir::Value& value) const {
        return (value.kind == ir::ValueKind::load || value.kind == ir::ValueKind::address) &&
               made_.contains(value.place.root);
    }

    bool isHarmless(const ir::Op& op) const {
        switch (op.kind) {
            case ir::OpKind::load:
            case ir::OpKind::ret:
            case ir::OpKind::free:
                return true;
            case ir::OpKind::alloc:
                return isVariable(op.place);
            case ir::OpKind::store:
                if (isMade(op.place))
                    return op.value.kind == ir::ValueKind::constant ||
                           (op.value.kind == ir::ValueKind::load && isMade(op.value.place));
                if (made_.contains(op.place.root))
                    return op.value.kind == ir::ValueKind::unknown || op.value.kind == ir::ValueKind::constant;
                return !namesMade(op.value);
            case ir::OpKind::call:
                if (made_.contains(op.result) && !makes(op)) return false;
                return std::none_of(op.args.begin(), op.args.end(),
                                    [&](const ir::Value& argument) { return namesMade(argument); });
            default:
                return false;
        }
    }

    const Program& program_;
    const std::set<ir::NameId>& known_;
    const ir::Function& function_;
    std::set<ir::Root> made_;  // the variables that hold what is returned
};

void allocateAtCalls(ir::Block& block, const std::set<ir::NameId>& allocators) {
    const auto allocates = [&](const ir::Op& op) {
        return op.kind == ir::OpKind::call && op.value.kind == ir::ValueKind::function &&
               op.result.kind == ir::RootKind::local && allocators.contains(op.value.function);
    };
    if (std::none_of(block.ops.begin(), block.ops.end(), allocates)) return;
    std::vector<ir::Op> ops;
    for (ir::Op& op : block.ops) {
        const bool splits = allocates(op);
        ops.push_back(std::move(op));
        if (!splits) continue;
        ir::Op made;
        made.kind = ir::OpKind::alloc;
        made.place.root = ops.back().result;
        made.at = ops.back().at;
        ops.back().result = {};
        ops.push_back(std::move(made));
    }
    block.ops = std::move(ops);
}

}  // namespace

void allocateAtCalls(Program& program) {
    std::set<ir::NameId> allocators;
    for (bool changed = true; changed;) {
        changed = false;
        for (const ir::Function& function : program.functions)
            if (!allocators.contains(function.key) && Allocator(program, allocators, function).allocates())
                changed |= allocators.insert(function.key).second;
    }
    if (allocators.empty()) return;
    for (ir::Function& function : program.functions)
        for (ir::Block& block : function.blocks) allocateAtCalls(block, allocators);
}

}  // namespace raddle::link
