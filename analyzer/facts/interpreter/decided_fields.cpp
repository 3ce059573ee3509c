// Fields and globals that conditions look at around locks: what was decided on one stands through the calls that do not
// write it, so that a lock taken and one released under the same test go together.
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

namespace {

// Stands, among the fields that a function writes, for what lets another thread go on: only then has this one to see
// what the other writes next (without it, the two race).
constexpr int64_t kLetsOthersGo = INT64_MIN;
constexpr size_t kHelperBlocks = 24;  // of a function that does little but lock or unlock

int64_t asField(ObjectId global) {
    return -1 - static_cast<int64_t>(global.value);
}

bool letsOthersGo(const ir::Op& op) {
    switch (op.kind) {
        case ir::OpKind::release:
        case ir::OpKind::signal:
        case ir::OpKind::wait:
        case ir::OpKind::spawn:
        case ir::OpKind::join:
        case ir::OpKind::barrier:
        case ir::OpKind::rmw:
        case ir::OpKind::cas:
        case ir::OpKind::fence:
            return true;
        case ir::OpKind::store:
            return op.order != ir::MemoryOrder::plain;
        default:
            return false;
    }
}

}  // namespace

// Globals that tests of which can be remembered: plain, defined here, and nothing points to them.
void Interpreter::findDecidedGlobals() {
    const link::Program& program = *facts_.program;
    std::set<ObjectId> others;
    for (uint32_t i = 0; i < facts_.ops.size(); ++i) {
        const ir::Op& op = facts_.ops.op({i});
        if (op.place.root.kind != ir::RootKind::global || !op.place.steps.empty()) continue;
        const ObjectId object = places_.globalObject(op.place.root.index);
        const ir::Global& global = program.globals[op.place.root.index];
        if (op.order != ir::MemoryOrder::plain || op.isVolatile || global.isExtern || global.isThreadLocal ||
            isAddressed(object))
            others.insert(object);
        GlobalWrites& writes = decidedGlobals_[object];
        if (!writesPlace(op)) continue;
        // What a static variable starts with it has before anybody looks.
        if (op.isInit && (!global.isFunctionStatic || op.value.kind == ir::ValueKind::constant)) continue;
        if (op.kind == ir::OpKind::store && op.value.kind == ir::ValueKind::constant)
            writes.constants.insert(op.value.constant);
        else
            writes.others = true;
        writtenFields_[facts_.ops.function({i}).index()].insert(asField(object));
    }
    for (ObjectId object : others) decidedGlobals_.erase(object);
}

// Whether no write in the program makes the comparison come out differently.
bool Interpreter::staysDecided(const Comparison& comparison, const Decision& decision) const {
    if (!comparison.place.valid() || !places_.place(comparison.place).steps.empty() || decision.given) return false;
    const auto global = decidedGlobals_.find(places_.place(comparison.place).root);
    if (global == decidedGlobals_.end()) return false;
    const GlobalWrites& writes = global->second;
    // Without a main, who uses the program may write what it does not write itself.
    if (writes.others || (writes.constants.empty() && facts_.program->mains.empty())) return false;
    return std::all_of(writes.constants.begin(), writes.constants.end(),
                       [&](int64_t constant) { return (constant == comparison.constant) == decision.taken; });
}

// Other threads may write what has been compared.
void Interpreter::letOthersDecide(State& state) const {
    erase_if(state.decided, [&](const auto& entry) {
        const std::vector<int64_t>& fields = entry.second.fields;
        const bool global = std::any_of(fields.begin(), fields.end(), [](int64_t field) { return field < 0; });
        return global && !staysDecided(entry.first, entry.second);
    });
}

// False when it has been decided otherwise.
bool Interpreter::decideAs(const Comparison& comparison, const Decision& decision, State& state) {
    const auto known = state.decided.find(comparison);
    if (known != state.decided.end()) {
        const auto& given = known->second.given;
        const auto guard = given ? state.decided.find(given->first) : state.decided.end();
        const bool stands =
            !given || (guard != state.decided.end() && !guard->second.given && guard->second.taken == given->second);
        if (stands && known->second.taken != decision.taken) return false;
        if (!given) return true;
    }
    state.decided[comparison] = decision;
    return true;
}

// What a variable was given it keeps, whatever becomes of where that came from.
bool Interpreter::decideVariable(PlaceId variable, int64_t constant, bool equal, State& state) const {
    const Place& place = places_.place(variable);
    if (!place.steps.empty() || places_.object(place.root).kind != ObjectKind::variable || !tracked(state, variable))
        return true;
    return decideAs({{}, variable, constant}, {equal, {place.root}, {}, {}}, state);
}

// A member that nothing has written since compares as it did.
bool Interpreter::decideMember(PlaceId member, int64_t constant, bool equal, State& state) const {
    const Place& place = places_.place(member);
    Decision decision{equal, {place.root}, {}, {}};
    for (const ir::Step& step : place.steps)
        if (step.kind == ir::StepKind::field) decision.fields.push_back(step.value);
    if (decision.fields.empty()) {
        if (!place.steps.empty() || !decidedGlobals_.contains(place.root)) return true;
        decision.fields.push_back(asField(place.root));
    }
    return decideAs({{}, member, constant}, decision, state);
}

// A member that no thread but main's writes compares as what main has stored to it.
void Interpreter::decideStored(const Activation& activation, PlaceId member, const Known& value, State& state) const {
    const std::vector<ir::Step>& steps = places_.place(member).steps;
    if (value.kind != KnownKind::constant || !decisive_[activation.index.index()] ||
        inThreads_[activation.index.index()] || steps.empty() || steps.back().kind != ir::StepKind::field ||
        !mainsFields_.contains(steps.back().value) || isInSomeElement(places_.place(member)))
        return;
    decideMember(member, 0, value.constant == 0, state);
    if (value.constant != 0) decideMember(member, value.constant, true, state);
}

void Interpreter::findDecidedFields() {
    findDecisiveFunctions();
    const link::Program& program = *facts_.program;
    writtenFields_.resize(program.functions.size());
    std::set<int64_t> decided, othersFields;
    testedFields_.resize(program.functions.size());
    for (uint32_t i = 0; i < program.functions.size(); ++i) {
        const auto look = [&](const ir::Place& place) {
            for (const ir::Step& step : place.steps)
                if (step.kind == ir::StepKind::field) decided.insert(step.value);
        };
        for (const ir::Block& block : program.functions[i].blocks) {
            const ir::Place& tested = block.condition.place;
            look(tested);
            for (const ir::Place& use : block.condition.uses) look(use);
            if (tested.root.kind == ir::RootKind::global && tested.steps.empty())
                testedFields_[i].insert(asField(places_.globalObject(tested.root.index)));
            else if (tested.valid() && !tested.steps.empty() && tested.steps.back().kind == ir::StepKind::field)
                testedFields_[i].insert(tested.steps.back().value);
        }
    }
    for (uint32_t i = 0; i < facts_.ops.size(); ++i) {
        const ir::Op& op = facts_.ops.op({i});
        if (letsOthersGo(op)) writtenFields_[facts_.ops.function({i}).index()].insert(kLetsOthersGo);
        if (!writesPlace(op) || op.place.steps.empty()) continue;
        const ir::Step& last = op.place.steps.back();
        if (last.kind != ir::StepKind::field || !decided.contains(last.value)) continue;
        const FunctionIndex function = facts_.ops.function({i});
        writtenFields_[function.index()].insert(last.value);
        const bool others = inThreads_[function.index()] || op.kind != ir::OpKind::store ||
                            op.order != ir::MemoryOrder::plain || op.isVolatile;
        (others ? othersFields : mainsFields_).insert(last.value);
    }
    for (int64_t field : othersFields) mainsFields_.erase(field);
    findDecidedGlobals();
    addOfCallees(writtenFields_);
    // What only calls such a function passes on what it tests.
    const std::vector<std::set<int64_t>> tested = testedFields_;
    for (const auto& [callee, calls] : facts_.pointsTo.callers)
        if (isSmallHelper(callee))
            for (OpId call : calls)
                testedFields_[facts_.ops.function(call).index()].insert(tested[callee.index()].begin(),
                                                                        tested[callee.index()].end());
}

void Interpreter::forgetDecided(FunctionIndex callee, State& state) const {
    const std::set<int64_t>& written = writtenFields_[rank_[callee.index()]];
    erase_if(state.decided, [&](const auto& entry) {
        const std::vector<int64_t>& fields = entry.second.fields;
        return std::any_of(fields.begin(), fields.end(), [&](int64_t field) { return written.contains(field); }) &&
               !staysDecided(entry.first, entry.second);
    });
    if (written.contains(kLetsOthersGo)) letOthersDecide(state);
}

bool Interpreter::isSmallHelper(FunctionIndex function) const {
    return decisive_[function.index()] && facts_.program->function(function).blocks.size() <= kHelperBlocks;
}

// A small function that locks or unlocks under a test is told how the same test came out before: one that locks and one
// that unlocks go together then. Of what has been decided, that is what the function tests itself.
void Interpreter::enterDecided(FunctionIndex callee, const std::vector<Known>& args, const State& state,
                               State& entry) const {
    if (state.decided.empty() || !isSmallHelper(callee)) return;
    const std::set<int64_t>& tested = testedFields_[callee.index()];
    for (const auto& [comparison, decision] : state.decided) {
        if (!comparison.place.valid() || decision.fields.empty()) continue;
        const auto isPlace = [&](const Known& arg) {
            return arg.kind == KnownKind::load && arg.place == comparison.place;
        };
        if (std::any_of(decision.fields.begin(), decision.fields.end(),
                        [&](int64_t f) { return tested.contains(f); }) ||
            std::any_of(args.begin(), args.end(), isPlace))
            entry.decided.emplace(comparison, decision);
    }
}

// How its tests came out, of what its caller can name.
void Interpreter::leaveDecided(FunctionIndex callee, const State& end, State& after) const {
    if (end.decided.empty() || !isSmallHelper(callee)) return;
    for (const auto& [comparison, decision] : end.decided) {
        if (!comparison.place.valid() || decision.fields.empty()) continue;
        const bool own = std::any_of(decision.variables.begin(), decision.variables.end(), [&](ObjectId id) {
            const Object& variable = places_.object(id);
            return variable.kind == ObjectKind::variable && variable.function == callee;
        });
        if (!own) after.decided.emplace(comparison, decision);
    }
}

// What an op changes, or lets others change, of what has been decided.
void Interpreter::forgetDecided(const ir::Op& op, State& state) const {
    if (state.decided.empty()) return;
    if (letsOthersGo(op)) letOthersDecide(state);
    if (!writesPlace(op)) return;
    std::optional<int64_t> written;
    if (op.place.steps.empty() && op.place.root.kind == ir::RootKind::global)
        written = asField(places_.globalObject(op.place.root.index));
    else if (!op.place.steps.empty() && op.place.steps.back().kind == ir::StepKind::field)
        written = op.place.steps.back().value;
    if (!written) return;
    erase_if(state.decided, [&](const auto& entry) {
        const auto& fields = entry.second.fields;
        return std::find(fields.begin(), fields.end(), *written) != fields.end() &&
               !staysDecided(entry.first, entry.second);
    });
}

}  // namespace raddle::facts
