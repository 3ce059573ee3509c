#include "analyzer/link/program.h"

#include <algorithm>
#include <set>

#include "analyzer/link/foreign_locks.h"
#include "analyzer/link/made_by_calls.h"
#include "analyzer/link/optional_locks.h"

namespace raddle::link {
namespace {

// Rewrites one unit's ids into the program's.
class Merger {
  public:
    Merger(Program& program, std::unordered_map<ir::NameId, uint32_t>& globals, std::set<ir::Contract>& contracts,
           ir::Unit& unit)
        : program_(program), unit_(unit), globalIndex_(globals), contracts_(contracts) {}

    void merge() {
        for (size_t i = 0; i < unit_.names.size(); ++i)
            names_.push_back(program_.names.intern(unit_.names.text({static_cast<uint32_t>(i)})));
        renameClashes();
        for (ir::Global& global : unit_.globals) addGlobal(global);
        for (ir::Function& function : unit_.functions) addFunction(function);
        for (const ir::Override& override : unit_.overrides)
            program_.overriders[mapKey(override.base)].push_back(mapKey(override.derived));
        for (ir::Contract& contract : unit_.contracts) {
            renameKey(contract.subject);
            rename(contract.member);
            renameKey(contract.global);
            if (contracts_.insert(contract).second) program_.contracts.push_back(contract);
        }
        for (std::string& line : unit_.opaque) program_.opaque.push_back(std::move(line));
    }

  private:
    ir::NameId map(ir::NameId id) const { return id.valid() ? names_[id.index()] : id; }

    // A function or global that this unit defines in its own file, under a name that another unit defines in its own,
    // belongs to another executable.
    void renameClashes() {
        const ir::NameId file = program_.names.intern(unit_.file);
        std::vector<ir::NameId> clashes;
        for (const ir::Function& function : unit_.functions) {
            auto known = program_.byKey.find(map(function.key));
            if (map(function.at.file) == file && known != program_.byKey.end() &&
                program_.function(known->second).at.file != file)
                clashes.push_back(function.key);
        }
        for (const ir::Global& global : unit_.globals) {
            auto known = globalIndex_.find(map(global.key));
            if (!global.isExtern && map(global.at.file) == file && known != globalIndex_.end() &&
                !program_.globals[known->second].isExtern && program_.globals[known->second].at.file != file)
                clashes.push_back(global.key);
        }
        for (ir::NameId key : clashes) clashes_[key] = program_.names.intern(unit_.names.text(key) + "@" + unit_.file);
    }
    // Keys of what clashes change; a name that happens to be spelt alike does not.
    ir::NameId mapKey(ir::NameId id) const {
        auto clash = clashes_.find(id);
        return clash == clashes_.end() ? map(id) : clash->second;
    }
    void rename(ir::NameId& id) const { id = map(id); }
    void renameKey(ir::NameId& id) const { id = mapKey(id); }
    void rename(ir::Location& at) const { rename(at.file); }

    void addGlobal(ir::Global& global) {
        renameKey(global.key);
        rename(global.name);
        rename(global.type);
        rename(global.at);
        renameKey(global.callOperator);
        auto [it, isNew] = globalIndex_.try_emplace(global.key, static_cast<uint32_t>(program_.globals.size()));
        if (isNew) {
            program_.globals.push_back(global);
        } else {
            // A definition knows more than a declaration.
            ir::Global& known = program_.globals[it->second];
            if (known.isExtern && !global.isExtern) known = global;
        }
        globals_.push_back(it->second);
    }

    void rename(ir::Root& root) const {
        if (root.kind == ir::RootKind::global) root.index = globals_[root.index];
    }
    void rename(ir::Place& place) const {
        rename(place.root);
        for (ir::Step& step : place.steps) {
            if (step.kind == ir::StepKind::field || step.kind == ir::StepKind::container)
                step.value = names_[static_cast<size_t>(step.value)].value;
            if (step.kind == ir::StepKind::indexVariable && step.variable == ir::RootKind::global)
                step.value = globals_[static_cast<size_t>(step.value)];
        }
    }
    void rename(ir::Value& value) const {
        rename(value.place);
        renameKey(value.function);
    }
    void rename(ir::Variable& variable) const {
        rename(variable.name);
        rename(variable.type);
        renameKey(variable.callOperator);
    }
    void rename(ir::Op& op) const {
        rename(op.at);
        rename(op.place);
        rename(op.value);
        for (ir::Value& arg : op.args) rename(arg);
        rename(op.result);
        for (ir::Place& use : op.uses) rename(use);
    }

    void addFunction(ir::Function& function) {
        renameKey(function.key);
        auto [it, isNew] =
            program_.byKey.try_emplace(function.key, FunctionIndex{static_cast<uint32_t>(program_.functions.size())});
        if (!isNew) return;
        rename(function.name);
        rename(function.file);
        rename(function.at);
        rename(function.klass);
        for (ir::Variable& formal : function.formals) rename(formal);
        for (ir::Variable& local : function.locals) rename(local);
        for (ir::Block& block : function.blocks) {
            for (ir::Op& op : block.ops) rename(op);
            rename(block.condition.place);
            rename(block.condition.text);
            for (ir::Place& use : block.condition.uses) rename(use);
        }
        for (ir::Loop& loop : function.loops) {
            rename(loop.variable);
            rename(loop.from);
            rename(loop.to);
        }
        if (program_.text(function.name) == "main" && !function.isStatic && !function.klass.valid())
            program_.mains.push_back(it->second);
        program_.functions.push_back(std::move(function));
    }

    Program& program_;
    ir::Unit& unit_;
    std::vector<ir::NameId> names_;
    std::unordered_map<ir::NameId, ir::NameId> clashes_;
    std::vector<uint32_t> globals_;
    std::unordered_map<ir::NameId, uint32_t>& globalIndex_;
    std::set<ir::Contract>& contracts_;
};

bool definesMain(const ir::Unit& unit) {
    return std::any_of(unit.functions.begin(), unit.functions.end(), [&](const ir::Function& function) {
        return function.name.valid() && unit.names.text(function.name) == "main" && !function.isStatic &&
               !function.klass.valid();
    });
}

void closeOverriders(Program& program) {
    auto direct = program.overriders;
    for (auto& [base, derived] : program.overriders) {
        std::set<ir::NameId> all(derived.begin(), derived.end());
        std::vector<ir::NameId> pending(all.begin(), all.end());
        while (!pending.empty()) {
            ir::NameId next = pending.back();
            pending.pop_back();
            if (auto it = direct.find(next); it != direct.end())
                for (ir::NameId further : it->second)
                    if (all.insert(further).second) pending.push_back(further);
        }
        derived.assign(all.begin(), all.end());
    }
}

}  // namespace

Program link(std::vector<ir::Unit> units) {
    Program program;
    std::unordered_map<ir::NameId, uint32_t> globals;
    std::set<ir::Contract> contracts;
    // What an executable defines beside its main is for itself: of several definitions, other files mean that of a file
    // without main.
    for (const bool withMain : {false, true})
        for (ir::Unit& unit : units) {
            if (definesMain(unit) != withMain) continue;
            Merger(program, globals, contracts, unit).merge();
            unit = {};
        }
    closeOverriders(program);
    findForeignLocks(program);
    takeOptionalLocks(program);
    allocateAtCalls(program);
    return program;
}

}  // namespace raddle::link
