// Fields that conditions look at around locks: what was decided on one stands through the calls that do not write it,
// so that a lock taken and one released under the same test go together.
#include <set>

#include "analyzer/facts/interpreter/interpreter.h"

namespace raddle::facts {

// Functions that lock, start or join, or call one that does: elsewhere nothing hangs on two tests coming out alike.
void Interpreter::findDecisiveFunctions() {
    const auto decisive = [](ir::OpKind kind) {
        return kind == ir::OpKind::acquire || kind == ir::OpKind::release || kind == ir::OpKind::spawn ||
               kind == ir::OpKind::join;
    };
    std::vector<bool> itself(facts_.program->functions.size());
    for (uint32_t i = 0; i < facts_.ops.size(); ++i)
        if (decisive(facts_.ops.op({i}).kind)) itself[facts_.ops.function({i}).index()] = true;
    decisive_ = itself;
    for (const auto& [callee, calls] : facts_.pointsTo.callers)
        if (itself[callee.index()])
            for (OpId call : calls) decisive_[facts_.ops.function(call).index()] = true;
}

void Interpreter::findDecidedFields() {
    findDecisiveFunctions();
    const link::Program& program = *facts_.program;
    writtenFields_.resize(program.functions.size());
    std::set<int64_t> decided;
    const auto look = [&](const ir::Place& place) {
        for (const ir::Step& step : place.steps)
            if (step.kind == ir::StepKind::field) decided.insert(step.value);
    };
    for (const ir::Function& function : program.functions)
        for (const ir::Block& block : function.blocks) {
            look(block.condition.place);
            for (const ir::Place& use : block.condition.uses) look(use);
        }
    for (uint32_t i = 0; i < facts_.ops.size(); ++i) {
        const ir::Op& op = facts_.ops.op({i});
        if (!writesPlace(op) || op.place.steps.empty()) continue;
        const ir::Step& last = op.place.steps.back();
        if (last.kind == ir::StepKind::field && decided.contains(last.value))
            writtenFields_[facts_.ops.function({i}).index()].insert(last.value);
    }
    addOfCallees(writtenFields_);
}

void Interpreter::forgetDecided(FunctionIndex callee, State& state) const {
    const std::set<int64_t>& written = writtenFields_[rank_[callee.index()]];
    erase_if(state.decided, [&](const auto& entry) {
        const std::vector<int64_t>& fields = entry.second.fields;
        return std::any_of(fields.begin(), fields.end(), [&](int64_t field) { return written.contains(field); });
    });
}

}  // namespace raddle::facts
