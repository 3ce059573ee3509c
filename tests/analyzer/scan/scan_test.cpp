#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <thread>

#include "analyzer/scan/select.h"
#include "analyzer/scan/units.h"
#include "core/support/file_system.h"

namespace raddle::scan {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class Selecting : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "raddle-scan-XXXXXX";
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        options_.directory = fs::canonical(pattern).string();
        for (const char* folder : {"/src/sub", "/build"}) fs::create_directories(options_.directory + folder);
        for (const char* file : {"/src/a.c", "/src/sub/b.cc", "/src/other.c"}) write(file, "");
    }
    void TearDown() override { fs::remove_all(options_.directory); }

    void write(const std::string& name, const std::string& content) {
        ASSERT_TRUE(writeFile(options_.directory + name, content).ok());
    }
    void makeDatabase(const std::string& folder) {
        write(folder + "/compile_commands.json", R"([
            {"directory": ")" + options_.directory + R"(/src", "file": "a.c", "command": "cc -c a.c"},
            {"directory": ")" + options_.directory + R"(/src", "file": "start.S", "command": "cc -c start.S"},
            {"directory": ")" + options_.directory + R"(/src", "file": "sub/b.cc", "command": "c++ -c sub/b.cc"}])");
    }
    // Names of the selected files, or the error.
    std::vector<std::string> selected() {
        Result<Selection> selection = selectCommands(options_);
        if (!selection.ok()) return {toString(selection.error())};
        std::vector<std::string> out;
        for (const lower::CompileCommand& command : selection->commands)
            out.push_back(fs::relative(command.file, options_.directory).string());
        return out;
    }

    ScanOptions options_;
};

TEST_F(Selecting, ADatabaseIsFoundUpwardsAndInBuild) {
    makeDatabase("/build");
    EXPECT_THAT(selected(), ElementsAre("src/a.c", "src/sub/b.cc"));
    EXPECT_THAT(selectCommands(options_)->notes, ElementsAre(HasSubstr("neither C nor C++")));
}

TEST_F(Selecting, FilesAndFoldersPickFromTheDatabase) {
    makeDatabase("");
    options_.files = {"src/sub/../a.c"};
    EXPECT_THAT(selected(), ElementsAre("src/a.c"));
    options_.files = {"src/sub/", "src"};
    EXPECT_THAT(selected(), ElementsAre("src/sub/b.cc", "src/a.c"));
    fs::create_symlink("src", options_.directory + "/link");
    options_.files = {"link/a.c"};
    EXPECT_THAT(selected(), ElementsAre("src/a.c"));
    options_.files = {"src/other.c"};
    EXPECT_THAT(selected(), ElementsAre(HasSubstr("src/other.c: not in ")));
}

TEST_F(Selecting, FlagsNeedNoDatabase) {
    makeDatabase("/build");
    options_.files = {"src/other.c", "src/sub/b.cc"};
    options_.flags = {"-DX"};
    EXPECT_THAT(selected(), ElementsAre("src/other.c", "src/sub/b.cc"));
    std::vector<lower::CompileCommand> commands = selectCommands(options_)->commands;
    EXPECT_THAT(commands[0].arguments, ElementsAre("clang", "-DX", "-c", options_.directory + "/src/other.c"));
    EXPECT_THAT(commands[1].arguments,
                ElementsAre("clang++", "-std=gnu++17", "-DX", "-c", options_.directory + "/src/sub/b.cc"));
    options_.flags = {"-std=c++20"};
    EXPECT_EQ(selectCommands(options_)->commands[1].arguments[1], "-std=c++20");
    options_.files = {"src/other.c", "./src/other.c"};
    EXPECT_THAT(selected(), ElementsAre("src/other.c"));
    options_.files = {"src/none.c"};
    EXPECT_THAT(selected(), ElementsAre("src/none.c: no such file"));
    options_.files = {};
    EXPECT_THAT(selected(), ElementsAre("flags without files to compile with them"));
}

TEST_F(Selecting, WithoutADatabaseFilesGetDefaultFlagsAndANote) {
    options_.files = {"src/a.c"};
    EXPECT_THAT(selected(), ElementsAre("src/a.c"));
    EXPECT_THAT(selectCommands(options_)->notes, ElementsAre(HasSubstr("no compilation database")));
    options_.files = {};
    EXPECT_THAT(selected(), ElementsAre(HasSubstr("no compilation database; make one")));
}

TEST_F(Selecting, TheNearestConfigurationHolds) {
    options_.flags.emplace();
    options_.files = {"src/sub/b.cc", "src/a.c"};
    auto effectOf = [&](const std::string& function) {
        Selection selection = *selectCommands(options_);
        Result<config::Config> config = findConfig(options_, selection);
        if (!config.ok()) return toString(config.error());
        const models::Model* row = config->models.find(function);
        return std::string(!row                                  ? "none"
                           : row->effect == models::Effect::pure ? "pure"
                                                                 : "stop") +
               (selection.notes.empty() ? "" : ", noted");
    };
    EXPECT_EQ(effectOf("f"), "none");
    write("/.raddle.yaml", "functions: {f: pure}");
    EXPECT_EQ(effectOf("f"), "pure, noted");
    write("/src/.raddle.yaml", "functions: {f: noreturn}");
    EXPECT_EQ(effectOf("f"), "stop, noted");
    write("/other.yaml", "functions: {g: pure}");
    options_.configFile = "other.yaml";
    EXPECT_EQ(effectOf("f"), "none");
    EXPECT_EQ(effectOf("g"), "pure");
    options_.configFile = "none.yaml";
    EXPECT_THAT(effectOf("f"), HasSubstr("none.yaml: "));
}

TEST_F(Selecting, AConfigurationBesideTheDatabaseHoldsForFilesElsewhere) {
    fs::create_directories(options_.directory + "/elsewhere");
    makeDatabase("/elsewhere");
    write("/elsewhere/.raddle.yaml", "functions: {f: pure}");
    options_.buildDirectory = options_.directory + "/elsewhere";
    Selection selection = *selectCommands(options_);
    Result<config::Config> config = findConfig(options_, selection);
    ASSERT_TRUE(config.ok());
    EXPECT_NE(config->models.find("f"), nullptr);
    EXPECT_THAT(selection.notes, testing::Contains(HasSubstr("elsewhere/.raddle.yaml")));
}

std::vector<lower::CompileCommand> commands(size_t count) {
    std::vector<lower::CompileCommand> out;
    for (size_t i = 0; i < count; ++i) out.push_back({"/", "/" + std::to_string(i) + ".c", {"cc"}});
    return out;
}

Result<ir::Unit> readNamed(const lower::CompileCommand& command) {
    if (command.file.ends_with("3.c")) return Error{"broken", command.file, 1, 2};
    ir::Unit unit;
    unit.file = command.file;
    return unit;
}

TEST(ReadUnits, OrderDoesNotDependOnJobs) {
    for (unsigned jobs : {1u, 2u, 8u, 100u}) {
        ScanOptions options;
        options.jobs = jobs;
        std::vector<size_t> steps;
        options.progress = [&](size_t done, size_t total, const std::string&) {
            EXPECT_EQ(total, 40u);
            steps.push_back(done);
        };
        const std::vector<lower::CompileCommand> files = commands(40);
        Units units = readUnits(files, options, [&](size_t i) { return readNamed(files[i]); });
        ASSERT_EQ(units.units.size(), 36u);
        EXPECT_EQ(units.units[0].file, "/0.c");
        EXPECT_EQ(units.units[35].file, "/39.c");
        ASSERT_EQ(units.failed.size(), 4u);
        EXPECT_EQ(units.failed[1], (FailedFile{"/13.c", "1:2: broken"}));
        EXPECT_EQ(steps.size(), 40u);
        EXPECT_EQ(steps.back(), 40u);
        EXPECT_FALSE(units.interrupted);
    }
}

TEST(ReadUnits, AFileReadInPartIsAUnitAndAFailure) {
    Units units = readUnits(commands(1), {}, [](size_t) -> Result<ir::Unit> {
        ir::Unit unit;
        unit.file = "/0.c";
        unit.error = Error{"broken", unit.file, 1, 2};
        return unit;
    });
    EXPECT_EQ(units.units.size(), 1u);
    ASSERT_EQ(units.failed.size(), 1u);
    EXPECT_EQ(units.failed[0], (FailedFile{"/0.c", "in part: 1:2: broken"}));
}

TEST(ReadUnits, CancelStopsBetweenFiles) {
    std::atomic<bool> cancel = false;
    ScanOptions options;
    options.jobs = 1;
    options.cancel = &cancel;
    options.progress = [&](size_t done, size_t, const std::string&) { cancel = done == 5; };
    const std::vector<lower::CompileCommand> files = commands(40);
    Units units = readUnits(files, options, [&](size_t i) { return readNamed(files[i]); });
    EXPECT_TRUE(units.interrupted);
    EXPECT_EQ(units.units.size() + units.failed.size(), 5u);
}

}  // namespace
}  // namespace raddle::scan
