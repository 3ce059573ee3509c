#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace raddle::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

class Scan : public CommandTest {
  protected:
    void SetUp() override {
        CommandTest::SetUp();
        write("good.c", "int main(void) { return 0; }\n");
        write("broken.c", "int main(void) { syntax error }\n");
    }
    void makeDatabase(const std::string& folder, std::initializer_list<std::string> files) {
        json database = json::array();
        for (const std::string& file : files)
            database.push_back({{"directory", folder_.string()}, {"file", file}, {"command", "cc -c " + file}});
        write(folder + "/compile_commands.json", database.dump());
    }
    // One line on standard error that has `part`, and exit status 2.
    void expectMisuse(const std::string& arguments, const std::string& part) {
        Outcome outcome = raddle(arguments);
        EXPECT_EQ(outcome.status, 2) << arguments;
        EXPECT_EQ(outcome.out, "") << arguments;
        EXPECT_THAT(outcome.err, HasSubstr(part)) << arguments;
        EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    }
};

TEST_F(Scan, MisuseIsOneLineAndStatusTwo) {
    expectMisuse("", "no command given");
    expectMisuse("nonsense", "no command 'nonsense'; try `raddle --help`");
    expectMisuse("scan --nonsense", "raddle scan: ");
    expectMisuse("scan -p", "--build");
    expectMisuse("scan -j 0 good.c --", "--jobs");
    expectMisuse("scan -j two good.c --", "--jobs");
    expectMisuse("scan -j 99999999999999999999 good.c --", "--jobs");
    expectMisuse("scan --format xml good.c --", "xml not in");
    expectMisuse("scan --fail-on perhaps good.c --", "perhaps not in");
    expectMisuse("scan --min-evidence perhaps good.c --", "perhaps not in");
    expectMisuse("scan --color blue good.c --", "blue not in");
    expectMisuse("scan -- -DX", "flags without files");
    expectMisuse("scan -p . good.c -- -DX", "exclude each other");
    expectMisuse("scan none.c -- -DX", "none.c: no such file");
    expectMisuse("scan none.c", "none.c: no such file");
    expectMisuse("scan . --", ".: is a folder");
}

TEST_F(Scan, MissingAndBrokenDatabasesAreNamed) {
    expectMisuse("scan", "compile_commands.json: no compilation database; make one with");
    expectMisuse("scan -p build", "build/compile_commands.json: no compilation database");
    write("build/compile_commands.json", "[\n  {]\n]");
    expectMisuse("scan -p build", "build/compile_commands.json:2:4: not valid JSON");
    expectMisuse("scan", "build/compile_commands.json:2:4: not valid JSON");
    write("build/compile_commands.json", "[]");
    expectMisuse("scan", "no C or C++ file");
    makeDatabase("build", {"good.c"});
    expectMisuse("scan broken.c", "broken.c: not in ");
    std::filesystem::create_symlink("loop", folder_ / "loop");  // stands for whatever may not be looked into
    expectMisuse("scan -p loop", "loop/compile_commands.json: cannot be read: Too many levels of symbolic links");
    expectMisuse("scan loop/a.c --", "loop/a.c: cannot be read: Too many levels of symbolic links");
}

TEST_F(Scan, AFileThatDoesNotParseIsNamedAndIsStatusThree) {
    Outcome outcome = raddle("scan good.c broken.c --");
    EXPECT_EQ(outcome.status, 3);
    EXPECT_THAT(outcome.out, HasSubstr("2 files, 1 failed"));
    EXPECT_THAT(outcome.out, HasSubstr("failed: broken.c: 1:"));
    EXPECT_EQ(raddle("scan good.c broken.c --allow-incomplete --").status, 0);
    EXPECT_EQ(raddle("scan good.c --").status, 0);

    makeDatabase("build", {"broken.c", "good.c", "gone.c"});
    outcome = raddle("scan --format json");
    EXPECT_EQ(outcome.status, 3);
    EXPECT_THAT(outcome.err, HasSubstr("not analysed: broken.c: 1:"));
    EXPECT_THAT(outcome.err, HasSubstr("not analysed: gone.c: "));
    json report = json::parse(outcome.out);
    EXPECT_EQ(report["coverage"]["files"], 3);
    EXPECT_EQ(report["coverage"]["failed"], 2);
    EXPECT_EQ(report["coverage"]["failed_files"][0]["file"], (folder_ / "broken.c").string());
}

TEST_F(Scan, FlagsReachTheCompilerAsTheyAre) {
    write("flags.c",
          "#if !defined(A) || B != 1\n#error syntax error\n#endif\n"
          "const char* c = C; int main(void) { return 0; }\n");
    EXPECT_EQ(raddle("scan flags.c -- -DA -D 'B=1' '-DC=\"[a, b]\"'").status, 0)
        << raddle("scan flags.c -- -DA -D 'B=1' '-DC=\"[a, b]\"'").out;
}

TEST_F(Scan, ReportsAreWrittenWholeOrNotAtAll) {
    EXPECT_EQ(raddle("scan good.c --format sarif -o report.sarif --").status, 0);
    EXPECT_EQ(json::parse(read(folder_ / "report.sarif"))["version"], "2.1.0");
    expectMisuse("scan good.c -o none/report.txt --", "none/report.txt: cannot write");
    expectMisuse("scan good.c -o /dev/full --", "/dev/full: cannot write: No space left on device");
    expectMisuse("scan good.c -- >/dev/full", "cannot write to standard output");
    std::filesystem::create_directory(folder_ / "taken");
    expectMisuse("scan good.c -o taken --", "taken: cannot write");
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
        EXPECT_THAT(entry.path().filename().string(), testing::AnyOf("good.c", "broken.c", "report.sarif", "taken"));
}

TEST_F(Scan, NothingButTheReportWhenNotOnATerminal) {
    Outcome outcome = raddle("scan good.c --no-cache -j 2 --");
    EXPECT_EQ(outcome.err, "");
    EXPECT_THAT(outcome.out, StartsWith("0 findings"));
    EXPECT_THAT(outcome.out, testing::Not(HasSubstr("\x1b")));
    EXPECT_THAT(raddle("scan good.c --color always --").out, HasSubstr("\x1b[1m"));
}

TEST_F(Scan, HelpHasAnExample) {
    for (const char* command : {"scan", "ir", "doctor", "explain"}) {
        Outcome outcome = raddle(std::string(command) + " --help");
        EXPECT_EQ(outcome.status, 0);
        EXPECT_THAT(outcome.out, HasSubstr("Example"));
        EXPECT_THAT(outcome.out, HasSubstr(std::string("raddle ") + command));
    }
}

class IrCommand : public CommandTest {};

TEST_F(IrCommand, TextIsPrintedNormalised) {
    write("a.ir", "global @x\nfunc f(%p) {\n  store   @x=1 // RACE\n}\nfunc g() {\n}\n");
    Outcome outcome = raddle("ir a.ir");
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(outcome.out, HasSubstr("  store @x = 1 at 3:3\n"));
    write("b.ir", outcome.out);
    EXPECT_EQ(raddle("ir b.ir").out, outcome.out);
    EXPECT_EQ(raddle("ir a.ir --function g").out, "func g() at 5:6 {\n}\n");
}

TEST_F(IrCommand, BadInputIsOneLineAndStatusTwo) {
    write("a.ir", "func f() {\n  stor @x\n}\n");
    write("b.ir", "func f() {\n}\n");
    EXPECT_EQ(raddle("ir a.ir").err, "raddle ir: " + (folder_ / "a.ir").string() + ":2:3: unknown op 'stor'\n");
    EXPECT_EQ(raddle("ir a.ir").status, 2);
    EXPECT_EQ(raddle("ir b.ir --function g").status, 2);
    EXPECT_EQ(raddle("ir").status, 2);
    EXPECT_EQ(raddle("ir none.c").err, "raddle ir: none.c: no such file\n");
    EXPECT_EQ(raddle("ir b.ir >/dev/full").status, 2);
    write("c.c", "syntax error\n");
    Outcome outcome = raddle("ir c.c --");
    EXPECT_EQ(outcome.status, 2);
    EXPECT_THAT(outcome.err, StartsWith("raddle ir: " + (folder_ / "c.c").string() + ":1:"));
}

TEST_F(IrCommand, DoctorSaysWhatWorks) {
    Outcome outcome = raddle("doctor");
    EXPECT_THAT(outcome.out, HasSubstr("analysis of C: ok"));
    EXPECT_THAT(outcome.out, HasSubstr("analysis of C++: ok"));
    EXPECT_THAT(outcome.out, HasSubstr("disk: "));
    EXPECT_EQ(outcome.err, "");
}

}  // namespace
}  // namespace raddle::test
