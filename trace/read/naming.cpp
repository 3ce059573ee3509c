#include "trace/read/naming.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <unordered_map>

#include "trace/read/lock_names.h"
#include "trace/symbols/source_names.h"
#include "trace/timeline/names.h"
#include "trace/timeline/sites.h"
#include "trace/timeline/text_format.h"

namespace raddle::trace {
namespace {

// What a std::thread runs, from the type of its state: "main::{lambda()#1}" for
// "std::thread::_State_impl<std::thread::_Invoker<std::tuple<main::{lambda()#1}> > >::_M_run()". Empty when the
// type is that of a pointer, which any function could be behind.
std::string routineOfState(std::string_view function) {
    constexpr std::string_view kTuple = "std::tuple<";
    size_t begin = function.find(kTuple);
    if (!function.starts_with("std::thread::_State_impl<") || begin == std::string_view::npos) return "";
    begin += kTuple.size();
    int depth = 0;
    size_t end = begin;
    for (; end < function.size() && (depth > 0 || (function[end] != ',' && function[end] != '>')); ++end) {
        char c = function[end];
        depth += (c == '<' || c == '(' || c == '{') - (c == '>' || c == ')' || c == '}');
    }
    std::string type(function.substr(begin, end - begin));
    bool isPointer = type.find("*)") != std::string::npos || type.ends_with('*');
    while (type.ends_with(' ')) type.pop_back();
    return isPointer ? "" : type;
}

std::string hex(uint64_t value) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "0x%llx", static_cast<unsigned long long>(value));
    return buffer;
}

// A module that is no file.
bool isOfKernel(const std::string& path) {
    return path.starts_with("linux-vdso") || path.starts_with("linux-gate");
}

class Namer {
  public:
    Namer(Draft& draft, const OpenSymbols& open, const ReadControl& control)
        : draft_(draft), timeline_(draft.timeline), open_(open), control_(control) {}

    Result<> run() {
        TRY(nameFunctions());
        TRY(nameStacks());
        for (uint32_t i = 0; i < timeline_.locks.size(); ++i) nameLock(i);
        for (uint32_t i = 0; i < timeline_.objects.size(); ++i) nameObject(i);
        for (RawTsanEvent& report : draft_.tsan) namePlaces(report);
        nameByFunctions();
        numberEquals();
        findOwnEntries();
        nameThreads();
        for (auto& [key, module] : modules_)
            if (!module.symbols->problem().empty() && !isOfKernel(key.first))
                timeline_.notes.push_back("no names: " + module.symbols->problem());
        return Unit{};
    }

  private:
    struct Module {
        std::unique_ptr<Symbolizer> symbols;
        std::unordered_map<uint64_t, std::vector<Frame>> code;
    };
    // Objects on the heap and on stacks: several may have one name.
    struct Unnamed {
        std::string* name;
        std::string called;   // by the source; else its kind
        bool isLocal = true;  // in the function of its first use
        FunctionId function;
        StackId firstUse;
        int64_t firstNs = 0;
    };

    Module& moduleOf(const LoadedModule& loaded) {
        Module& module = modules_[{loaded.path, loaded.buildId}];
        if (!module.symbols) module.symbols = open_(loaded.path, loaded.buildId);
        return module;
    }

    FunctionId function(const std::string& name, const std::string& module, const SourceLocation& at) {
        auto [it, isNew] =
            functionIds_.try_emplace({module, name}, FunctionId{static_cast<uint32_t>(timeline_.functions.size())});
        if (isNew) timeline_.functions.push_back({name, module, at});
        return it->second;
    }

    // The functions around an address, inlined ones first. `isReturn`: of a call, which is before it.
    const std::vector<Frame>& frames(uint32_t image, uint64_t address, int64_t atNs, bool isReturn) {
        const LoadedModule* loaded = draft_.survey.moduleAt(image, address, atNs);
        if (!loaded) return unmapped(address);
        Module& module = moduleOf(*loaded);
        uint64_t inFile = address - loaded->bias - (isReturn ? 1 : 0);
        auto [it, isNew] = module.code.try_emplace(inFile);
        if (!isNew) return it->second;
        for (CodeName& name : module.symbols->code(inFile)) {
            if (name.function.empty())
                name.function = isOfKernel(loaded->path) ? loaded->path : hex(address - loaded->bias);
            it->second.push_back({function(name.function, loaded->path, name.definedAt), name.at});
        }
        return it->second;
    }

    const std::vector<Frame>& unmapped(uint64_t address) {
        auto [it, isNew] = unmapped_.try_emplace(address);
        if (isNew) it->second = {{function(hex(address), "", {}), {}}};
        return it->second;
    }

    // Symbols are read while this goes on, which can take long.
    Result<> tick(size_t done, size_t all, double from, double to) {
        if (control_.cancelled && *control_.cancelled) return Error{"cancelled"};
        if (control_.progress && done % 256 == 0)
            control_.progress(from + (to - from) * static_cast<double>(done) / static_cast<double>(all));
        return Unit{};
    }

    FunctionId outermost(uint32_t image, uint64_t address, int64_t atNs) {
        return frames(image, address, atNs, false).back().function;
    }

    Result<> nameFunctions() {
        const std::vector<RawFunction>& raw = draft_.functions.all();
        std::vector<FunctionId> ids;
        for (size_t i = 0; i < raw.size(); ++i) {
            TRY(tick(i, raw.size(), 0.7, 0.8));
            ids.push_back(outermost(raw[i].image, raw[i].address, raw[i].atNs));
        }
        for (Thread& thread : timeline_.threads) {
            for (Call& call : thread.calls)
                if (call.function.valid()) call.function = ids[call.function.index()];
            for (CountedCalls& counted : thread.countedCalls) {
                counted.function = ids[counted.function.index()];
                if (counted.caller.valid()) counted.caller = ids[counted.caller.index()];
            }
        }
        for (const SurveyedThread& thread : draft_.survey.threads)
            if (thread.startRoutine)
                timeline_.threads[thread.id.index()].entry =
                    outermost(thread.image, thread.startRoutine, thread.beginNs);
        return Unit{};
    }

    Result<> nameStacks() {
        const std::vector<RawStack>& raw = draft_.stacks.all();
        timeline_.stacks.resize(raw.size());
        for (size_t i = 0; i < raw.size(); ++i) {
            TRY(tick(i, raw.size(), 0.8, 1));
            const uint64_t* addresses = draft_.stacks.begin(raw[i]);
            for (uint32_t k = 0; k < raw[i].count; ++k) {
                const std::vector<Frame>& found = frames(raw[i].image, addresses[k], raw[i].atNs, true);
                timeline_.stacks[i].frames.insert(timeline_.stacks[i].frames.end(), found.begin(), found.end());
            }
        }
        return Unit{};
    }

    // Static memory has the name of its variable, or of its place in the module. Empty for the heap and stacks.
    std::string variableName(const RawObject& object, SourceLocation* declaredAt = nullptr) {
        const LoadedModule* loaded = draft_.survey.moduleAt(object.image, object.address, object.firstNs);
        if (!loaded) return "";
        uint64_t inFile = object.address - loaded->bias;
        Symbolizer& symbols = *moduleOf(*loaded).symbols;
        std::string name = symbols.data(inFile);
        if (!name.empty() && declaredAt) *declaredAt = symbols.dataDeclaredAt(inFile);
        return name.empty() ? loaded->path.substr(loaded->path.rfind('/') + 1) + "+" + hex(inFile) : name;
    }

    void nameLock(uint32_t index) {
        Lock& lock = timeline_.locks[index];
        std::string kind = lock.kind == LockKind::recursiveMutex ? "recursive mutex" : toString(lock.kind);
        name(draft_.locks, index, kind, lock.name, lock.declaredAt);
    }

    void nameObject(uint32_t index) {
        Object& object = timeline_.objects[index];
        name(draft_.objects, index, toString(object.kind), object.name, object.declaredAt);
    }

    void name(const RawObjects& table, uint32_t index, const std::string& kind, std::string& out,
              SourceLocation& declaredAt) {
        const RawObject& object = table.all()[index];
        out = variableName(object, &declaredAt);
        // OpenMP's barriers are known by the code that waits at them.
        if (object.kind == kRaddleBarrier && out.find("+0x") != std::string::npos) out.clear();
        if (!out.empty()) return;
        const UsedName used = bestName(object, table.initOf(object));
        declaredAt = used.declaredAt;
        unnamed_.push_back(
            {&out, used.name.empty() ? kind : used.name, used.isLocal, used.function, object.firstUse, object.firstNs});
    }

    const UsedName& usedAt(StackId stack) {
        auto [it, isNew] = usedNames_.try_emplace(stack.value);
        if (!isNew) return it->second;
        it->second = nameOfUse(codeOf(stack), lines_);
        for (FunctionId passer : it->second.passers) timeline_.functions[passer.index()].locksForCaller = true;
        return it->second;
    }

    // Its first use's, unless another place says more. All are looked at, for which functions lock what they are
    // handed.
    UsedName bestName(const RawObject& object, StackId init) {
        UsedName best = usedAt(object.firstUse);
        for (StackId stack : {init, object.otherUses[0], object.otherUses[1], object.otherUses[2]}) {
            if (const UsedName& used = usedAt(stack); used.says > best.says) best = used;
        }
        return best;
    }

    std::vector<CodeFrame> codeOf(StackId stack) {
        std::vector<CodeFrame> code;
        if (!stack.valid()) return code;
        const RawStack& raw = draft_.stacks.all()[stack.index()];
        const uint64_t* addresses = draft_.stacks.begin(raw);
        for (uint32_t i = 0; i < raw.count; ++i) {
            const LoadedModule* loaded = draft_.survey.moduleAt(raw.image, addresses[i], raw.atNs);
            if (!loaded) break;
            Symbolizer* symbols = moduleOf(*loaded).symbols.get();
            const std::vector<Frame>& found = frames(raw.image, addresses[i], raw.atNs, true);
            for (size_t level = 0; level < found.size(); ++level) {
                const Function& function = timeline_.functions[found[level].function.index()];
                code.push_back({symbols, addresses[i] - loaded->bias - 1, level, found[level].function, function.name,
                                found[level].at, function.at, isLibraryWrapper(function, found[level].at)});
            }
        }
        return code;
    }

    void namePlaces(RawTsanEvent& report) {
        for (TsanEvent::Place& place : report.event.places)
            if (place.kind == "global")
                place.name = variableName({report.image, place.address, 0, report.event.atNs, {}});
    }

    // Without a symbol a function is known by its place in its module.
    static std::string nameInModule(const Function& function) {
        if (function.name.find("{lambda") != std::string::npos) return routineName(function.name);
        if (!function.name.starts_with("0x") || function.module.empty()) return plainName(function.name);
        return function.module.substr(function.module.rfind('/') + 1) + "+" + function.name;
    }

    void nameByFunctions() {
        for (Unnamed& item : unnamed_) {
            *item.name = item.called;
            if (!item.isLocal) continue;
            const FunctionId function =
                item.function.valid() ? item.function : siteOf(timeline_, item.firstUse).function;
            if (function.valid()) *item.name += " in " + nameInModule(timeline_.functions[function.index()]);
        }
    }

    // `shard.lock #2 in put`, `Shard::lock #2`: of several, in order of their first use.
    void numberEquals() {
        std::sort(unnamed_.begin(), unnamed_.end(), [](const Unnamed& a, const Unnamed& b) {
            return std::tie(a.firstNs, a.name) < std::tie(b.firstNs, b.name);
        });
        std::map<std::string, int> count, number;
        for (const Unnamed& item : unnamed_) ++count[*item.name];
        for (Unnamed& item : unnamed_) {
            const std::string name = *item.name;
            if (count[name] > 1) item.name->insert(item.called.size(), " #" + std::to_string(++number[name]));
        }
    }

    bool isNamed(FunctionId id) const { return id.valid() && !timeline_.functions[id.index()].name.starts_with("0x"); }

    bool isOwn(FunctionId id) const { return isNamed(id) && !isWrapper(timeline_.functions[id.index()]); }

    // Of what is between the begin of a thread and what it was made for.
    bool isStart(FunctionId id) const {
        const Function& function = timeline_.functions[id.index()];
        return isWrapper(function) || function.module.ends_with("/libraddle_rt.so") ||
               function.module.find("/libstdc++.so") != std::string::npos;
    }

    FunctionId outermostOwn(StackId stack) const {
        if (!stack.valid()) return {};
        const std::vector<Frame>& frames = timeline_.stacks[stack.index()].frames;
        if (isOwn(frames.back().function)) return {};
        // Behind a function without a name, others are no more than what it calls.
        auto own = std::find_if(frames.rbegin(), frames.rend(), [&](const Frame& f) { return !isStart(f.function); });
        return own != frames.rend() && isOwn(own->function) ? own->function : FunctionId{};
    }

    // std::thread and its like start in the library; the program's own function is the outermost that is not,
    // in a stack that goes down to the library.
    FunctionId ownEntry(const Thread& thread) const {
        if (isOwn(thread.entry)) return thread.entry;
        for (const Wait& wait : thread.waits)
            if (FunctionId own = outermostOwn(wait.stack); own.valid()) return own;
        constexpr size_t kMost = 16;
        const auto ofFirst = [&](const auto& events) {
            for (size_t i = 0; i < events.size() && i < kMost; ++i)
                if (FunctionId own = outermostOwn(events[i].stack); own.valid()) return own;
            return FunctionId{};
        };
        for (FunctionId own : {ofFirst(thread.samples), ofFirst(thread.holds), ofFirst(thread.signals)})
            if (own.valid()) return own;
        for (const Call& call : thread.calls)
            if (isOwn(call.function)) return call.function;
        return thread.entry;
    }

    void findOwnEntries() {
        for (Thread& thread : timeline_.threads)
            if (thread.entry.valid()) thread.entry = ownEntry(thread);
    }

    void nameThreads() {
        std::map<ProcessId, int> count;
        for (Thread& thread : timeline_.threads) {
            int number = count[thread.process]++;
            if (!thread.name.empty()) continue;
            if (isNamed(thread.entry)) {
                const std::string& entry = timeline_.functions[thread.entry.index()].name;
                thread.name = isWrapper(entry) ? routineOfState(entry) : routineName(entry);
            }
            if (thread.name.empty()) thread.name = number == 0 ? "main" : "thread " + std::to_string(number);
        }
    }

    Draft& draft_;
    Timeline& timeline_;
    const OpenSymbols& open_;
    const ReadControl& control_;
    std::map<std::pair<std::string, std::string>, Module> modules_;  // by path and build id
    std::unordered_map<uint64_t, std::vector<Frame>> unmapped_;
    std::map<std::pair<std::string, std::string>, FunctionId> functionIds_;
    std::vector<Unnamed> unnamed_;
    std::unordered_map<uint32_t, UsedName> usedNames_;  // by stack
    SourceLines lines_;
};

}  // namespace

std::string routineName(const std::string& function) {
    std::string name = plainName(function);
    // All such functions of a module are one.
    if (name.starts_with("operator()")) return "";
    for (std::string_view end : {" const", "()", "::operator()"})
        if (name.ends_with(end)) name.resize(name.size() - end.size());
    return name;
}

Result<> nameAll(Draft& draft, const OpenSymbols& open, const ReadControl& control) {
    return Namer(draft, open, control).run();
}

}  // namespace raddle::trace
