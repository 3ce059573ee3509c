#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace raddle::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// A library whose function is safe as long as one thread calls it, and a program that has one thread call it.
constexpr const char* kHeader = "void* count(void*);\nextern int total;\n";
constexpr const char* kLibrary =
    "#include \"count.h\"\n"
    "int total, old;\n"
    "void* count(void* p) { ++total; return p; }\n"
    "void* known(void* p) { ++old; return p; }\n";
constexpr const char* kProgram =
    "#include <pthread.h>\n"
    "#include \"count.h\"\n"
    "void* known(void*);\n"
    "int main(void) {\n"
    "    pthread_t a, b, c;\n"
    "    pthread_create(&a, 0, known, 0);\n"
    "    pthread_create(&b, 0, known, 0);\n"
    "    pthread_create(&c, 0, count, 0);\n"
    "    MORE\n"
    "    return 0;\n"
    "}\n";

class Diff : public CommandTest {
  protected:
    void SetUp() override {
        CommandTest::SetUp();
        write("src/count.h", kHeader);
        write("src/count.c", kLibrary);
        write("src/main.c", program(""));
        write(".gitignore", "build\n");
        makeDatabase({"src/count.c", "src/main.c"});
        git("init -q -b main");
        git("config user.email a@b");
        git("config user.name a");
        commit();
    }
    static std::string program(const std::string& more) {
        std::string text = kProgram;
        return text.replace(text.find("MORE"), 4, more);
    }
    void makeDatabase(std::initializer_list<std::string> files) {
        json database = json::array();
        for (const std::string& file : files)
            database.push_back({{"directory", folder_.string()}, {"file", file}, {"command", "cc -c " + file}});
        write("build/compile_commands.json", database.dump());
    }
    void git(const std::string& arguments) {
        ASSERT_EQ(std::system(("git -C '" + folder_.string() + "' " + arguments + " >/dev/null 2>&1").c_str()), 0)
            << arguments;
    }
    void commit() {
        git("add -A");
        git("commit -q -m x");
    }
    Outcome scan(const std::string& arguments = "--diff HEAD") {
        return raddle("scan --cache-dir '" + (base_ / "cache").string() + "' " + arguments);
    }
};

TEST_F(Diff, NothingChangedIsNothingNew) {
    EXPECT_EQ(scan("").status, 1);
    Outcome outcome = scan();
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("0 new findings"));
    EXPECT_THAT(outcome.out, HasSubstr("not reported: 1 known"));
    EXPECT_EQ(scan("--diff HEAD --no-cache").status, 0);
}

TEST_F(Diff, ACauseInAChangedFileShowsInAnotherOne) {
    write("src/main.c", program("pthread_create(&c, 0, count, 0);"));
    for (const char* options : {"--diff HEAD", "--diff HEAD --no-cache"}) {
        Outcome outcome = scan(options);
        EXPECT_EQ(outcome.status, 1);
        EXPECT_THAT(outcome.out, HasSubstr("src/count.c:3:26: error: data race on `total`"));
        EXPECT_THAT(outcome.out, Not(HasSubstr("data race on `old`")));
        EXPECT_THAT(outcome.out, HasSubstr("1 new finding:"));
    }
    commit();
    EXPECT_EQ(scan("--diff HEAD").status, 0);
    EXPECT_EQ(scan("--diff HEAD~1").status, 1);
}

TEST_F(Diff, WhatAChangeMendsIsCounted) {
    std::string text = kLibrary;
    write("src/count.c", text.replace(text.find("++old; "), 7, ""));
    Outcome outcome = scan();
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(outcome.out, HasSubstr("not reported: 1 no longer found"));
}

TEST_F(Diff, HeadersNewFilesAndRenamedOnesCount) {
    // A header that changed, uncommitted, and a file that git does not know yet.
    write("src/count.h", std::string(kHeader) + "#include \"more.h\"\n");
    write("src/more.h", "static inline void* again(void* p) { total = 7; return p; }\n");
    write("src/main.c", program("pthread_create(&c, 0, again, 0);"));
    Outcome outcome = scan();
    EXPECT_EQ(outcome.status, 1) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("data race on `total`"));
    EXPECT_THAT(outcome.out, HasSubstr("1 new finding:"));

    git("checkout -q -- .");
    git("mv src lib");
    makeDatabase({"lib/count.c", "lib/main.c"});
    outcome = scan();
    EXPECT_EQ(outcome.status, 0) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("not reported: 1 known"));
}

TEST_F(Diff, TheBaseIsWhereBranchesParted) {
    git("checkout -q -b topic");
    write("src/main.c", program("pthread_create(&c, 0, count, 0);"));
    commit();
    git("checkout -q main");
    std::string text = kLibrary;
    write("src/count.c", text.replace(text.find("++old; "), 7, ""));
    commit();
    git("checkout -q topic");
    Outcome outcome = scan("--diff main");
    EXPECT_THAT(outcome.out, HasSubstr("1 new finding:"));
    EXPECT_THAT(outcome.out, HasSubstr("not reported: 1 known\n"));
}

TEST_F(Diff, MistakesAreOneLineAndStatusTwo) {
    Outcome outcome = scan("--diff nonsense");
    EXPECT_EQ(outcome.status, 2);
    EXPECT_THAT(outcome.err, HasSubstr("raddle scan: git: fatal: "));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    std::filesystem::remove_all(folder_ / ".git");
    outcome = scan();
    EXPECT_EQ(outcome.status, 2);
    EXPECT_THAT(outcome.err, HasSubstr("not a git repository"));
}

}  // namespace
}  // namespace raddle::test
