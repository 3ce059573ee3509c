#include "analyzer/cache/unit_cache.h"

#include <gmock/gmock.h>

#include "analyzer/ir/print.h"
#include "tests/analyzer/cache/folder.h"

namespace raddle::cache {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class Caching : public testing::Test {
  protected:
    void SetUp() override {
        source_.write("src/a.c", "#include <a.h>\nint counter;\nvoid f(void) { counter = VALUE; }\n");
        source_.write("second/a.h", "#define VALUE 1\n");
        fs::create_directory(source_.path("first"));
    }

    lower::CompileCommand commandIn(const std::string& root) const {
        return {root, root + "/src/a.c", {"cc", "-I" + root + "/first", "-Isecond", "-c", "src/a.c"}};
    }

    // As a scan does it; "" when the file had to be parsed.
    std::string fromCache(const std::string& root, const std::string& meaning = {}) {
        inputs::Disk disk;
        UnitCache cache(store_, disk, root, meaning);
        const lower::CompileCommand command = commandIn(root);
        if (const std::optional<Digest> key = cache.find(command))
            if (auto unit = cache.load(*key)) return unit->ok() ? ir::print(**unit) : toString(unit->error());
        kept_ = lower::lowerFile(command, {}, disk);
        key_ = cache.keep(command, *kept_);
        return {};
    }
    std::string fromCache() { return fromCache(source_.path()); }
    std::string parsed() const { return kept_->unit.ok() ? ir::print(*kept_->unit) : toString(kept_->unit.error()); }

    test::Folder source_, folder_;
    Store store_{folder_.path(), 1 << 30};
    std::optional<lower::Lowered> kept_;
    std::optional<Digest> key_;
};

TEST_F(Caching, AnUnchangedFileIsNotParsedAgain) {
    EXPECT_EQ(fromCache(), "");
    EXPECT_THAT(parsed(), HasSubstr("store @counter = 1"));
    EXPECT_EQ(fromCache(), parsed());
    source_.write("src/a.c", "#include <a.h>\nint counter;\nvoid f(void) { counter = VALUE; }\n");  // another time
    source_.write("src/other.h", "");
    EXPECT_EQ(fromCache(), parsed());
}

TEST_F(Caching, WhateverTheParseReadCounts) {
    fromCache();
    source_.write("second/a.h", "#define VALUE 2\n");
    EXPECT_EQ(fromCache(), "");
    EXPECT_THAT(fromCache(), HasSubstr("store @counter = 2"));
    source_.write("src/a.c", "#include <a.h>\nint other;\nvoid f(void) { other = VALUE; }\n");
    EXPECT_EQ(fromCache(), "");
    EXPECT_THAT(fromCache(), HasSubstr("store @other = 2"));
    EXPECT_EQ(fromCache(source_.path(), "models of the project"), "");
}

TEST_F(Caching, AHeaderThatAppearsEarlierOnThePathCounts) {
    fromCache();
    source_.write("first/a.h", "#define VALUE 3\n");
    EXPECT_EQ(fromCache(), "");
    EXPECT_THAT(fromCache(), HasSubstr("store @counter = 3"));
    fs::remove(source_.path("first/a.h"));
    EXPECT_THAT(fromCache(), HasSubstr("store @counter = 1"));  // as it was before
}

TEST_F(Caching, SwitchingBackAndForthFindsEach) {
    for (int value = 0; value < 6; ++value) {
        source_.write("second/a.h", "#define VALUE " + std::to_string(value) + "\n");
        EXPECT_EQ(fromCache(), "");
    }
    for (int value = 0; value < 6; ++value) {
        source_.write("second/a.h", "#define VALUE " + std::to_string(value) + "\n");
        EXPECT_THAT(fromCache(), HasSubstr("store @counter = " + std::to_string(value)));
    }
}

TEST_F(Caching, AnotherCheckoutIsServedWithItsOwnPaths) {
    fromCache();
    test::Folder other;
    fs::copy(source_.path(), other.path("moved"), fs::copy_options::recursive);
    const std::string unit = fromCache(other.path("moved"));
    EXPECT_THAT(unit, HasSubstr("unit \"" + other.path("moved/src/a.c") + "\""));
    EXPECT_THAT(unit, Not(HasSubstr(source_.path())));
    fs::remove_all(source_.path("second"));  // which it does not look at
    EXPECT_EQ(fromCache(other.path("moved")), unit);
}

TEST_F(Caching, FailuresAreKeptUntilTheirCauseGoes) {
    fs::remove(source_.path("second/a.h"));
    EXPECT_EQ(fromCache(), "");
    EXPECT_THAT(parsed(), HasSubstr("'a.h' file not found"));
    EXPECT_EQ(fromCache(), parsed());
    source_.write("second/a.h", "#define VALUE 1\n");
    EXPECT_EQ(fromCache(), "");
    EXPECT_THAT(fromCache(), HasSubstr("store @counter = 1"));
}

TEST_F(Caching, DamagedEntriesAreReadAnew) {
    for (const char* kind : {".u", ".v"}) {
        fromCache();
        for (const fs::path& file : folder_.files())
            if (file.extension() == kind) fs::resize_file(file, fs::file_size(file) - 1);
        const size_t before = store_.damaged();
        EXPECT_EQ(fromCache(), "") << kind;
        EXPECT_EQ(store_.damaged(), before + 1);
        EXPECT_EQ(fromCache(), parsed());
    }
}

TEST_F(Caching, ResultsBelongToTheirKeysAndMove) {
    inputs::Disk disk;
    UnitCache here(store_, disk, "/a/b", ""), there(store_, disk, "/c", "");
    const Digest key = inputs::digest("key");
    EXPECT_EQ(here.loadResult(key), std::nullopt);
    here.keepResult(key, "\"/a/b/x.c\", \"/a/bc/x.c\", '/a/b', x/a/b/c (at /a/b/y.c:1)");
    EXPECT_EQ(here.loadResult(key), "\"/a/b/x.c\", \"/a/bc/x.c\", '/a/b', x/a/b/c (at /a/b/y.c:1)");
    EXPECT_EQ(there.loadResult(key), "\"/c/x.c\", \"/a/bc/x.c\", '/c', x/a/b/c (at /c/y.c:1)");
}

}  // namespace
}  // namespace raddle::cache
