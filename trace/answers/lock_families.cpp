#include "trace/answers/lock_families.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <tuple>

#include "trace/answers/words.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

enum class Bond { none, element, namesake, part };  // what the name says that it has in common with others

struct Stem {
    Bond bond = Bond::none;
    std::string name;
};

bool isDigit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

// `shards[3].mu` to `shards[…].mu`; empty when there is no index.
std::string withoutIndices(const std::string& name) {
    std::string stem;
    bool isElement = false;
    for (size_t i = 0; i < name.size();) {
        size_t end = i + 1;
        while (end < name.size() && isDigit(name[end])) ++end;
        const bool isIndex = name[i] == '[' && end > i + 1 && end < name.size() && name[end] == ']';
        stem += isIndex ? "[…]" : name.substr(i, 1);
        i = isIndex ? end + 1 : i + 1;
        isElement = isElement || isIndex;
    }
    return isElement ? stem : "";
}

// `lock #2 in put` to `lock in put`; empty when it has no number.
std::string withoutNumber(const std::string& name) {
    const size_t at = name.find(" #");
    if (at == std::string::npos) return "";
    size_t end = at + 2;
    while (end < name.size() && isDigit(name[end])) ++end;
    const bool isNumber = end > at + 2 && (end == name.size() || name[end] == ' ');
    return isNumber ? name.substr(0, at) + name.substr(end) : "";
}

Stem stemOf(const Lock& lock, const std::set<std::string>& modules) {
    if (std::string stem = withoutIndices(lock.name); !stem.empty()) return {Bond::element, stem};
    if (std::string stem = withoutNumber(lock.name); !stem.empty()) return {Bond::namesake, stem};
    const size_t plus = lock.name.rfind("+0x");
    if (plus == std::string::npos || plus == 0) return {};
    // All that a place in a module has in common with another one is the module.
    std::string variable = lock.name.substr(0, plus);
    return modules.contains(variable) ? Stem() : Stem{Bond::part, variable};
}

}  // namespace

std::vector<LockId> lockFamilies(const Timeline& timeline, const Summary& summary) {
    std::set<std::string> modules;
    for (const Function& function : timeline.functions)
        modules.insert(function.module.substr(function.module.rfind('/') + 1));
    std::vector<FunctionId> heldIn(timeline.locks.size());
    for (const LockRow& row : summary.locks)
        if (!row.blame.empty()) heldIn[row.lock.index()] = row.blame[0].function;
    using Key = std::tuple<Bond, std::string, uint32_t, LockKind, std::string, uint32_t, uint32_t>;
    std::map<Key, LockId> first;
    std::vector<LockId> families;
    for (uint32_t i = 0; i < timeline.locks.size(); ++i) {
        const Lock& lock = timeline.locks[i];
        families.push_back(LockId{i});
        const Stem stem = stemOf(lock, modules);
        const bool isPart = stem.bond == Bond::part;
        const bool isSure =
            stem.bond == Bond::element || (stem.bond == Bond::namesake && !lock.declaredAt.file.empty());
        if (!isSure && !(isPart && heldIn[i].valid())) continue;
        Key key{stem.bond,
                stem.name,
                lock.process.value,
                lock.kind,
                lock.declaredAt.file,
                lock.declaredAt.line,
                isPart ? heldIn[i].value : 0};
        families.back() = first.try_emplace(std::move(key), LockId{i}).first->second;
    }
    return families;
}

std::string firstUseOf(const Lock& lock) {
    if (!lock.declaredAt.file.empty() || lock.name.find(" in ") == std::string::npos) return "";
    return withoutNumber(lock.name);
}

std::string familyWords(const Timeline& timeline, const std::vector<LockId>& members) {
    if (members.size() < 2) return lockWords(timeline, members.empty() ? LockId() : members[0]);
    const std::string& name = timeline.locks[members[0].index()].name;
    const std::string count = plural(members.size(), "lock", "locks");
    if (std::string stem = withoutIndices(name); !stem.empty()) return count + " " + quotedName(stem);
    if (std::string stem = withoutNumber(name); !stem.empty()) return count + " " + quotedName(stem);
    return count + " in " + quotedName(name.substr(0, name.rfind("+0x")));
}

}  // namespace raddle::trace
