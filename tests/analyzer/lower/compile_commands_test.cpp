#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "analyzer/lower/lower.h"
#include "core/support/file_system.h"

namespace raddle::lower {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CompileCommands : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "raddle-database-XXXXXX";
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    Result<std::vector<CompileCommand>> read(const std::string& json) {
        EXPECT_TRUE(writeFile(folder_ + "/compile_commands.json", json).ok());
        return readCompileCommands(folder_);
    }
    std::string error(const std::string& json) {
        auto commands = read(json);
        return commands.ok() ? "read" : toString(commands.error());
    }

    std::string folder_;
};

TEST_F(CompileCommands, CommandsAreUnquotedAndFilesMadeAbsolute) {
    auto commands = read(R"([
        {"directory": "/src/build", "file": "../a.c", "command": "cc -DX=\"a b\" '-DY=\\n' -D\\Z=\\\"q\\\" -c ../a.c"},
        {"directory": "/src", "file": "/src/b.cc", "arguments": ["c++", "-c", "b c"]},
        {"directory": "/src", "file": "./b.cc", "arguments": ["c++", "again"]},
        {"directory": "sub", "file": "c.c", "command": "cc c.c"}])");
    ASSERT_TRUE(commands.ok()) << toString(commands.error());
    ASSERT_EQ(commands->size(), 3u);
    EXPECT_EQ((*commands)[0].file, "/src/a.c");
    EXPECT_THAT((*commands)[0].arguments, ElementsAre("cc", "-DX=a b", "-DY=\\n", "-DZ=\"q\"", "-c", "../a.c"));
    EXPECT_EQ((*commands)[1].file, "/src/b.cc");
    EXPECT_THAT((*commands)[1].arguments, ElementsAre("c++", "-c", "b c"));
    EXPECT_EQ((*commands)[2].directory, folder_ + "/sub");
    EXPECT_EQ((*commands)[2].file, folder_ + "/sub/c.c");
}

TEST_F(CompileCommands, AMissingDatabaseSaysHowToMakeOne) {
    auto commands = readCompileCommands(folder_);
    ASSERT_FALSE(commands.ok());
    EXPECT_THAT(toString(commands.error()), HasSubstr(folder_ + "/compile_commands.json: no compilation database"));
    EXPECT_THAT(toString(commands.error()), HasSubstr("bear -- make"));
}

TEST_F(CompileCommands, BrokenDatabasesNameThePlace) {
    std::string name = folder_ + "/compile_commands.json";
    EXPECT_EQ(error("[\n  {\"directory\": }\n]"), name + ":2:17: not valid JSON");
    EXPECT_EQ(error("{}"), name + ": not a compilation database: no array of commands");
    EXPECT_EQ(error("[3]"), name + ": entry 0 is not a compile command");
    EXPECT_EQ(error(R"([{"directory": "/", "file": 3, "command": "cc"}])"),
              name + ": entry 0 is not a compile command");
    EXPECT_EQ(error(R"([{"directory": "/", "command": "cc"}])"), name + ": entry 0 has no \"file\"");
    EXPECT_EQ(error(R"([{"directory": "/", "file": "a.c"}])"),
              name + ": entry 0 has neither \"arguments\" nor a \"command\"");
}

}  // namespace
}  // namespace raddle::lower
