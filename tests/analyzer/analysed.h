// A program written as CIR text in a test, linked and analysed, and questions to ask of its facts. An op is named by
// a mark at the end of its line: `store @x = 1  // [a]` is "a". Answers are names, so that a test reads like prose.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts/compute.h"
#include "tests/analyzer/cir.h"

namespace raddle::test {

using Names = std::set<std::string>;

// The lines of a program by their number, from 1, without their indentation.
inline std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines{""};
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        lines.push_back(line.substr(std::min(line.find_first_not_of(' '), line.size())));
    return lines;
}

// A program with one part of its text, which must be there, replaced.
inline std::string changed(std::string text, const std::string& what, const std::string& by) {
    const size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

class Analysed {
  public:
    explicit Analysed(std::string_view text) : program(programOf(text)), facts(facts::computeFacts(program)) {
        const std::vector<std::string> lines = linesOf(std::string(text));
        for (uint32_t line = 1; line < lines.size(); ++line)
            if (const size_t mark = lines[line].find("// ["); mark != std::string::npos)
                marks_[lines[line].substr(mark + 4, lines[line].find(']', mark) - mark - 4)] = line;
    }
    Analysed(const Analysed&) = delete;

    // The locks held at an access in each circumstance it is reached in: "mu", "a, b", "rw (shared)", "" for none.
    Names locksAt(const std::string& mark) const {
        Names result;
        for (const facts::Access* access : accesses(mark)) {
            std::vector<std::string> held;
            for (const facts::HeldLock& lock : facts.locks(access->locks))
                held.push_back(facts.places.describe(lock.lock) +
                               (lock.mode == ir::LockMode::shared ? " (shared)" : "") + (lock.lost ? " (lost)" : ""));
            std::sort(held.begin(), held.end());
            std::string text;
            for (const std::string& lock : held) text += (text.empty() ? "" : ", ") + lock;
            result.insert(text);
        }
        return result;
    }

    // Where an access is: "x", "a heap object"…
    Names locations(const std::string& mark) const {
        Names result;
        for (const facts::Access* access : accesses(mark)) result.insert(facts.places.describe(access->location));
        return result;
    }

    // The functions that a call, spawn or once op can run.
    Names targets(const std::string& mark) const {
        Names result;
        for (uint32_t i = 0; i < facts.ops.size(); ++i)
            if (isAt({i}, mark))
                for (const facts::Target& target : facts.pointsTo.targetsOf({i}))
                    result.insert(program.text(program.function(target.function).name));
        return result;
    }

    // Whether the two accesses may happen at the same time, as far as starts and joins of threads tell.
    bool parallel(const std::string& first, const std::string& second) const {
        for (const facts::Access* a : accesses(first))
            for (const facts::Access* b : accesses(second))
                for (facts::ThreadId x : facts.context(a->context).threads)
                    for (facts::ThreadId y : facts.context(b->context).threads)
                        if (facts::mayRunInParallel(facts, x, a->live, y, b->live)) return true;
        return false;
    }

    // The threads that run a function: "main", "spawned", "spawned, many", "assumed, many", "static".
    std::multiset<std::string> threads(const std::string& function) const {
        std::multiset<std::string> result;
        static constexpr const char* kKinds[] = {"main", "spawned", "static", "assumed"};
        for (const facts::Thread& thread : facts.threads)
            if (program.text(program.function(thread.function).name) == function)
                result.insert(kKinds[static_cast<int>(thread.kind)] + std::string(thread.many ? ", many" : ""));
        return result;
    }

    // Flags and semaphores seen raised on every way to an access, and those that may have been raised before it.
    Names observed(const std::string& mark) const {
        return namesOf(accesses(mark), [&](const auto& access) { return orderOf(access).observed; });
    }
    Names published(const std::string& mark) const {
        return namesOf(accesses(mark), [&](const auto& access) { return orderOf(access).published; });
    }

    // The barrier waits, by mark, that may have been passed last before an access; "none" when there may be none.
    Names lastBarriers(const std::string& mark) const {
        Names result;
        for (const facts::Access* access : accesses(mark))
            for (facts::OpId barrier : orderOf(*access).lastBarrier) result.insert(markOf(barrier));
        return result;
    }

    // Releases, by mark, of locks that are not held there.
    Names unheldReleases() const {
        Names result;
        for (const facts::UnheldRelease& release : facts.unheldReleases) result.insert(markOf(release.op));
        return result;
    }

    uint32_t line(const std::string& mark) const {
        auto it = marks_.find(mark);
        if (it == marks_.end()) ADD_FAILURE() << "no mark [" << mark << "]";
        return it == marks_.end() ? 0 : it->second;
    }

    std::vector<const facts::Access*> accesses(const std::string& mark) const {
        std::vector<const facts::Access*> result;
        for (const facts::Access& access : facts.accesses)
            if (isAt(access.op, mark)) result.push_back(&access);
        return result;
    }

    link::Program program;
    const facts::Facts facts;

  private:
    bool isAt(facts::OpId op, const std::string& mark) const { return facts.ops.op(op).at.line == line(mark); }
    const facts::Order& orderOf(const facts::Access& access) const { return facts.orders[access.order.index()]; }
    std::string markOf(facts::OpId op) const {
        if (!op.valid()) return "none";
        for (const auto& [mark, at] : marks_)
            if (facts.ops.op(op).at.line == at) return mark;
        return "line " + std::to_string(facts.ops.op(op).at.line);
    }
    template <class PlacesOf>
    Names namesOf(const std::vector<const facts::Access*>& from, PlacesOf placesOf) const {
        Names result;
        for (const facts::Access* access : from)
            for (facts::PlaceId place : placesOf(*access)) result.insert(facts.places.describe(place));
        return result;
    }

    std::map<std::string, uint32_t> marks_;
};

}  // namespace raddle::test
