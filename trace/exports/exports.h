// A recording in other tools' formats. Written piece by piece: what is held in memory besides the timeline is bounded
// by its functions, stacks and call trees, not by its events.
//
// - chrome: Chrome's JSON trace events, for Perfetto and chrome://tracing: calls and waits as slices of their threads,
// holds as
//   asynchronous slices, ThreadSanitizer's reports as instants.
// - speedscope: a profile for each thread of its calls, its samples and the stacks that it waited in.
// - firefox: a processed profile for https://profiler.firefox.com: each thread's calls, or its samples and the stacks
// that
//   it waited in, as one tree of stacks; its waits as markers.
// - folded: `process;thread;outermost;…;innermost nanoseconds` lines, for flamegraph.pl, inferno and others.
// - callgrind: self and inclusive time of functions and who called whom, for KCachegrind and callgrind_annotate.
// - csv: a row for each wait, hold, call and signal.
// - callTrees: each thread's call tree as JSON (docs/report-json.md).
// - html: the report as one page with pictures, that needs no other file.
#pragma once

#include <string>

#include "core/support/result.h"
#include "trace/file/read_control.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

enum class ExportFormat { chrome, speedscope, firefox, folded, callgrind, csv, html, callTrees };

// Takes what is written; false when it cannot take more.
using Sink = std::function<bool(std::string_view)>;

// Fails when the sink does (with an error that says nothing more) or when it is cancelled ("cancelled").
Result<> exportTo(ExportFormat format, const Timeline& timeline, const Sink& sink, const ReadControl& control);

}  // namespace raddle::trace
