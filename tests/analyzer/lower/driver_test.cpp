// Commands as compilation databases have them.
#include "analyzer/lower/driver.h"

#include <gmock/gmock.h>

#include "tests/analyzer/lower/lowered.h"

namespace raddle::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

// What is left of the arguments, without those that are always added.
std::vector<std::string> kept(std::vector<std::string> arguments) {
    auto files = llvm::vfs::createPhysicalFileSystem();
    std::vector<std::string> all = lower::driverArguments({testing::TempDir(), "x.c", std::move(arguments)}, *files);
    all.erase(std::find(all.begin(), all.end(), "-Wno-reserved-user-defined-literal"), all.end());
    std::erase_if(all, [](const std::string& argument) { return argument.starts_with("-resource-dir="); });
    return all;
}

TEST(DriverArguments, WriteNothing) {
    EXPECT_THAT(kept({"gcc", "-MD", "-MF", "x.d", "-MFy.d", "-MT", "x.o", "-MMD", "-MP", "-Wp,-MMD,z.d", "-o", "x.o",
                      "-c", "-save-temps=obj", "-O2", "x.c"}),
                ElementsAre("gcc", "-O2", "x.c"));
}

TEST(DriverArguments, LeaveOutWhatOnlyGccKnows) {
    EXPECT_THAT(
        kept({"gcc", "-fconserve-stack", "--param", "max-inline-insns=10", "-fplugin=a.so",
              "-fno-allow-store-data-races", "-fwhatever-comes-next", "-Wwhatever", "-DX=1", "-isystem", "inc", "x.c"}),
        ElementsAre("gcc", "-Wwhatever", "-DX=1", "-isystem", "inc", "x.c"));
}

TEST(DriverArguments, SkipLaunchers) {
    EXPECT_THAT(kept({"/usr/bin/ccache", "g++", "-c", "x.c"}), ElementsAre("g++", "x.c"));
}

TEST(DriverArguments, OfResponseFiles) {
    const SourceFile response("-DA=\"b c\"\n-Iinc -MFx.d", ".rsp");
    EXPECT_THAT(kept({"gcc", "@" + response.path(), "x.c"}), ElementsAre("gcc", "-DA=b c", "-Iinc", "x.c"));
    EXPECT_THAT(kept({"gcc", "@nowhere.rsp", "x.c"}), ElementsAre("gcc", "@nowhere.rsp", "x.c"));
}

TEST(DriverArguments, OpenMpHeadersOnlyForOpenMp) {
    EXPECT_THAT(kept({"gcc", "x.c"}), Not(Contains("-idirafter")));
}

TEST(OpenMp, DirectivesAreCounted) {
    const SourceFile file(
        "int x;\n"
        "void f(int n) {\n"
        "#pragma omp parallel for\n"
        "    for (int i = 0; i < n; ++i) {\n"
        "#pragma omp critical\n"
        "        x += i;\n"
        "    }\n"
        "}\n",
        ".c");
    const auto unit = lower::lowerFile({testing::TempDir(), file.path(), {"cc", "-fopenmp", "-c", file.path()}});
    ASSERT_TRUE(unit.ok()) << toString(unit.error());
    ASSERT_EQ(unit->opaque.size(), 1u);
    EXPECT_TRUE(unit->opaque[0].ends_with(".c: 2")) << unit->opaque[0];
    EXPECT_TRUE(unitFrom("void f(int n) {\n#pragma omp parallel\n    n = 1;\n}\n", ".c").opaque.empty());
}

}  // namespace
}  // namespace raddle::test
