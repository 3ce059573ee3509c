#include "trace/exports/exports.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/timeline_builder.h"
#include "tests/support/timeline_generator.h"

namespace raddle::trace {
namespace {

using nlohmann::json;

std::string exported(ExportFormat format, const Timeline& timeline) {
    std::string out;
    auto append = [&](std::string_view text) {
        out += text;
        return true;
    };
    EXPECT_TRUE(exportTo(format, timeline, append, {}));
    return out;
}

Timeline generated() {
    test::GeneratorOptions options;
    options.jobsPerWorker = 30;
    return test::generateTimeline(options);
}

TEST(Exports, ChromeHasASliceForEachCallAndWaitAndPairsForHolds) {
    Timeline timeline = generated();
    timeline.threads[0].name = "odd \"name\"\xff";
    json trace = json::parse(exported(ExportFormat::chrome, timeline));
    std::map<std::string, size_t> phases, open;
    size_t calls = 0, waits = 0, holds = 0;
    for (const Thread& thread : timeline.threads) {
        calls += thread.calls.size();
        waits += thread.waits.size();
        holds += thread.holds.size();
    }
    for (const json& event : trace["traceEvents"]) {
        const std::string phase = event["ph"];
        ++phases[phase];
        if (phase == "X") EXPECT_GE(event["dur"].get<double>(), 0);
        if (phase == "b") ++open[event["id"]];
        if (phase == "e") EXPECT_EQ(open[event["id"]]--, 1u);
    }
    EXPECT_EQ(phases["X"], calls + waits);
    EXPECT_EQ(phases["b"], holds);
    EXPECT_EQ(phases["e"], holds);
    EXPECT_EQ(phases["M"], 1 + timeline.threads.size());
    const Call& call = timeline.threads[1].calls[1];
    for (const json& event : trace["traceEvents"])
        if (event["ph"] == "X" && event["tid"] == timeline.threads[1].tid && event["cat"] == "function" &&
            event["name"] == timeline.functions[call.function.index()].name) {
            EXPECT_NEAR(event["ts"].get<double>() * 1000, static_cast<double>(call.beginNs), 0.5);
            break;
        }
}

// What the schema asks of an evented profile: in order, and each frame closed that was opened last.
TEST(Exports, SpeedscopeProfilesAreBalanced) {
    Timeline timeline = generated();
    json file = json::parse(exported(ExportFormat::speedscope, timeline));
    EXPECT_EQ(file["$schema"], "https://www.speedscope.app/file-format-schema.json");
    const size_t frames = file["shared"]["frames"].size();
    size_t evented = 0, sampled = 0;
    for (const json& profile : file["profiles"]) {
        if (profile["type"] == "sampled") {
            ++sampled;
            ASSERT_EQ(profile["samples"].size(), profile["weights"].size());
            for (const json& sample : profile["samples"])
                for (const json& frame : sample) ASSERT_LT(frame.get<size_t>(), frames);
            continue;
        }
        ++evented;
        std::vector<size_t> open;
        int64_t lastNs = profile["startValue"];
        for (const json& event : profile["events"]) {
            ASSERT_GE(event["at"].get<int64_t>(), lastNs);
            lastNs = event["at"];
            ASSERT_LT(event["frame"].get<size_t>(), frames);
            if (event["type"] == "O") {
                open.push_back(event["frame"]);
                continue;
            }
            ASSERT_FALSE(open.empty());
            EXPECT_EQ(open.back(), event["frame"].get<size_t>());
            open.pop_back();
        }
        EXPECT_TRUE(open.empty());
        EXPECT_LE(lastNs, profile["endValue"].get<int64_t>());
    }
    EXPECT_EQ(evented, timeline.threads.size());
    EXPECT_EQ(sampled, timeline.threads.size());
}

// What the profiler's own types and its stack table ask for; sums of a function's time as in the timeline.
TEST(Exports, FirefoxProfilesAreTablesThatFitTogether) {
    Timeline timeline = generated();
    timeline.threads[0].name = "odd \"name\"\xff";
    json profile = json::parse(exported(ExportFormat::firefox, timeline));
    EXPECT_EQ(profile["meta"]["preprocessedProfileVersion"], 70);
    auto expectTable = [](const json& table) {
        for (const auto& [name, column] : table.items())
            if (column.is_array()) EXPECT_EQ(column.size(), table["length"].get<size_t>()) << name;
    };
    const json& shared = profile["shared"];
    for (const auto& [name, table] : shared.items())
        if (table.is_object()) expectTable(table);
    const json &stacks = shared["stackTable"], &frames = shared["frameTable"], &functions = shared["funcTable"];
    for (size_t i = 0; i < stacks["length"]; ++i) {
        EXPECT_LE(stacks["prefixOffset"][i].get<size_t>(), i);
        EXPECT_LT(stacks["frame"][i], frames["length"]);
    }
    for (const json& function : frames["func"]) EXPECT_LT(function, functions["length"]);
    ASSERT_EQ(profile["threads"].size(), timeline.threads.size());
    for (size_t t = 0; t < timeline.threads.size(); ++t) {
        const json &thread = profile["threads"][t], &samples = thread["samples"];
        expectTable(samples);
        expectTable(thread["markers"]);
        EXPECT_EQ(thread["markers"]["length"], timeline.threads[t].waits.size());
        double sum = 0, outermost = 0, last = 0;
        for (size_t i = 0; i < samples["length"]; ++i) {
            EXPECT_LT(samples["stack"][i], stacks["length"]);
            EXPECT_GE(samples["time"][i].get<double>(), last);
            last = samples["time"][i];
            sum += samples["weight"][i].get<double>();
        }
        for (const Call& call : timeline.threads[t].calls)
            if (call.depth == 0) outermost += static_cast<double>(call.endNs - call.beginNs) / 1e6;
        EXPECT_NEAR(sum, outermost, 1e-3);
    }
}

TEST(Exports, FirefoxProfilesOfWaitsEndInWhatWasWaitedFor) {
    test::TimelineBuilder build(10'000'000);
    ThreadId a = build.thread("a");
    LockId mu = build.lock("mu");
    build.wait(a, mu, 1'500'000, 4'000'000).stack = build.stack(std::vector<std::string>{"inner", "outer"});
    json profile = json::parse(exported(ExportFormat::firefox, build.timeline));
    const json &shared = profile["shared"], &samples = profile["threads"][0]["samples"];
    ASSERT_EQ(samples["length"], 1);
    EXPECT_EQ(samples["time"][0], 1.5);
    EXPECT_EQ(samples["weight"][0], 2.5);
    std::vector<std::string> names;
    for (size_t node = samples["stack"][0];;) {
        size_t frame = shared["stackTable"]["frame"][node];
        size_t function = shared["frameTable"]["func"][frame];
        size_t name = shared["funcTable"]["name"][function];
        names.push_back(shared["stringArray"][name]);
        size_t offset = shared["stackTable"]["prefixOffset"][node];
        if (offset == 0) break;
        node -= offset;
    }
    EXPECT_EQ(names, (std::vector<std::string>{"[waiting for mu]", "inner", "outer"}));
    EXPECT_EQ(profile["threads"][0]["markers"]["data"][0]["for"], "mu");
}

TEST(Exports, CallgrindCostsAddUp) {
    test::TimelineBuilder build(100);
    ThreadId a = build.thread("main");
    build.call(a, "f", 0, 0, 100);
    build.call(a, "g", 1, 10, 40);
    build.call(a, "g", 1, 50, 60);
    EXPECT_EQ(
        exported(ExportFormat::callgrind, build.timeline),
        "# callgrind format\nversion: 1\ncreator: raddle\ncmd: program\npositions: line\nevents: ns\nsummary: 100\n"
        "\nob=program\nfl=???\nfn=f\n0 60\ncob=program\ncfi=???\ncfn=g\ncalls=2 0\n0 40\n"
        "\nob=program\nfl=???\nfn=g\n0 40\n\ntotals: 100\n");
}

TEST(Exports, CsvHasARowForEachStretchAndQuotesWhatItMust) {
    test::TimelineBuilder build(100);
    ThreadId a = build.thread("a, \"b\""), b = build.thread("b");
    LockId mu = build.lock("mu");
    build.hold(a, mu, 0, 50, build.stack("flush", "io.cc", 88));
    build.wait(b, mu, 10, 60).blocker = a;
    build.call(b, "f", 0, 0, 100);
    EXPECT_EQ(exported(ExportFormat::csv, build.timeline),
              "what,kind,pid,tid,thread,begin_ns,end_ns,name,function,location,by_tid,finished\n"
              "hold,exclusive,100,100,\"a, \"\"b\"\"\",0,50,mu,flush,io.cc:88,,1\n"
              "wait,lock,100,101,b,10,60,mu,,,100,1\n"
              "call,,100,101,b,0,100,f,,,,1\n");
}

TEST(Exports, HtmlBeginsWithTheAnswersAndNeedsNoOtherFile) {
    Timeline timeline = generated();
    timeline.command = "<script>alert(1)</script>";
    std::string page = exported(ExportFormat::html, timeline);
    EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_EQ(page.find("http"), std::string::npos);
    EXPECT_NE(page.find("of busy thread time waits for <code>Queue::mu_</code>"), std::string::npos);
    size_t opened = 0, closed = 0;
    for (size_t at = 0; (at = page.find("<tr>", at)) != std::string::npos; ++at) ++opened;
    for (size_t at = 0; (at = page.find("</tr>", at)) != std::string::npos; ++at) ++closed;
    EXPECT_GT(opened, timeline.threads.size() + timeline.locks.size());
    EXPECT_EQ(opened, closed);
}

TEST(Exports, OfNothingAreWhole) {
    const Timeline empty;
    EXPECT_TRUE(json::parse(exported(ExportFormat::chrome, empty))["traceEvents"].empty());
    EXPECT_EQ(json::parse(exported(ExportFormat::speedscope, empty))["profiles"].size(), 1u);
    EXPECT_TRUE(json::parse(exported(ExportFormat::firefox, empty))["threads"].empty());
    EXPECT_EQ(exported(ExportFormat::folded, empty), "");
    EXPECT_NE(exported(ExportFormat::html, empty).find("</html>"), std::string::npos);
}

TEST(Exports, StopWhenCancelledOrWhenNothingMoreCanBeWritten) {
    Timeline timeline = generated();
    timeline.threads[1].waits.own().resize(100'000, timeline.threads[1].waits[0]);
    std::atomic<bool> cancelled = false;
    size_t pieces = 0;
    auto cancelling = [&](std::string_view) {
        cancelled = true;
        ++pieces;
        return true;
    };
    Result<> done = exportTo(ExportFormat::csv, timeline, cancelling, {nullptr, &cancelled});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message, "cancelled");
    EXPECT_LE(pieces, 10u) << "of some 60";
    double last = 0;
    ReadControl control{[&](double share) { last = share; }, nullptr};
    EXPECT_FALSE(exportTo(ExportFormat::csv, timeline, [](std::string_view) { return false; }, control));
    EXPECT_LT(last, 0.5);
}

}  // namespace
}  // namespace raddle::trace
