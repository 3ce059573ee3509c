#include "trace/tsan/tsan_report.h"

#include <algorithm>
#include <map>

#include "core/model/fingerprint.h"
#include "core/model/rules.h"
#include "core/support/text.h"

namespace raddle::tsan {
namespace {

struct Kind {
    std::string_view name;
    std::string_view rule;
    std::string_view message;  // before what it is about
};

constexpr Kind kKinds[] = {
    {"data-race", "race-unprotected-access", "data race on "},
    {"data-race-vptr", "race-unprotected-access",
     "data race on the virtual table pointer (destructor or constructor) of "},
    {"heap-use-after-free", "race-unprotected-access", "use after free of "},
    {"heap-use-after-free-vptr", "race-unprotected-access", "virtual call after free of "},
    {"external-race", "race-unprotected-access", "race on "},
    {"lock-order-inversion", "deadlock-lock-order", "locks are taken in different orders: "},
    {"mutex-double-lock", "deadlock-self", "a mutex is locked twice: "},
    {"mutex-bad-unlock", "misuse-unlock-not-held", "a mutex is unlocked that is not locked, or by another thread: "},
    {"mutex-bad-read-lock", "deadlock-self", "a lock held for writing is locked for reading: "},
    {"mutex-bad-read-unlock", "misuse-unlock-not-held", "a lock held for writing is unlocked as if for reading: "},
    {"mutex-invalid-access", "misuse-lock-destroyed", "a destroyed or never initialised mutex is used: "},
    {"locked-mutex-destroy", "misuse-lock-destroyed", "a locked mutex is destroyed: "},
};

const Kind* findKind(std::string_view name) {
    auto found = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& k) { return k.name == name; });
    return found == std::end(kKinds) ? nullptr : &*found;
}

// The place itself: the innermost call with a source line, or else the innermost.
FindingLocation placeOf(const Story& story) {
    auto known = std::find_if(story.stack.rbegin(), story.stack.rend(),
                              [](const FindingLocation& step) { return !step.at.file.empty(); });
    FindingLocation place;
    if (known != story.stack.rend())
        place = *known;
    else if (!story.stack.empty())
        place = story.stack.back();
    place.role = story.deed;
    return place;
}

std::string nameOf(const TsanReport& report) {
    if (!report.memory.empty()) return report.memory;
    return report.kind.starts_with("mutex") || report.kind.starts_with("locked") ? "a mutex" : "memory";
}

std::string messageOf(const TsanReport& report, const Kind& kind, const std::vector<FindingLocation>& places) {
    std::string message = std::string(kind.message) + nameOf(report);
    for (size_t i = 0; i < places.size() && i < 2; ++i) {
        message += (i == 0 ? ": " : "; ") + places[i].role;
        if (!places[i].function.empty()) message += " in " + places[i].function;
    }
    return message;
}

void addReasons(const TsanReport& report, Property property, Finding& finding) {
    finding.why.push_back("it happened: ThreadSanitizer reported it (" + report.kind + ")");
    if (property == Property::deadlock && finding.rule == "deadlock-lock-order")
        finding.why.back() = "ThreadSanitizer saw each of these orders in this run; they have not met yet";
    if (property == Property::race && report.stories.size() >= 2) {
        finding.why.push_back("nothing orders the two accesses: no join, signal or lock handed over between them");
        const std::vector<std::string>& a = report.stories[0].locks;
        const std::vector<std::string>& b = report.stories[1].locks;
        bool isCommon = std::any_of(a.begin(), a.end(), [&](const std::string& lock) {
            return std::find(b.begin(), b.end(), lock) != b.end();
        });
        if (!isCommon)
            finding.why.push_back("no lock is held at both: " + (a.empty() ? "none" : listed(a)) + " here, " +
                                  (b.empty() ? "none" : listed(b)) + " there");
    }
    finding.why.insert(finding.why.end(), report.notes.begin(), report.notes.end());
}

}  // namespace

Finding toFinding(const TsanReport& report) {
    Finding finding;
    for (const Story& story : report.stories) {
        finding.locations.push_back(placeOf(story));
        finding.threads.push_back(
            {story.thread.empty() ? "unknown" : story.thread, story.spawnedAt, story.locks, story.stack});
        if (!finding.threads.back().stack.empty()) finding.threads.back().stack.back().role = story.deed;
    }
    const Kind* kind = findKind(report.kind);
    if (!kind) {
        finding.message = "ThreadSanitizer reported " + report.kind;
        if (!finding.locations.empty() && !finding.locations[0].function.empty())
            finding.message += " in " + finding.locations[0].function;
        if (!finding.locations.empty() && !finding.locations[0].at.file.empty())
            finding.message += " (" + toString(finding.locations[0].at) + ")";
        return finding;
    }
    const Rule& rule = *findRule(kind->rule);
    finding.rule = rule.id;
    finding.property = rule.property;
    finding.severity = Severity::error;
    finding.cwe = report.kind.starts_with("heap-use-after-free") ? 416 : rule.cwe;
    finding.evidence = finding.rule == "deadlock-lock-order" ? Evidence::predicted : Evidence::confirmed;
    finding.message = messageOf(report, *kind, finding.locations);
    std::vector<std::string> parts;
    for (const FindingLocation& place : finding.locations) parts.push_back(place.function);
    std::sort(parts.begin(), parts.end());
    if (report.memory.starts_with('`')) parts.push_back(report.memory);
    parts.push_back(report.kind);
    finding.fingerprint = fingerprint(finding.rule, parts);
    addReasons(report, rule.property, finding);
    return finding;
}

std::vector<Finding> toFindings(const std::vector<TsanReport>& reports, std::vector<std::string>& notes) {
    std::vector<Finding> findings;
    std::vector<uint64_t> counts;
    std::map<std::string, size_t> known;  // by fingerprint and places
    for (const TsanReport& report : reports) {
        Finding finding = toFinding(report);
        if (finding.rule.empty()) {
            if (std::find(notes.begin(), notes.end(), finding.message) == notes.end()) notes.push_back(finding.message);
            continue;
        }
        std::vector<std::string> places;
        for (const FindingLocation& place : finding.locations) places.push_back(toString(place.at));
        std::sort(places.begin(), places.end());
        std::string key = finding.fingerprint;
        for (const std::string& place : places) key += " " + place;
        auto [it, isNew] = known.try_emplace(key, findings.size());
        if (!isNew) {
            ++counts[it->second];
            continue;
        }
        findings.push_back(std::move(finding));
        counts.push_back(1);
    }
    for (size_t i = 0; i < findings.size(); ++i)
        if (counts[i] > 1) findings[i].why.push_back("it was reported " + std::to_string(counts[i]) + " times");
    return findings;
}

}  // namespace raddle::tsan
