// Finding: one concurrency bug, whoever found it (the scanner, ThreadSanitizer, a recording). It names the
// places, tells each thread's story and says why it was not excluded. Plain data; rendering adds no logic.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/model/source_location.h"

namespace raddle {

enum class Property { race, deadlock, atomicity, misuse };

// How sure we are, in growing order. A finding's evidence only grows when two sources are merged.
enum class Evidence {
    assumed,    // true if the code is used by several threads, which nothing seen shows
    likely,     // threads are known, some step of the reasoning is approximate
    definite,   // every step of the reasoning is exact
    predicted,  // a recording shows an order that, rearranged, makes it happen
    confirmed   // it happened
};

enum class Severity { note, warning, error };

// What the comparison with an earlier state says.
enum class Novelty {
    unknown,  // there was no comparison
    fresh,    // "new": was not found then
    known,
    absent  // was found then, is not now
};

// Why nobody needs to look at a finding.
struct Suppression {
    enum class By { comment, configuration };

    By by = By::comment;
    std::string reason;  // as given there
    SourceLocation at;   // of the comment, or of the line in the configuration

    bool operator==(const Suppression&) const = default;
};

struct FindingLocation {
    SourceLocation at;
    std::string function;  // qualified name; empty when unknown
    std::string role;      // "write", "read", "acquires `b` holding `a`", "declared here", …

    bool operator==(const FindingLocation&) const = default;
};

// One thread's story: how it came to be, what it holds, how it got to its place.
struct FindingThread {
    std::string id;                      // "main", "T1: worker", …
    SourceLocation spawnedAt;            // no file for the main thread and for assumed threads
    std::vector<std::string> locksHeld;  // names as a person would write them
    std::vector<FindingLocation> stack;  // outermost call first, the place itself last

    bool operator==(const FindingThread&) const = default;
};

struct Finding {
    std::string rule;  // an id of core/model/rules.h
    Property property = Property::race;
    Evidence evidence = Evidence::assumed;
    Severity severity = Severity::warning;
    int cwe = 0;
    uint32_t doubts = 0;      // how much of the reasoning is approximate: of one evidence, fewer come first
    std::string fingerprint;  // stable across edits elsewhere in the file: holds no line numbers
    std::string message;      // one line
    std::vector<FindingLocation> locations;  // the first is where the finding is shown
    std::vector<FindingThread> threads;      // one a story; two or more for races and deadlocks
    std::vector<std::string> why;            // one line for each reason that could have ruled it out and did not
    Novelty novelty = Novelty::unknown;
    std::optional<Suppression> suppression;

    bool operator==(const Finding&) const = default;
};

const char* toString(Property property);
const char* toString(Evidence evidence);
const char* toString(Severity severity);
const char* toString(Novelty novelty);
const char* toString(Suppression::By by);
bool parse(const std::string& text, Property& out);
bool parse(const std::string& text, Evidence& out);
bool parse(const std::string& text, Severity& out);
bool parse(const std::string& text, Novelty& out);
bool parse(const std::string& text, Suppression::By& out);

}  // namespace raddle
