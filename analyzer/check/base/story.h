// From facts to what a finding tells: places in source, call stacks, threads, lock names, fingerprints. Shared by the
// checks, so that all findings speak alike.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/facts/base/facts.h"
#include "core/model/finding.h"
#include "core/model/fingerprint.h"
#include "core/model/rules.h"

namespace raddle::check {

using facts::Facts;

SourceLocation sourceOf(const Facts& facts, const ir::Location& at);
FindingLocation locationOf(const Facts& facts, facts::OpId op, std::string role);

// "`queue.mu`", with "(shared)" where held so.
std::string lockName(const Facts& facts, facts::PlaceId lock);
std::vector<std::string> lockNames(const Facts& facts, facts::LockSetId locks);
// "no lock", "`a`", "`a` and `b`".
std::string holding(const Facts& facts, facts::LockSetId locks);

// "main", "thread worker", "any caller of Cache::get".
std::string threadName(const Facts& facts, facts::ThreadId thread);

// How `thread` comes to `op` in `context`: a shortest chain of calls from its entry, the op last.
FindingThread threadStory(const Facts& facts, facts::ThreadId thread, facts::ContextId context, facts::OpId op,
                          facts::LockSetId locks, const std::string& role);
FindingThread threadStory(const Facts& facts, facts::ThreadId thread, facts::ContextId context, facts::OpId op,
                          std::vector<std::string> locks, const std::string& role);

// A shortest chain of calls from the thread's entry to `context`: each caller with the context it calls.
std::vector<std::pair<facts::Caller, facts::ContextId>> pathTo(const Facts& facts, facts::ThreadId thread,
                                                               facts::ContextId context);

// Whether that chain is of calls that lead nowhere else.
bool isSureWay(const Facts& facts, facts::ThreadId thread, facts::ContextId context);

// Lowers the evidence of a finding, and with it its severity.
void limitEvidence(Finding& finding, Evidence most);
// Adds a thread's story, which limits the evidence and brings the doubts that its way to the op leaves.
void addThread(const Facts& facts, Finding& finding, facts::ThreadId thread, facts::ContextId context, facts::OpId op,
               std::vector<std::string> locks, const std::string& role);
void addThread(const Facts& facts, Finding& finding, facts::ThreadId thread, facts::ContextId context, facts::OpId op,
               facts::LockSetId locks, const std::string& role);

// Adds the calls through which entry points of a program without main come to `context`: who reads of what is assumed
// to be called looks there first.
void addCalls(const Facts& facts, facts::ContextId context, Finding& finding);

// A finding of a rule with the rule's property, severity and CWE filled in.
Finding findingOf(std::string_view rule, Evidence evidence);

// The function that holds an op.
const std::string& functionName(const Facts& facts, facts::OpId op);

bool onlyAssumed(const Facts& facts, facts::ContextId context);

}  // namespace raddle::check
