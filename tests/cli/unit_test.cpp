// `raddle unit` under a build system, against a scan in one process.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace raddle::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Units : public CommandTest {
  protected:
    void SetUp() override {
        CommandTest::SetUp();
        write("src/include/shared.h", "extern int total; void add(int); void *worker(void *);\n");
        write("src/main.c",
              "#include <pthread.h>\n#include <shared.h>\nint total;\n"
              "int main(void) { pthread_t t; pthread_create(&t, 0, worker, 0); add(2); return 0; }\n");
        write("src/with space.c", "#include <shared.h>\nvoid add(int n) { total += n; }\n");
        write("src/worker.c", "#include <shared.h>\nvoid *worker(void *p) { add(ONE); return p; }\n");
        write("src/part.c", "int f(void) { return 1; }\nint g(void) { syntax error }\n");
        write("src/none.c", "#include \"missing.h\"\n");
        json database = json::array();
        for (const char* file : {"worker.c", "main.c", "none.c", "with space.c", "part.c"})
            database.push_back({{"directory", (folder_ / "src").string()},
                                {"file", file},
                                {"arguments", {"cc", "-Iinclude", "-DONE=(1)", "-o", "x.o", "-c", file}}});
        write("build/compile_commands.json", database.dump());
    }
    // Standard output of a shell command in the folder, which must succeed.
    std::string shell(const std::string& command) {
        const int status = std::system(
            ("cd '" + folder_.string() + "' && (" + command + ") >'" + (base_ / "shell").string() + "' 2>&1").c_str());
        EXPECT_EQ(status, 0) << command << "\n" << read(base_ / "shell");
        return read(base_ / "shell");
    }
    std::string steps(const std::string& options) {
        return "python3 " RADDLE_SOURCE_DIR "/scripts/unit_commands.py --raddle " RADDLE_BUILD_DIR "/bin/raddle " +
               options + " build/compile_commands.json units";
    }
    void expectSameAsOneProcess() {
        for (const char* format : {"json", "text", "sarif"}) {
            const Outcome one = raddle("scan -p build --no-cache --format " + std::string(format));
            const Outcome units = raddle("scan --units units --format " + std::string(format));
            EXPECT_EQ(units.out, one.out);
            EXPECT_EQ(units.err, one.err);
            EXPECT_EQ(units.status, one.status);
            EXPECT_EQ(units.status, 3);
        }
    }
};

TEST_F(Units, NinjaReadsWhatChangedAndTheReportIsTheSame) {
    shell(steps("") + " > build.ninja && ninja");
    expectSameAsOneProcess();
    json report = json::parse(raddle("scan --units units --format json").out);
    EXPECT_EQ(report["findings"].size(), 1u);
    EXPECT_EQ(report["coverage"]["failed"], 2);
    EXPECT_THAT(shell("ninja"), HasSubstr("no work to do"));
    write("src/include/shared.h", "extern int total; void add(int); void *worker(void *); /* changed */\n");
    fs::last_write_time(folder_ / "src/include/shared.h", fs::file_time_type::clock::now() + std::chrono::seconds(2));
    EXPECT_THAT(shell("ninja -n"), AllOf(HasSubstr("[3/3]"), HasSubstr("worker.c")));
    write("src/with space.c", "#include <shared.h>\n\n\nvoid add(int n) { total += n + 1; }\n");
    shell("ninja");
    expectSameAsOneProcess();
}

TEST_F(Units, CommandsForAClusterGiveTheSame) {
    EXPECT_THAT(shell(steps("--list") + " > steps && wc -l < steps"), HasSubstr("5"));
    shell("for i in 5 2 3 1 4; do sed -n ${i}p steps | sh || exit 1; done");
    expectSameAsOneProcess();
}

TEST_F(Units, TheDepfileNamesWhatWasReadAndTheConfiguration) {
    write("src/.raddle.yaml", "types:\n  Guarded: mutex\n");
    fs::create_directory_symlink(folder_ / "src/include", folder_ / "link");  // link/.. is src
    Outcome outcome = raddle("unit 'src/with space.c' -o a.unit --depfile a.d -- -Ilink/../include -include stdio.h");
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "");
    const std::string deps = read(folder_ / "a.d");
    EXPECT_THAT(deps, HasSubstr("a.unit:"));
    EXPECT_THAT(deps, HasSubstr((folder_ / "src/with\\ space.c").string()));
    EXPECT_THAT(deps, HasSubstr("src/include/shared.h"));
    EXPECT_THAT(deps, HasSubstr("src/.raddle.yaml"));
    EXPECT_EQ(read(folder_ / "a.unit").substr(0, 10), "RADDLEUNIT");
    EXPECT_THAT(deps, Not(HasSubstr("/../")));
    const std::string first = read(folder_ / "a.unit");
    raddle("unit 'src/with space.c' -o a.unit -- -Ilink/../include -include stdio.h");
    EXPECT_EQ(read(folder_ / "a.unit"), first);
}

TEST_F(Units, FilesWithErrorsGiveUnitsThatSaySo) {
    Outcome outcome = raddle("unit src/none.c -o units/none.unit --");
    EXPECT_EQ(outcome.status, 2);  // there is no such folder
    EXPECT_THAT(outcome.err, HasSubstr("units/none.unit: cannot write"));
    fs::create_directory(folder_ / "units");
    outcome = raddle("unit src/none.c -o units/none.unit --");
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(outcome.err, HasSubstr("raddle unit: not read: "));
    outcome = raddle("unit src/part.c -o units/part.unit --");
    EXPECT_THAT(outcome.err, HasSubstr("raddle unit: read in part: "));
    outcome = raddle("scan --units units");
    EXPECT_EQ(outcome.status, 3);
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("failed: src/none.c: "), HasSubstr("failed: src/part.c: in part: ")));
}

TEST_F(Units, BadInputIsOneLineAndStatusTwo) {
    const auto expect = [&](const std::string& arguments, const std::string& part) {
        const Outcome outcome = raddle(arguments);
        EXPECT_EQ(outcome.status, 2) << arguments;
        EXPECT_THAT(outcome.err, HasSubstr(part));
        EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    };
    expect("unit src/main.c", "--output is required");
    expect("unit gone.c -o a.unit --", "gone.c: no such file");
    expect("scan --units gone", "gone: cannot be read: No such file");
    expect("scan --units src", "src: has no units; `raddle unit` writes them");
    expect("scan --units src -p build", "no files, flags or database");
    write("units/a.unit", "RADDLEUNIT\1");
    expect("scan --units units", "units/a.unit: a unit of version 1; this raddle reads version ");
    EXPECT_EQ(raddle("unit src/main.c -o units/a.unit --").status, 0);
    fs::resize_file(folder_ / "units/a.unit", fs::file_size(folder_ / "units/a.unit") / 2);
    expect("scan --units units", "units/a.unit: a damaged unit");
    write("units/a.unit", "something");
    expect("scan --units units", "units/a.unit: not a unit");
    raddle("unit src/part.c -o units/a.unit --");
    raddle("unit src/part.c -o units/b.unit --");
    expect("scan --units units", "units/b.unit: is a unit of the same file as ");
}

}  // namespace
}  // namespace raddle::test
