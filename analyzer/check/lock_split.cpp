// Lock split: what is written under a lock rests on what was read under an earlier hold of the same lock, and nothing
// is looked at again in between (Artho, Havelund, Biere, "High-level data races", 2003).
#include <algorithm>
#include <set>

#include "analyzer/check/checks.h"
#include "analyzer/check/exclusion.h"
#include "analyzer/check/sections.h"
#include "analyzer/check/story.h"

namespace raddle::check {

using namespace facts;

namespace {

// Reads and writes of one function go together only when made on the same call of it.
bool sameData(const Facts& facts, const Touch& a, const Touch& b) {
    if (facts.context(a.context).function == facts.context(b.context).function && a.context != b.context) return false;
    return a.lock == b.lock && a.location == b.location &&
           facts.context(a.context).threads == facts.context(b.context).threads;
}

// A decision made anew in the section that writes makes up for the stale one.
bool checkedAgain(Sections& sections, const Facts& facts, const Touch& write, const Reads& control) {
    for (OpId read : control)
        for (const Touch& touch : sections.touches(read))
            if (!touch.write && touch.section == write.section && touch.lock == write.lock &&
                facts.places.place(touch.location).root == facts.places.place(write.location).root)
                return true;
    return false;
}

bool contested(const Sections& sections, const Facts& facts, const Touch& touch) {
    for (size_t index : sections.accesses(touch.access))
        if (facts.accesses[index].location == touch.location && sections.contested(facts.accesses[index])) return true;
    return false;
}

Finding describeSplit(const Facts& facts, OpId storeOp, OpId readOp, const Touch& write, const Touch& read) {
    const bool assumed = onlyAssumed(facts, write.context);
    Finding finding = findingOf("atomicity-lock-split", assumed ? Evidence::assumed : Evidence::likely);
    const std::string what = facts.places.describe(write.location), lock = lockName(facts, write.lock);
    finding.message = functionName(facts, storeOp) + " writes `" + what + "` under " + lock +
                      " on the strength of a value read under an earlier hold of " + lock +
                      "; another thread may have changed it in between";
    finding.locations = {locationOf(facts, write.access, "write that rests on the earlier read"),
                         locationOf(facts, read.access, "earlier read")};
    if (write.access != storeOp) finding.locations.push_back(locationOf(facts, storeOp, "leads to the write"));
    if (read.access != readOp) finding.locations.push_back(locationOf(facts, readOp, "leads to the read"));
    finding.threads = {threadStory(facts, *facts.context(write.context).threads.begin(), write.context, write.access,
                                   std::vector<std::string>{facts.places.describe(write.lock)}, "write")};
    finding.why = {lock + " is released between the read and the write",
                   "the value is not read again to decide after " + lock + " is taken again",
                   "other threads write `" + what + "` meanwhile"};
    finding.fingerprint =
        fingerprint(finding.rule, {what, facts.places.describe(write.lock), functionName(facts, storeOp)});
    return finding;
}

}  // namespace

std::vector<Finding> checkLockSplit(const Facts& facts) {
    Sections sections(facts);
    std::vector<Finding> findings;
    std::set<std::pair<OpId, PlaceId>> seen;
    std::set<FunctionIndex> functions;
    for (const Context& context : facts.contexts)
        if (!context.threads.empty()) functions.insert(context.function);
    for (FunctionIndex function : functions) {
        const Dependences flow = sections.dependencesOf(function);
        for (const auto& [store, data] : flow.data) {
            const Reads& control = flow.control.at(store);
            Reads reads = data;
            reads.insert(control.begin(), control.end());
            if (reads.empty()) continue;
            const std::vector<Touch> writes = sections.touches(store);
            for (const Touch& write : writes) {
                if (!write.write) continue;
                for (OpId readOp : reads)
                    for (const Touch& read : sections.touches(readOp)) {
                        if (read.write || read.section == write.section || !sameData(facts, read, write)) continue;
                        // Ways through the function that lock in different places, each over both.
                        if (std::any_of(writes.begin(), writes.end(), [&](const Touch& other) {
                                return other.section == read.section && other.lock == read.lock;
                            }))
                            continue;
                        if (checkedAgain(sections, facts, write, control) || !contested(sections, facts, write))
                            continue;
                        if (seen.emplace(store, write.location).second)
                            findings.push_back(describeSplit(facts, store, readOp, write, read));
                    }
            }
        }
    }
    return findings;
}

}  // namespace raddle::check
