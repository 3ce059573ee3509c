#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "analyzer/ir/parse.h"
#include "analyzer/ir/print.h"
#include "tests/analyzer/ir/everything.h"

namespace raddle::ir {
namespace {

std::string printed(const std::string& text) {
    Result<Unit> unit = parse(text, "test.ir");
    if (!unit.ok()) return toString(unit.error());
    return print(*unit);
}

TEST(IrText, WhatIsPrintedParsesToTheSame) {
    EXPECT_EQ(printed(test::kEverything), test::kEverything);
}

TEST(IrText, HandWrittenTextNeedsLittle) {
    EXPECT_EQ(printed(R"(
global @x
func f(%p, %q : Node*) {
  local %i, %j : int
  store @x = 1        // RACE
again:
  br %i again out
out:
}
)"),
              R"(unit "test.ir"
global @x at 2:8
func f(%p, %q : Node*) at 3:6 {
  local %i
  local %j : int
b0:
  store @x = 1 at 5:3
  goto b1
b1:
  br %i != 0 b1 b2
b2:
}
)");
}

TEST(IrText, LocationsDefaultToTheTextAndNameTheUnitsFileOtherwise) {
    Result<Unit> unit = parse("unit \"a.c\"\nfunc f() {\n  fence\n  fence at 7:2\n}\n", "test.ir");
    ASSERT_TRUE(unit.ok()) << toString(unit.error());
    const std::vector<Op>& ops = unit->functions[0].blocks[0].ops;
    EXPECT_EQ(unit->names.text(ops[0].at.file), "test.ir");
    EXPECT_EQ(ops[0].at.line, 3u);
    EXPECT_EQ(unit->names.text(ops[1].at.file), "a.c");
    EXPECT_EQ(ops[1].at.line, 7u);
    EXPECT_EQ(unit->names.text(unit->functions[0].file), "a.c");
}

TEST(IrText, EveryFieldOfAnOpShows) {
    Result<Unit> unit = parse("global @x\nfunc f(%p) {\n  call f()\n}\n", "test.ir");
    ASSERT_TRUE(unit.ok());
    Op plain = unit->functions[0].blocks[0].ops[0];
    std::vector<Op> variants(18, plain);
    variants[0].kind = OpKind::once;
    variants[1].at.line = 99;
    variants[2].place.root = {RootKind::global, 0};
    variants[3].value.kind = ValueKind::unknown;
    variants[4].args.resize(1);
    variants[5].result = {RootKind::formal, 0};
    variants[6].uses = {Place{{RootKind::formal, 0}, {}}};
    variants[7].successValue = 1;
    variants[8].order = MemoryOrder::relaxed;
    variants[9].lockKind = LockKind::spin;
    variants[10].mode = LockMode::shared;
    variants[11].attempt = Attempt::tries;
    variants[12].conditional = variants[13].looped = variants[14].timed = variants[15].isInit = true;
    variants[16].opaque = variants[17].grouped = true;
    for (const Op& variant : variants) {
        unit->functions[0].blocks[0].ops = {variant};
        std::string text = print(*unit);
        Result<Unit> again = parse(text, "other.ir");
        ASSERT_TRUE(again.ok()) << text << toString(again.error());
        EXPECT_EQ(print(*again), text);
        Op read = again->functions[0].blocks[0].ops[0];
        EXPECT_NE(read, plain) << text;
    }
}

TEST(IrText, ErrorsNameThePlace) {
    auto error = [](const char* text) {
        Result<Unit> unit = parse(text, "t.ir");
        return unit.ok() ? std::string("parsed") : toString(unit.error());
    };
    EXPECT_EQ(error("global x"), "t.ir:1:8: @name expected");
    EXPECT_EQ(error("global @x\nglobal @x"), "t.ir:2:8: global @x declared twice");
    EXPECT_EQ(error("func f() {\n  load @y\n}"), "t.ir:2:8: no global @y declared before");
    EXPECT_EQ(error("func f() {\n  load %y\n}"), "t.ir:2:8: no formal or local %y declared before");
    EXPECT_EQ(error("func f() {\n  lod @y\n}"), "t.ir:2:3: unknown op 'lod'");
    EXPECT_EQ(error("func f() {\n  goto b1\n}"), "t.ir:2:8: no label b1");
    EXPECT_EQ(error("func f() {\n  leave\n  fence\n}"), "t.ir:3:3: the block has ended; a label must come first");
    EXPECT_EQ(error("func f() {\n  fence"), "t.ir:2:8: '}' expected before the end of the file");
    EXPECT_EQ(error("func f() {\n}\nfunc f() {\n}"), "t.ir:3:6: function f defined twice");
    EXPECT_EQ(error("func f() {\n  ret 99999999999999999999\n}"), "t.ir:2:7: number out of range");
    EXPECT_EQ(error("unit \"abc"), "t.ir:1:6: string without an end");
    EXPECT_EQ(error("unit \"\\q\""), "t.ir:1:7: unknown escape in a string");
    EXPECT_EQ(error("func f() {\n  fence fast\n}"), "t.ir:2:9: end of line expected");
    EXPECT_EQ(error("# x"), "t.ir:1:1: unexpected character");
    EXPECT_EQ(error("func f(%p) {\n  call 3 = f()\n}"), "t.ir:2:10: a place expected before '='");
    EXPECT_EQ(error(("func f(%p) {\n  load " + std::string(100000, '(')).c_str()),
              "t.ir:2:208: place too deeply nested");
}

// Damaged text either parses, and then prints something stable, or is an error with a place.
TEST(IrText, DamagedTextIsAnErrorNeverACrash) {
    const std::string original = test::kEverything;
    std::mt19937 random(1);
    auto below = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random); };
    const std::string alphabet = "@%*&?=:,.(){}[]->\"\\#/ \nab0_9\x80\xff";
    for (int round = 0; round < 20000; ++round) {
        std::string text = original;
        for (size_t edits = 1 + below(3); edits > 0; --edits) {
            size_t at = below(text.size());
            switch (below(4)) {
                case 0:
                    text.erase(at, 1 + below(20));
                    break;
                case 1:
                    text.insert(at, 1, alphabet[below(alphabet.size())]);
                    break;
                case 2:
                    text[at] = static_cast<char>(below(256));
                    break;
                default:
                    text.insert(at, original.substr(below(original.size()), below(40)));
                    break;
            }
        }
        Result<Unit> unit = parse(text, "t.ir");
        if (!unit.ok()) {
            ASSERT_GT(unit.error().line, 0u);
            ASSERT_GT(unit.error().column, 0u);
            continue;
        }
        std::string once = print(*unit);
        ASSERT_EQ(printed(once), once) << text;
    }
}

}  // namespace
}  // namespace raddle::ir
