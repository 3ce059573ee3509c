#include "analyzer/link/foreign_locks.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <string_view>

namespace raddle::link {
namespace {

// The words of the last part of a qualified name, in lower case and without digits: "ns::mutexLock2" is mutex, lock.
std::vector<std::string> wordsOf(std::string_view key) {
    key = key.substr(0, key.find_first_of("(@"));
    if (const size_t colon = key.rfind("::"); colon != std::string_view::npos) key.remove_prefix(colon + 2);
    std::vector<std::string> words;
    bool within = false, wasUpper = false;
    for (char c : key) {
        const auto letter = static_cast<unsigned char>(c);
        if (!std::isalpha(letter)) {
            within = within && std::isdigit(letter);
            continue;
        }
        const bool upper = std::isupper(letter);
        if (!within || (upper && !wasUpper)) words.emplace_back();
        words.back() += static_cast<char>(std::tolower(letter));
        within = true;
        wasUpper = upper;
    }
    return words;
}

struct Change {
    bool acquires = false;
    ir::LockMode mode = ir::LockMode::exclusive;
};

// What a function's name says that it does to a lock.
std::optional<Change> changeOf(std::string_view key) {
    const std::vector<std::string> words = wordsOf(key);
    if (words.empty()) return std::nullopt;
    const auto says = [&](std::initializer_list<std::string_view> any) {
        return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
            return std::find(any.begin(), any.end(), word) != any.end();
        });
    };
    if (says({"try", "is", "init", "free", "new", "destroy", "no"})) return std::nullopt;
    const std::string& last = words.back();
    if (last == "unlock" || last == "rdunlock" || last == "wrunlock") return Change{false, {}};
    if (last != "lock" && last != "rdlock" && last != "wrlock") return std::nullopt;
    if (words.size() > 1 && words[words.size() - 2] == "un") return Change{false, {}};
    const bool shared = last == "rdlock" || says({"read", "rd", "shared"});
    return Change{true, shared ? ir::LockMode::shared : ir::LockMode::exclusive};
}

// The object whose address a call is given first.
std::optional<ir::Place> given(const ir::Op& call) {
    if (call.args.empty()) return std::nullopt;
    const ir::Value& first = call.args.front();
    if (first.kind != ir::ValueKind::address && first.kind != ir::ValueKind::load) return std::nullopt;
    ir::Place place = first.place;
    if (first.kind == ir::ValueKind::load) place.steps.push_back({});
    return place;
}

class Finder {
  public:
    explicit Finder(Program& program) : program_(program) {}

    void run() {
        std::set<ir::NameId> confirmed;
        for (const ir::Function& function : program_.functions) confirm(function, confirmed);
        if (confirmed.empty()) return;
        for (ir::Function& function : program_.functions)
            for (ir::Block& block : function.blocks)
                for (ir::Op& op : block.ops)
                    if (isCall(op) && confirmed.contains(op.value.function)) rewrite(op);
    }

  private:
    static bool isCall(const ir::Op& op) {
        return op.kind == ir::OpKind::call && op.value.kind == ir::ValueKind::function && !op.isVirtual;
    }

    const std::optional<Change>& change(ir::NameId key) {
        auto it = changes_.find(key);
        if (it == changes_.end())
            it = changes_.emplace(key, program_.find(key).valid() ? std::nullopt : changeOf(program_.text(key))).first;
        return it->second;
    }

    // Functions whose effect the other ops of `function` on the same object bear out.
    void confirm(const ir::Function& function, std::set<ir::NameId>& confirmed) {
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
            if ((change(key)->acquires ? released : acquired).contains(lock)) confirmed.insert(key);
    }

    void rewrite(ir::Op& op) {
        const std::optional<ir::Place> lock = given(op);
        if (!lock) return;
        const Change known = *change(op.value.function);
        op.kind = known.acquires ? ir::OpKind::acquire : ir::OpKind::release;
        op.place = *lock;
        op.mode = known.mode;
        if (known.acquires)
            op.lockKind = known.mode == ir::LockMode::shared ? ir::LockKind::rwlock : ir::LockKind::mutex;
        op.value = {};
        op.args.clear();
        op.uses.clear();
        op.result = {};
    }

    Program& program_;
    std::map<ir::NameId, std::optional<Change>> changes_;
};

}  // namespace

void findForeignLocks(Program& program) {
    Finder(program).run();
}

}  // namespace raddle::link
