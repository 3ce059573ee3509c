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

TEST(LowerErrors, SpoilOnlyTheFunctionsTheyAreIn) {
    const SourceFile file("int x;\nint f() { return y; }\nint g() { return x }\nint h() { return x; }\n", ".cpp");
    const auto unit = file.lower();
    ASSERT_TRUE(unit.ok());
    ASSERT_TRUE(unit->error);
    EXPECT_EQ(unit->error->line, 2u);
    EXPECT_EQ(functionOf(*unit, "f"), "no function f");
    EXPECT_EQ(functionOf(*unit, "g"), "no function g");
    EXPECT_EQ(functionOf(*unit, "h"), "  load @x\n  store %return = @x uses @x\n  ret %return\n");
    ASSERT_EQ(unit->opaque.size(), 1u);
    EXPECT_TRUE(unit->opaque[0].ends_with(".cpp: 2")) << unit->opaque[0];
}

TEST(LowerErrors, OfTwoDefinitionsTheFirstCounts) {
    const auto unit = SourceFile("int x;\nvoid f(void) { x = 1; }\nvoid f(void) { x = 2; }\n", ".c").lower();
    ASSERT_TRUE(unit.ok());
    EXPECT_TRUE(unit->error);
    EXPECT_EQ(functionOf(*unit, "f"), "  store @x = 1\n  ret %return\n");
}

TEST(LowerErrors, InSystemHeadersDoNotCount) {
    const SourceFile header("#pragma GCC system_header\nstruct S;\nint size = sizeof(struct S);\n", ".h");
    const auto unit = SourceFile("#include \"" + header.path() + "\"\nint f() { return 1; }\n", ".cpp").lower();
    ASSERT_TRUE(unit.ok());
    EXPECT_FALSE(unit->error);
    EXPECT_EQ(functionOf(*unit, "f"), "  store %return = 1\n  ret %return\n");
}

TEST(LowerErrors, AMissingHeaderLeavesNothingToTrust) {
    EXPECT_FALSE(SourceFile("#include \"nowhere.h\"\nint f() { return 1; }\n", ".cpp").lower().ok());
}

TEST(LowerErrors, AFunctionCalledBeforeItIsDeclaredIsNone) {
    const auto unit = SourceFile("void f(void) { g(); }\nvoid g(void) {}\n", ".c").lower();
    ASSERT_TRUE(unit.ok());
    EXPECT_FALSE(unit->error) << toString(*unit->error);
    EXPECT_EQ(functionOf(*unit, "g"), "  ret %return\n");
}

#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer)  // which reports crashes itself
TEST(LowerErrors, ACrashOfClangIsOne) {
    const SourceFile file("#pragma clang __debug crash\n", ".cpp");
    for (int i = 0; i < 2; ++i) {
        const auto unit = file.lower();
        ASSERT_FALSE(unit.ok());
        EXPECT_EQ(unit.error().message, "Clang crashed on it");
        EXPECT_EQ(unit.error().file, file.path());
    }
    EXPECT_TRUE(SourceFile("int f() { return 1; }\n", ".cpp").lower().ok());
}
#endif

TEST(LowerErrors, DeepNestingIsNone) {
    std::string sum = "1";
    for (int i = 0; i < 20000; ++i) sum += " + x";
    EXPECT_TRUE(SourceFile("int x; int f() { return " + sum + "; }\n", ".cpp").lower().ok());
}

TEST(LowerErrors, WarningsAreNone) {
    EXPECT_TRUE(SourceFile("int f() { int unused; return 1 / 0; }\n", ".cpp").lower().ok());
}

}  // namespace
}  // namespace raddle::test
