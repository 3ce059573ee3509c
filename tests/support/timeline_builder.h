// TimelineBuilder: small timelines by hand, for tests of what computes on them.
//
//     TimelineBuilder build(1000);                       // lasts 1000 ns
//     ThreadId a = build.thread("a"), b = build.thread("b");
//     LockId mu = build.lock("mu");
//     build.hold(a, mu, 0, 100, build.stack("flush", "io.cc", 88));
//     build.wait(b, mu, 50, 100);
#pragma once

#include <string>

#include "trace/timeline/timeline.h"

namespace raddle::test {

class TimelineBuilder {
  public:
    explicit TimelineBuilder(int64_t durationNs);

    trace::ThreadId thread(const std::string& name);
    trace::LockId lock(const std::string& name, trace::LockKind kind = trace::LockKind::mutex);
    trace::ObjectId object(const std::string& name, trace::ObjectKind kind);
    trace::FunctionId function(const std::string& name);
    // A stack of one frame.
    trace::StackId stack(const std::string& function, const std::string& file = "", uint32_t line = 0);
    // Frames innermost first.
    trace::StackId stack(const std::vector<std::string>& functions);

    // Counts an acquisition, contended when it says so.
    trace::Hold& hold(trace::ThreadId thread, trace::LockId lock, int64_t beginNs, int64_t endNs,
                      trace::StackId stack = {}, bool contended = false);
    trace::Wait& wait(trace::ThreadId thread, trace::LockId lock, int64_t beginNs, int64_t endNs);
    trace::Wait& wait(trace::ThreadId thread, trace::WaitKind kind, int64_t beginNs, int64_t endNs,
                      trace::ObjectId object = {});
    // Calls must be added in order of begin.
    trace::Call& call(trace::ThreadId thread, const std::string& function, uint32_t depth, int64_t beginNs,
                      int64_t endNs);

    trace::Timeline timeline;
};

}  // namespace raddle::test
