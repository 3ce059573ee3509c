// What a scan keeps for the next one, as a user sees it; and that a report does not hang on how it was made.
#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace raddle::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// A program of several files with races, one of which shows in two files.
class CacheCommand : public CommandTest {
  protected:
    void SetUp() override {
        CommandTest::SetUp();
        write("src/shared.h", "extern int total, mine; void add(int); void *worker(void *);\n");
        write("src/main.c",
              "#include <pthread.h>\n#include \"shared.h\"\nint total, mine;\n"
              "int main(void) { pthread_t t; pthread_create(&t, 0, worker, 0); add(2); return 0; }\n");
        write("src/add.c", "#include \"shared.h\"\nvoid add(int n) { total += n; }\n");
        write("src/worker.c", "#include \"shared.h\"\nvoid *worker(void *p) { add(1); mine = 1; return p; }\n");
        write("src/broken.c", "#include \"shared.h\"\nint f(void) { return 1; }\nint g(void) { syntax error }\n");
        makeDatabase("build", {"main.c", "add.c", "worker.c", "broken.c"});
    }
    void makeDatabase(const std::string& folder, const std::vector<std::string>& files) {
        json database = json::array();
        for (const std::string& file : files)
            database.push_back({{"directory", (folder_ / "src").string()},
                                {"file", file},
                                {"command", "cc -I" + (folder_ / "src").string() + " -c " + file}});
        write(folder + "/compile_commands.json", database.dump());
    }
    // The report as JSON; `use_` is what --stats says of the cache.
    std::string scan(const std::string& options = {}) {
        Outcome outcome = raddle("scan -p build --allow-incomplete --format json --stats " + options);
        EXPECT_EQ(outcome.status, 1) << outcome.err;
        const size_t at = outcome.err.find("from the cache: ");
        use_ = at == std::string::npos ? "" : outcome.err.substr(at, outcome.err.find('\n', at) - at);
        return outcome.out;
    }
    size_t keptFiles(const fs::path& folder) {
        size_t count = 0;
        if (fs::exists(folder))
            for (const auto& entry : fs::recursive_directory_iterator(folder)) count += entry.is_regular_file();
        return count;
    }
    std::string use_;
};

TEST_F(CacheCommand, ReportsAreTheSameByteForByteFromTheCache) {
    const std::string cold = scan();
    EXPECT_EQ(use_, "from the cache: 0 files");
    EXPECT_GE(json::parse(cold)["findings"].size(), 1u);
    EXPECT_EQ(json::parse(cold)["coverage"]["failed"], 1);
    EXPECT_EQ(scan(), cold);
    EXPECT_EQ(use_, "from the cache: 4 files, all findings");
    EXPECT_EQ(scan("--no-cache"), cold);
    EXPECT_EQ(use_, "from the cache: 0 files");
    // Units without the findings.
    for (const auto& entry : fs::recursive_directory_iterator(base_ / "cache"))
        if (entry.path().extension() == ".r") fs::remove(entry.path());
    EXPECT_EQ(scan(), cold);
    EXPECT_EQ(use_, "from the cache: 4 files");
}

TEST_F(CacheCommand, OnlyWhatChangedIsParsed) {
    const std::string cold = scan();
    write("src/add.c", "#include \"shared.h\"\n\nvoid add(int n) { total += n; }\n");
    const std::string moved = scan();
    EXPECT_EQ(use_, "from the cache: 3 files");
    EXPECT_NE(moved, cold);
    EXPECT_EQ(moved, scan("--no-cache"));
    write("src/shared.h", "extern int total, mine; void add(int); void *worker(void *); void more(void);\n");
    scan();
    EXPECT_EQ(use_, "from the cache: 0 files");
    write(".raddle.yaml", "types:\n  Guarded: mutex\n");
    scan();
    EXPECT_EQ(use_, "from the cache: 0 files");
}

TEST_F(CacheCommand, NeitherJobsNorTheOrderOfTheDatabaseChangeAReport) {
    const std::string one = scan("--no-cache -j 1");
    EXPECT_EQ(scan("--no-cache -j 4"), one);
    std::vector<std::string> files{"add.c", "broken.c", "main.c", "worker.c"};
    do {
        makeDatabase("build", files);
        EXPECT_EQ(scan("--no-cache -j 2"), one) << files[0] << files[1] << files[2];
    } while (std::next_permutation(files.begin(), files.begin() + 3));
    makeDatabase("build", {"worker.c", "main.c", "broken.c", "add.c"});
    EXPECT_EQ(scan("--no-cache"), one);
}

TEST_F(CacheCommand, SeveralScansMayUseOneFolderAtOnce) {
    const std::string scans = "scan -p build --allow-incomplete --format json -o";
    raddle(scans + " 0.json & cd '" + folder_.string() + "'; for i in 1 2 3; do '" RADDLE_BUILD_DIR "/bin/raddle' " +
           scans + " $i.json & done; wait");
    const std::string first = read(folder_ / "0.json");
    EXPECT_GE(json::parse(first)["findings"].size(), 1u);
    for (const char* other : {"1.json", "2.json", "3.json"}) EXPECT_EQ(read(folder_ / other), first);
    EXPECT_EQ(scan(), first);
    EXPECT_EQ(use_, "from the cache: 4 files, all findings");
    for (const auto& entry : fs::recursive_directory_iterator(base_ / "cache"))
        EXPECT_EQ(entry.path().string().find('-', base_.string().size()), std::string::npos) << entry.path();
}

TEST_F(CacheCommand, ACopyOfTheFolderIsServed) {
    const std::string here = scan();
    fs::rename(folder_, base_ / "elsewhere");
    folder_ = base_ / "elsewhere";
    makeDatabase("build", {"main.c", "add.c", "worker.c", "broken.c"});
    const std::string there = scan();
    EXPECT_EQ(use_, "from the cache: 4 files, all findings");
    EXPECT_EQ(there, scan("--no-cache"));
    EXPECT_THAT(there, AllOf(HasSubstr((base_ / "elsewhere").string()), Not(HasSubstr((base_ / "work").string()))));
}

TEST_F(CacheCommand, TheFolderIsChosenByOptionThenEnvironment) {
    scan("--no-cache");
    EXPECT_FALSE(fs::exists(base_ / "cache"));
    scan("--cache-dir mine");
    EXPECT_GT(keptFiles(folder_ / "mine"), 8u);
    EXPECT_FALSE(fs::exists(base_ / "cache"));
    scan();
    EXPECT_GT(keptFiles(base_ / "cache"), 8u);
    ::unsetenv("RADDLE_CACHE_DIR");
    ::setenv("XDG_CACHE_HOME", (base_ / "xdg").c_str(), 1);
    scan();
    EXPECT_GT(keptFiles(base_ / "xdg/raddle"), 8u);
    ::unsetenv("XDG_CACHE_HOME");
}

TEST_F(CacheCommand, DamageAndFoldersThatCannotBeWrittenAreNotes) {
    const std::string cold = scan();
    size_t damaged = 0;
    for (const auto& entry : fs::recursive_directory_iterator(base_ / "cache"))
        if (entry.path().extension() == ".v") fs::resize_file(entry.path(), ++damaged);
    json report = json::parse(scan());
    EXPECT_THAT(report["coverage"]["notes"].dump(),
                HasSubstr("damaged entries of the cache " + (base_ / "cache").string() + " were ignored: 4"));
    EXPECT_EQ(report["findings"], json::parse(cold)["findings"]);
    EXPECT_EQ(scan(), cold);
    write("file", "");
    report = json::parse(scan("--cache-dir file/cache"));
    EXPECT_THAT(report["coverage"]["notes"].dump(), HasSubstr("nothing can be kept for the next scan: "));
    EXPECT_EQ(report["findings"], json::parse(cold)["findings"]);
}

}  // namespace
}  // namespace raddle::test
