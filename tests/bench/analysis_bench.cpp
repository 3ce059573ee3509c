// analysis_bench [EVENTS [WORKERS [LOCKS]]]: what reading a recording of so many events (10 M unless said) and each
// analysis of it cost, in seconds of wall time and in bytes of peak memory. Not run by ctest.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "tests/support/recording_generator.h"
#include "tests/support/recording_writer.h"
#include "trace/answers/answers.h"
#include "trace/read/reader.h"
#include "trace/report/report.h"

using namespace raddle;
using namespace raddle::trace;

namespace {

template <class F>
auto timed(const char* what, F&& f) {
    auto begin = std::chrono::steady_clock::now();
    auto result = f();
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    struct rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("%-16s %7.3f s   peak %6.0f MB\n", what, took.count(), static_cast<double>(usage.ru_maxrss) / 1024);
    std::fflush(stdout);
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    auto number = [&](int i, uint64_t otherwise) { return i < argc ? std::strtoull(argv[i], nullptr, 10) : otherwise; };
    auto options =
        test::sized(number(1, 10'000'000), static_cast<uint32_t>(number(2, 6)), static_cast<uint32_t>(number(3, 5)));
    Timeline made = timed("generate", [&] { return test::generateTimeline(options); });
    test::MemoryFile file(timed("encode", [&] { return test::recordingOf(made); }));
    made = {};
    Result<Timeline> read = timed("read", [&] { return readRecording(file.path()); });
    if (!read) {
        std::fprintf(stderr, "analysis_bench: %s\n", read.error().message.c_str());
        return 1;
    }
    const Timeline& t = *read;
    std::printf("%llu events, %zu threads\n", static_cast<unsigned long long>(t.events), t.threads.size());
    Summary summary = timed("summarize", [&] { return summarize(t); });
    auto still = timed("stillness", [&] { return stillness(t); });
    Holders holders = timed("holders", [&] { return Holders(t); });
    WakeUps wakeUps(t, holders);
    timed("root causes", [&] { return rootCauses(t, still, holders, wakeUps); });
    timed("critical path", [&] { return criticalPath(t, still, wakeUps); });
    timed("parallelism", [&] { return parallelism(t, still, 0); });
    timed("lock order", [&] { return lockOrder(t); });
    timed("convoys", [&] { return convoys(t, holders); });
    timed("starvation", [&] { return starvation(t, holders); });
    timed("upkeep", [&] { return upkeep(t); });
    timed("what if", [&] { return whatIfs(t, holders, wakeUps); });
    Analysis analysis = timed("all of them", [&] { return analyse(t); });
    timed("answers", [&] { return answersFor(t, summary, analysis); });
    timed("text", [&] { return toText(t, summary, analysis); });
    timed("json", [&] { return toJson(t, summary, analysis); });
    return 0;
}
