// The installed CMake package, as another project uses it.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/instrument/run.h"

namespace raddle::test {
namespace {

void expectInstrumented(const std::string& compiler, const std::string& buildType) {
    const TemporaryFolder folder;
    const Outcome installed = run(
        {"cmake", "--install", RADDLE_BUILD_DIR, "--component", "raddle_cmake_package", "--prefix", folder / "prefix"});
    ASSERT_EQ(installed.status, 0) << installed.err;
    const Outcome configured = run({"cmake", "-S", RADDLE_SOURCE_DIR "/tests/instrument/programs/package", "-B",
                                    folder / "build", "-DCMAKE_PREFIX_PATH=" + (folder / "prefix"),
                                    "-DCMAKE_CXX_COMPILER=" + compiler, "-DCMAKE_BUILD_TYPE=" + buildType});
    ASSERT_EQ(configured.status, 0) << configured.err;
    const Outcome built = run({"cmake", "--build", folder / "build"});
    ASSERT_EQ(built.status, 0) << built.err;
    EXPECT_EQ(run({raddle(), "record", "-q", "-o", folder / "r", folder / "build/consumer"}).status, 0);
    std::map<uint64_t, int> calls;
    for (const DecodedEvent& event : decode(folder / "r").all(kRaddleEnter)) ++calls[event.function];
    std::multiset<int> counts;
    for (const auto& [function, count] : calls) counts.insert(count);
    EXPECT_EQ(counts, (std::multiset<int>{1, 100})) << compiler;
}

TEST(CMakePackage, Clang) {
    expectInstrumented(RADDLE_CLANG, "Release");
}

TEST(CMakePackage, Gcc) {
    expectInstrumented("g++", "Debug");
}

}  // namespace
}  // namespace raddle::test
