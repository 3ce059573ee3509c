// Files that do not parse.
#include "tests/analyzer/lower/lowered.h"

namespace raddle::test {
namespace {

TEST(LowerErrors, NameFileLineAndColumn) {
    const SourceFile file("int x;\nint f() {\n    return y;\n}\n", ".cpp");
    const auto unit = file.lower();
    ASSERT_FALSE(unit.ok());
    EXPECT_EQ(unit.error().file, file.path());
    EXPECT_EQ(unit.error().line, 3u);
    EXPECT_EQ(unit.error().column, 12u);
    EXPECT_NE(unit.error().message.find("undeclared identifier 'y'"), std::string::npos) << unit.error().message;
}

TEST(LowerErrors, FirstOfSeveral) {
    const SourceFile file("int a = b;\nint c = d;\n", ".c");
    const auto unit = file.lower();
    ASSERT_FALSE(unit.ok());
    EXPECT_EQ(unit.error().line, 1u);
}

TEST(LowerErrors, MissingHeader) {
    const SourceFile file("#include \"nowhere.h\"\n", ".cpp");
    const auto unit = file.lower();
    ASSERT_FALSE(unit.ok());
    EXPECT_EQ(unit.error().line, 1u);
    EXPECT_NE(unit.error().message.find("nowhere.h"), std::string::npos) << unit.error().message;
}

TEST(LowerErrors, InAnIncludedFile) {
    const SourceFile header("int f() { return z; }\n", ".h");
    const SourceFile file("#include \"" + header.path() + "\"\n", ".cpp");
    const auto unit = file.lower();
    ASSERT_FALSE(unit.ok());
    EXPECT_EQ(unit.error().file, header.path());
    EXPECT_EQ(unit.error().line, 1u);
}

TEST(LowerErrors, MissingFile) {
    const std::string path = testing::TempDir() + "nowhere.cpp";
    const auto unit = lower::lowerFile({testing::TempDir(), path, {"c++", "-c", path}});
    ASSERT_FALSE(unit.ok());
    EXPECT_EQ(unit.error().file, path);
}

TEST(LowerErrors, WarningsAreNone) {
    EXPECT_TRUE(SourceFile("int f() { int unused; return 1 / 0; }\n", ".cpp").lower().ok());
}

}  // namespace
}  // namespace raddle::test
