// OpenMP programs of Clang (libomp, by its tool interface) and of GCC (libgomp, by its exported functions).
#include "tests/trace/end_to_end/report_fixture.h"

namespace raddle {
namespace {

class OpenMp : public Report {
  protected:
    json regionOf(const json& report, const std::string& kind, const std::string& function) {
        for (const json& region : report["regions"])
            if (region["kind"] == kind && region["function"].get<std::string>().find(function) == 0) return region;
        ADD_FAILURE() << "no " << kind << " in " << function << " in " << report["regions"].dump(1);
        return {{"parts", 0}, {"threads", 0}, {"work_ns", 0}, {"longest_thread_ns", 0}};
    }

    // Two threads each time; what one of them does is more than half of what both do where the work is unequal.
    void expectRegions(const json& report) {
        json unequal = regionOf(report, "parallel", "unequal()");
        EXPECT_EQ(unequal["parts"], 2);
        EXPECT_EQ(unequal["threads"], 2);
        EXPECT_GT(unequal["longest_thread_ns"].get<double>(), unequal["work_ns"].get<double>() * 0.5);
        EXPECT_LT(unequal["longest_thread_ns"].get<double>(), unequal["work_ns"].get<double>());
        json sums = regionOf(report, "parallel", "sums()");
        EXPECT_EQ(sums["parts"], 20);
        EXPECT_EQ(sums["threads"], 2);
        EXPECT_EQ(report["complete"], true);
    }

    uint64_t barrierWaits(const json& report) {
        uint64_t waits = 0;
        for (const json& object : report["objects"])
            if (object["kind"] == "barrier") waits += object["waits"].get<uint64_t>();
        return waits;
    }
};

TEST_F(OpenMp, RegionsAndWorkSharesOfClangsRuntime) {
    json report = record("known_openmp");
    expectRegions(report);
    EXPECT_EQ(regionOf(report, "loop", "sums()")["parts"], 20);
    EXPECT_EQ(named(report["locks"], "mutex in sums() [parallel region]")["acquisitions"], 20)
        << "the critical section";
    // In each of ten rounds both threads wait behind the loop and at the barrier, and the first at the end; once the
    // first in unequal().
    EXPECT_EQ(barrierWaits(report), 10u * 5 + 1);
}

TEST_F(OpenMp, RegionsOfGccsRuntime) {
    const std::string source = RADDLE_SOURCE_DIR "/tests/trace/end_to_end/programs/openmp.cpp";
    ASSERT_EQ(run("g++ -g -O1 -fopenmp " + source + " -o " + path("program")).status, 0);
    ASSERT_EQ(run(kBin + "raddle record -q -o " + path("run.raddle") + " -- " + path("program")).status, 0);
    json report = json::parse(run(kBin + "raddle report " + path("run.raddle") + " --format json").output);
    expectRegions(report);
    EXPECT_EQ(barrierWaits(report), 20u) << "explicit ones";
}

}  // namespace
}  // namespace raddle
