// Races: two accesses to the same memory, one of them a write, by threads that may run at the same time, with no lock
// held at both. Locksets after Savage et al., "Eraser", 1997; threads and joins as in facts.h.
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

#include "analyzer/check/base/access_classes.h"
#include "analyzer/check/base/exclusion.h"
#include "analyzer/check/base/lifetime.h"
#include "analyzer/check/base/story.h"
#include "analyzer/check/race/conflicts.h"
#include "analyzer/check/race/consistency.h"
#include "analyzer/check/race/evidence.h"
#include "analyzer/check/race/race_checks.h"
#include "analyzer/check/race/race_kinds.h"

namespace raddle::check {

using namespace facts;

namespace {

constexpr std::string_view kUnprotected = "race-unprotected-access";
const std::set<std::string_view> kOneCause = {"race-use-after-unlock", "race-early-publication", "race-early-start"};
constexpr size_t kMostAccesses = 600;  // of one object, compared pair by pair
constexpr size_t kMostLocations = 60;  // of one finding
constexpr size_t kMostKindPairs = 12;  // of one finding, asked what kind of mistake they show
constexpr uint32_t kManyDoubts = 7;    // with which a finding is assumed
constexpr int kKindScore = 50;         // of a pair that shows one

// The same memory but for indices: what one finding is about.
std::string groupOf(const Facts& facts, PlaceId location) {
    const Place& place = facts.places.place(location);
    std::string key = std::to_string(place.root.value);
    for (const ir::Step& step : place.steps)
        if (step.kind == ir::StepKind::field) key += "." + std::to_string(step.value);
    return key;
}

std::string roleOf(const Facts& facts, const Access& access) {
    return std::string(deedOf(facts, access).noun) + " of `" + facts.places.describe(access.place) + "` holding " +
           holding(facts, access.locks);
}

// What of a pair is approximate besides the ways to its accesses.
uint32_t doubtsOf(const Facts& facts, const Conflict& conflict) {
    const Access &a = facts.accesses[conflict.first], &b = facts.accesses[conflict.second];
    const ObjectId root = facts.places.place(a.location).root;
    const ObjectKind kind = facts.places.object(root).kind;
    const auto isElement = [&](const Access& access) { return isInSomeElement(facts.places.place(access.location)); };
    uint32_t doubts = 0;
    for (const Access* access : {&a, &b}) doubts += std::min<uint32_t>(access->choices - 1u, 4);
    if (kind == ObjectKind::typed || kind == ObjectKind::target)
        doubts += 3;
    else if (kind != ObjectKind::global || facts.manyObjects.contains(root))
        doubts += 2;
    doubts += isElement(a) || isElement(b);
    if (mayShareMemberLock(facts, a, b)) doubts += 2;
    doubts += !facts.locks(a.locks).empty() && !facts.locks(b.locks).empty();
    return doubts;
}

std::vector<std::string> reasons(const Facts& facts, const Conflict& conflict, const UsualLock& usual) {
    const Access &a = facts.accesses[conflict.first], &b = facts.accesses[conflict.second];
    std::vector<std::string> why;
    if (conflict.firstThread == conflict.secondThread) {
        why.push_back("several threads run " + threadName(facts, conflict.firstThread) + " at the same time");
    } else {
        why.push_back(threadName(facts, conflict.firstThread) + " and " + threadName(facts, conflict.secondThread) +
                      " may run at the same time: neither is joined before nor started after the other's access");
    }
    why.push_back("no common lock: one holds " + holding(facts, a.locks) + ", the other " + holding(facts, b.locks));
    if (usual.held > 0)
        why.push_back("`" + usual.name + "` is held in " + std::to_string(usual.held) + " of " +
                      std::to_string(usual.total) + " places that access it");
    if (changesLife(facts, a) || changesLife(facts, b))
        why.push_back(
            "whatever uses an object comes after its beginning and before its end: here nothing sees to that");
    else if (a.atomic != b.atomic)
        why.push_back("only one of the two is atomic");
    else
        why.push_back("neither access is atomic");
    return why;
}

Finding describeRace(const Facts& facts, const Customs& customs, const std::vector<Conflict>& conflicts,
                     const std::vector<size_t>& group) {
    std::vector<Evidence> evidence;
    size_t told = 0;  // the surest pair, and of those the most telling one
    for (size_t i = 0; i < conflicts.size(); ++i) {
        evidence.push_back(evidenceOf(facts, customs, facts.accesses[conflicts[i].first], conflicts[i].firstThread,
                                      facts.accesses[conflicts[i].second], conflicts[i].secondThread));
        if (std::pair(evidence[i], conflicts[i].score) > std::pair(evidence[told], conflicts[told].score)) told = i;
    }
    const Conflict& best = conflicts[told];
    const Access &first = facts.accesses[best.first], &second = facts.accesses[best.second];
    Finding finding = findingOf(kUnprotected, evidence[told]);
    const UsualLock usual = usualLock(facts, group);
    const bool assumed = finding.evidence == Evidence::assumed;
    const std::string what = facts.places.describe(first.place);
    finding.message = "data race on `" + what + "`: " + deedOf(facts, first).verb + " in " +
                      functionName(facts, first.op) + " holding " + holding(facts, first.locks) + " and " +
                      deedOf(facts, second).verb + " in " + functionName(facts, second.op) + " holding " +
                      holding(facts, second.locks);
    if (usual.isRule())
        finding.message += "; `" + usual.name + "` is held in " + std::to_string(usual.held) + " of " +
                           std::to_string(usual.total) + " accesses";
    std::set<SourceLocation> seen;
    std::set<OpId> shown;
    const auto show = [&](const Access& access) {
        if (finding.locations.size() >= kMostLocations || !shown.insert(access.op).second ||
            !seen.insert(sourceOf(facts, facts.ops.op(access.op).at)).second)
            return;
        finding.locations.push_back(locationOf(facts, access.op, roleOf(facts, access)));
    };
    show(first);
    show(second);
    std::vector<Conflict> others = conflicts;
    std::sort(others.begin(), others.end(), [](const Conflict& a, const Conflict& b) {
        return std::tuple(-a.score, a.first, a.second) < std::tuple(-b.score, b.first, b.second);
    });
    for (const Conflict& conflict : others) {
        show(facts.accesses[conflict.first]);
        show(facts.accesses[conflict.second]);
    }
    if (assumed) {
        addCalls(facts, first.context, finding);
        addCalls(facts, second.context, finding);
    }
    addThread(facts, finding, best.firstThread, first.context, first.op, first.locks, roleOf(facts, first));
    addThread(facts, finding, best.secondThread, second.context, second.op, second.locks, roleOf(facts, second));
    // Who holds a lock nearly everywhere else means to hold it here, however long the way is, if it does lead here.
    const bool locksKnown = facts.context(first.context).locksKnown && facts.context(second.context).locksKnown;
    const auto isSlip = [&](const Access& access, ThreadId thread) {
        const std::vector<std::string> held = lockNames(facts, access.locks);
        return std::find(held.begin(), held.end(), usual.name) != held.end() ||
               isSureWay(facts, thread, access.context);
    };
    finding.doubts += doubtsOf(facts, best);
    if (usual.isRule()) finding.doubts /= 2;
    if (isSetUp(facts, first, best.firstThread) || isSetUp(facts, second, best.secondThread)) finding.doubts += 2;
    if (finding.doubts >= kManyDoubts) limitEvidence(finding, Evidence::assumed);
    if (usual.isRule() && locksKnown && finding.evidence < Evidence::likely && isSlip(first, best.firstThread) &&
        isSlip(second, best.secondThread) &&
        !mayBeSettled(facts, customs, first, best.firstThread, second, best.secondThread))
        finding.evidence = Evidence::likely;
    if (finding.evidence != Evidence::assumed) finding.severity = findRule(finding.rule)->severity;
    finding.why = reasons(facts, best, usual);
    std::vector<std::string> names{functionName(facts, first.op), functionName(facts, second.op)};
    std::sort(names.begin(), names.end());
    finding.fingerprint = fingerprint(finding.rule, {facts.places.describe(first.location), what, names[0], names[1]});
    return finding;
}

// Without main and without threads of its own, a program says that it is meant for several threads by its locks:
// only what is guarded somewhere is missed elsewhere.
bool worthAssuming(const Facts& facts, const std::vector<size_t>& group) {
    return std::any_of(group.begin(), group.end(), [&](size_t index) {
        const auto& locks = facts.locks(facts.accesses[index].locks);
        return std::any_of(locks.begin(), locks.end(),
                           [](const HeldLock& lock) { return lock.kind != ir::LockKind::flag; });
    });
}

// One op reached in several ways that no exclusion can tell apart counts once.
std::vector<size_t> distinctAccesses(const Facts& facts, const AccessClasses& classes) {
    Numbering<std::array<uint32_t, 9>> seen;
    std::vector<size_t> result;
    for (size_t i = 0; i < facts.accesses.size(); ++i) {
        const Access& access = facts.accesses[i];
        const uint32_t number =
            seen.of({access.op.value, static_cast<uint32_t>(access.kind) * 2 + access.byType, access.place.value,
                     access.location.value, classes.locks.of(access.locks), access.live.value, access.order.value,
                     classes.threads.of(access.context), access.region.value});
        if (number == result.size()) result.push_back(i);
    }
    return result;
}

// The pair that shows what kind of mistake it is tells most.
std::optional<RaceKind> preferKind(const Facts& facts, RaceKinds& kinds, std::vector<Conflict>& conflicts) {
    std::sort(conflicts.begin(), conflicts.end(), [](const Conflict& a, const Conflict& b) {
        return std::tuple(-a.score, a.first, a.second) < std::tuple(-b.score, b.first, b.second);
    });
    for (size_t i = 0; i < conflicts.size() && i < kMostKindPairs; ++i)
        if (auto kind = kinds.kindOf(facts.accesses[conflicts[i].first], facts.accesses[conflicts[i].second])) {
            conflicts[i].score += kKindScore;
            return kind;
        }
    return {};
}

// What one thread alone does is nobody else's concern.
bool isShared(const Facts& facts, const ThreadSets& threadSets, const std::vector<size_t>& group) {
    if (std::none_of(group.begin(), group.end(),
                     [&](size_t index) { return facts.accesses[index].kind == AccessKind::write; }))
        return false;
    std::set<uint32_t> sets;
    for (size_t index : group) sets.insert(threadSets.of(facts.accesses[index].context));
    std::set<ThreadId> threads;
    for (uint32_t set : sets)
        for (ThreadId thread : threadSets.threads(set)) {
            threads.insert(thread);
            if (threads.size() > 1 || facts.thread(thread).many) return true;
        }
    return false;
}

void checkGroup(const Facts& facts, Workings& workings, const AccessClasses& classes,
                const Preparations::Makers& makers, const Customs& customs, RaceKinds& kinds, std::vector<size_t> group,
                std::vector<Finding>& findings) {
    if (!isShared(facts, classes.threads, group)) return;
    if (group.size() > kMostAccesses) group.resize(kMostAccesses);
    std::vector<Conflict> conflicts = conflictsOf(facts, workings, classes, makers, group);
    if (conflicts.empty()) return;
    // What is assumed is told apart from what is known, and only where it adds to it.
    std::vector<Conflict> known, assumed;
    std::set<OpId> told;
    for (const Conflict& conflict : conflicts) {
        (isKnown(conflict) ? known : assumed).push_back(conflict);
        if (!isKnown(conflict)) continue;
        told.insert(facts.accesses[conflict.first].op);
        told.insert(facts.accesses[conflict.second].op);
    }
    const auto tell = [&](std::vector<Conflict>& pairs) {
        const auto kind = preferKind(facts, kinds, pairs);
        findings.push_back(describeRace(facts, customs, pairs, group));
        if (kind) tellKind(*kind, findings.back());
    };
    if (!known.empty()) tell(known);
    std::erase_if(assumed, [&](const Conflict& conflict) {
        return told.contains(facts.accesses[conflict.first].op) && told.contains(facts.accesses[conflict.second].op);
    });
    if (!assumed.empty() && worthAssuming(facts, group)) tell(assumed);
}

// Members of one object that the same functions access with the same locks have one cause: one finding.
void joinMembers(std::vector<Finding>& findings) {
    std::map<std::vector<std::string>, size_t> first;
    std::map<size_t, std::vector<std::string>> others;
    std::vector<Finding> joined;
    for (Finding& finding : findings) {
        std::vector<std::string> key;
        // What the same line has given away has one cause, whoever uses it.
        if (kOneCause.contains(finding.rule)) key = {finding.rule, finding.why.back()};
        for (const FindingThread& thread : finding.threads) {
            if (kOneCause.contains(finding.rule)) break;
            key.push_back(thread.id + "|" + thread.stack.back().function);
            key.insert(key.end(), thread.locksHeld.begin(), thread.locksHeld.end());
        }
        auto [it, isNew] = first.try_emplace(key, joined.size());
        if (isNew) {
            joined.push_back(std::move(finding));
            continue;
        }
        Finding& known = joined[it->second];
        const size_t begin = finding.message.find('`'), end = finding.message.find('`', begin + 1);
        others[it->second].push_back(finding.message.substr(begin, end + 1 - begin));
        known.evidence = std::max(known.evidence, finding.evidence);
        known.severity = std::max(known.severity, finding.severity);
        if (known.rule == kUnprotected && finding.rule != kUnprotected) {
            known.rule = finding.rule;
            known.cwe = finding.cwe;
            known.why.push_back(finding.why.back());
        }
        for (FindingLocation& location : finding.locations)
            if (known.locations.size() < kMostLocations &&
                std::none_of(known.locations.begin(), known.locations.end(),
                             [&](const FindingLocation& l) { return l.at == location.at; }))
                known.locations.push_back(std::move(location));
    }
    for (auto& [index, names] : others) {
        std::string list;
        for (size_t i = 0; i < names.size() && i < 6; ++i) list += (i ? ", " : "") + names[i];
        if (names.size() > 6) list += " and " + std::to_string(names.size() - 6) + " more";
        joined[index].message += "; likewise " + list;
    }
    findings = std::move(joined);
}

using Groups = std::map<ObjectId, std::map<std::string, std::vector<size_t>>>;

// What callers outside the program give may be any object of its class: those that the program itself makes or keeps
// are looked at together with it.
void joinWithGiven(const Facts& facts, Groups& groups) {
    std::map<std::string, std::vector<size_t>*> given;  // by member, without the object
    const auto kind = [&](ObjectId object) { return facts.places.object(object).kind; };
    for (auto& [object, byField] : groups) {
        if (kind(object) != ObjectKind::typed) continue;
        for (auto& [key, group] : byField)
            if (const size_t member = key.find('.'); member != std::string::npos)
                given.try_emplace(key.substr(member), &group);
    }
    for (auto& [object, byField] : groups) {
        if (kind(object) != ObjectKind::heap && kind(object) != ObjectKind::target) continue;
        for (auto& [key, group] : byField) {
            const size_t member = key.find('.');
            const auto known = member == std::string::npos ? given.end() : given.find(key.substr(member));
            if (known == given.end()) continue;
            known->second->insert(known->second->end(), group.begin(), group.end());
            group.clear();
        }
    }
}

}  // namespace

std::vector<Finding> checkRaces(const Facts& facts, Workings& workings) {
    const AccessClasses classes(facts, workings.threads);
    const Preparations::Makers makers = Preparations::findMakers(facts);
    Groups groups;
    std::unordered_map<PlaceId, std::vector<size_t>*> groupsOf;  // by location: none for those meant to race
    for (size_t i : distinctAccesses(facts, classes)) {
        const PlaceId location = facts.accesses[i].location;
        auto [group, isNew] = groupsOf.try_emplace(location, nullptr);
        if (isNew && !meantToRace(facts, location))
            group->second = &groups[facts.places.place(location).root][groupOf(facts, location)];
        if (group->second) group->second->push_back(i);
    }
    if (facts.open) joinWithGiven(facts, groups);
    std::vector<Finding> findings;
    RaceKinds kinds(facts, workings.dependences);
    const Customs customs(facts);
    for (auto& [object, byField] : groups) {
        std::vector<Finding> ofObject;
        for (auto& [key, group] : byField) {
            std::vector<size_t> members = group;
            // Accesses to a whole object meet those to its members; a descriptor's number is not the file it means.
            for (auto& [other, wider] : byField)
                if (!isDescriptor(facts, facts.accesses[group.front()]) && other.size() < key.size() &&
                    key.starts_with(other) && key[other.size()] == '.')
                    members.insert(members.end(), wider.begin(), wider.end());
            checkGroup(facts, workings, classes, makers, customs, kinds, std::move(members), ofObject);
        }
        joinMembers(ofObject);
        std::move(ofObject.begin(), ofObject.end(), std::back_inserter(findings));
    }
    return findings;
}

}  // namespace raddle::check
