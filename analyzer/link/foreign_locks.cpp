#include "analyzer/link/foreign_locks.h"

#include <map>
#include <optional>
#include <set>
#include <string>

#include "analyzer/link/lock_names.h"

namespace raddle::link {
namespace {

bool isCall(const ir::Op& op) {
    return op.kind == ir::OpKind::call && op.value.kind == ir::ValueKind::function && !op.isVirtual;
}

class Finder {
  public:
    explicit Finder(Program& program) : program_(program) {}

    void run() {
        for (const ir::Contract& contract : program_.contracts)
            if ((contract.kind == ir::ContractKind::acquires || contract.kind == ir::ContractKind::releases) &&
                !program_.find(contract.subject).valid())
                annotated_.try_emplace(contract.subject, contract);
        for (const ir::Function& function : program_.functions) look(function);
        for (const auto& [key, change] : changes_)
            if (change && called_.contains(change->counterpart)) confirmed_.insert(key);
        if (confirmed_.empty() && annotated_.empty()) return;
        for (ir::Function& function : program_.functions)
            for (ir::Block& block : function.blocks)
                for (ir::Op& op : block.ops) {
                    if (!isCall(op)) continue;
                    if (auto known = annotated_.find(op.value.function); known != annotated_.end())
                        rewrite(op, known->second);
                    else if (confirmed_.contains(op.value.function))
                        rewrite(op);
                }
    }

  private:
    const std::optional<LockChange>& change(ir::NameId key) {
        auto it = changes_.find(key);
        if (it == changes_.end()) {
            it = changes_.emplace(key, std::nullopt).first;
            if (!program_.find(key).valid()) it->second = lockChangeOf(program_.text(key));
            if (it->second) called_.insert(it->second->words);
        }
        return it->second;
    }

    // The object whose address a call is given first; of one that holds several locks, the one that a number names.
    std::optional<ir::Place> given(const ir::Op& call) {
        if (call.args.empty()) return std::nullopt;
        const ir::Value& first = call.args.front();
        if (first.kind != ir::ValueKind::address && first.kind != ir::ValueKind::load) return std::nullopt;
        ir::Place place = first.place;
        if (first.kind == ir::ValueKind::load) place.steps.push_back({});
        if (call.args.size() > 1 && call.args[1].kind == ir::ValueKind::constant) {
            const ir::NameId name = program_.names.intern("lock " + std::to_string(call.args[1].constant));
            place.steps.push_back({ir::StepKind::field, {}, name.value});
        }
        return place;
    }

    // Confirms functions whose effect the other ops of `function` on the same object bear out.
    void look(const ir::Function& function) {
        std::set<ir::Place> acquired, released;
        std::vector<std::pair<ir::NameId, ir::Place>> calls;
        for (const ir::Block& block : function.blocks)
            for (const ir::Op& op : block.ops) {
                if (op.kind == ir::OpKind::acquire) acquired.insert(op.place);
                if (op.kind == ir::OpKind::release) released.insert(op.place);
                if (!isCall(op) || !change(op.value.function)) continue;
                const std::optional<ir::Place> lock = given(op);
                if (!lock) continue;
                calls.emplace_back(op.value.function, *lock);
                (change(op.value.function)->acquires ? acquired : released).insert(*lock);
            }
        for (const auto& [key, lock] : calls)
            if ((change(key)->acquires ? released : acquired).contains(lock)) confirmed_.insert(key);
    }

    void rewrite(ir::Op& op) {
        const std::optional<ir::Place> lock = given(op);
        if (!lock) return;
        const LockChange& known = *change(op.value.function);
        become(op, *lock, known.acquires, known.mode);
    }

    static void become(ir::Op& op, const ir::Place& lock, bool acquires, ir::LockMode mode) {
        op.kind = acquires ? ir::OpKind::acquire : ir::OpKind::release;
        op.place = lock;
        op.mode = mode;
        if (acquires) op.lockKind = mode == ir::LockMode::shared ? ir::LockKind::rwlock : ir::LockKind::mutex;
        op.value = {};
        op.args.clear();
        op.uses.clear();
        op.result = {};
    }

    // What an annotation says is believed.
    void rewrite(ir::Op& op, const ir::Contract& contract) {
        ir::Place place;
        if (contract.formal >= 0 && contract.formal < static_cast<int64_t>(op.args.size())) {
            const ir::Value& arg = op.args[static_cast<size_t>(contract.formal)];
            if (arg.kind != ir::ValueKind::address && arg.kind != ir::ValueKind::load) return;
            place = arg.place;
            if (arg.kind == ir::ValueKind::load) place.steps.push_back({});
            if (contract.member.valid()) place.steps.push_back({ir::StepKind::field, {}, contract.member.value});
        } else if (contract.global.valid()) {
            for (uint32_t i = 0; i < program_.globals.size() && !place.valid(); ++i)
                if (program_.globals[i].key == contract.global) place.root = {ir::RootKind::global, i};
        }
        if (!place.valid()) return;
        const bool acquires = contract.kind == ir::ContractKind::acquires;
        become(op, place, acquires, contract.shared ? ir::LockMode::shared : ir::LockMode::exclusive);
    }

    Program& program_;
    std::map<ir::NameId, ir::Contract> annotated_;
    std::map<ir::NameId, std::optional<LockChange>> changes_;
    std::set<std::string> called_;  // names of lock functions that are not there, as words
    std::set<ir::NameId> confirmed_;
};

}  // namespace

void findForeignLocks(Program& program) {
    Finder(program).run();
}

}  // namespace raddle::link
