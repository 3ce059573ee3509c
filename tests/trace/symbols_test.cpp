// Asks for the names of this program's own code and variables; tests/trace/CMakeLists.txt gives this file
// full debug info.
#include "trace/symbols/symbols.h"
#include "trace/symbols/debug_info.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <link.h>
#include <pthread.h>
#include <sys/auxv.h>

#include <condition_variable>
#include <deque>
#include <mutex>

namespace sample {

struct Base {
    int first;
    std::mutex guard_;
};

struct Row : Base {
    pthread_mutex_t lock;
};

struct Table {
    std::deque<int> items;
    Row rows[2][3];
    std::condition_variable ready;
    struct {
        int pad;
        pthread_mutex_t inner;
    };
};

Table table;
std::mutex plain;
static pthread_mutex_t many[4];

Row& localRow() {
    static Row row;
    return row;
}

__attribute__((noinline)) char* caller() {
    return static_cast<char*>(__builtin_return_address(0));
}
__attribute__((always_inline)) inline char* inlinedHere() {
    return caller() - 1;  // not a tail call
}
__attribute__((noinline)) char* outerFunction() {
    return inlinedHere();
}

template <class T>
    requires requires(T t) { t + 1; }
__attribute__((always_inline)) inline char* constrained(T) {
    return caller() - 1;
}
__attribute__((noinline)) char* callsConstrained() {
    return constrained(1);
}

// Code whose calls pass locks, by what their own return address is.
struct Door {
    long opened;
    pthread_mutex_t lock;
};
struct House {
    long rooms;
    Door* front;
    Door back;
};
__attribute__((noinline)) char* takes(pthread_mutex_t* lock) {
    asm volatile("" : : "r"(lock) : "memory");
    return static_cast<char*>(__builtin_return_address(0));
}
__attribute__((noinline)) char* passesMember(House* house) {
    asm volatile("" : "+r"(house));
    char* at = takes(&house->back.lock);
    house->rooms = 2;
    return at;
}
__attribute__((noinline)) char* passesOn(pthread_mutex_t* lock) {
    takes(lock);
    char* at = takes(lock);
    takes(lock);
    return at;
}

}  // namespace sample

namespace raddle::trace {
namespace {

using testing::HasSubstr;

std::string ownPath() {
    return "/proc/self/exe";
}

uint64_t inFile(const void* address) {
    uint64_t bias = 0;
    // The program itself is the first of the list.
    ::dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* out) {
            *static_cast<uint64_t*>(out) = info->dlpi_addr;
            return 1;
        },
        &bias);
    return reinterpret_cast<uint64_t>(address) - bias;
}

std::string dataName(const void* address) {
    return openSymbols(ownPath(), "")->data(inFile(address));
}

TEST(Symbols, VariablesAreNamedWithTheWayIntoThem) {
    EXPECT_EQ(dataName(&sample::plain), "sample::plain");
    EXPECT_EQ(dataName(&sample::many[2]), "sample::many[2]");
    EXPECT_EQ(dataName(&sample::many[0]), "sample::many[0]");
    EXPECT_EQ(dataName(&sample::table.rows[1][2].lock), "sample::table.rows[1][2].lock");
    EXPECT_EQ(dataName(&sample::table.rows[0][1].guard_), "sample::table.rows[0][1].guard_");
    EXPECT_EQ(dataName(&sample::table.ready), "sample::table.ready");
    EXPECT_EQ(dataName(&sample::table.inner), "sample::table.inner");
    EXPECT_EQ(dataName(&sample::localRow().lock), "sample::localRow()::row.lock");
}

TEST(Symbols, AddressesWithoutVariableHaveNoName) {
    int onStack = 0;
    EXPECT_EQ(openSymbols(ownPath(), "")->data(0x10), "");
    EXPECT_EQ(dataName(&onStack), "");
    EXPECT_EQ(dataName(reinterpret_cast<void*>(&sample::outerFunction)), "") << "code is no variable";
}

TEST(Symbols, CodeHasLinesAndInlinedCalls) {
    std::vector<CodeName> names = openSymbols(ownPath(), "")->code(inFile(sample::outerFunction()));
    ASSERT_EQ(names.size(), 2u);
    EXPECT_EQ(names[0].function, "sample::inlinedHere()");
    EXPECT_EQ(names[1].function, "sample::outerFunction()");
    EXPECT_THAT(names[1].at.file, HasSubstr("tests/trace/symbols_test.cpp"));
    EXPECT_EQ(names[1].at.line, names[1].definedAt.line + 1);
    EXPECT_LT(names[0].at.line, names[1].at.line);
}

TEST(Symbols, WhatCannotBeReadHasItsPlainName) {
    std::vector<CodeName> names = openSymbols(ownPath(), "")->code(inFile(sample::callsConstrained()));
    ASSERT_EQ(names.size(), 2u);
    EXPECT_THAT(names[0].function, HasSubstr("constrained<int>"));
}

TEST(Symbols, WhatACallPassesIsTheMemberOrParameter) {
    std::unique_ptr<Symbolizer> symbols = openSymbols(ownPath(), "");
    sample::House house{};
    Declared member = symbols->passed(inFile(sample::passesMember(&house)), 0);
    EXPECT_EQ(member.kind, Declared::Kind::member);
    EXPECT_EQ(member.owner, "sample::Door");
    EXPECT_EQ(member.name, "lock");
    Declared parameter = symbols->passed(inFile(sample::passesOn(&house.back.lock)), 0);
    EXPECT_EQ(parameter.kind, Declared::Kind::parameter);
    EXPECT_EQ(parameter.parameter, 0);
    EXPECT_EQ(parameter.name, "lock");
    EXPECT_EQ(symbols->passed(0x10, 0).kind, Declared::Kind::unknown);
    EXPECT_EQ(symbols->passed(inFile(sample::passesOn(&house.back.lock)), 7).kind, Declared::Kind::unknown);
}

TEST(Symbols, TheKernelsLibraryIsThatOfThisProcess) {
    const auto* vdso = reinterpret_cast<const char*>(::getauxval(AT_SYSINFO_EHDR));
    if (!vdso) GTEST_SKIP() << "no such library";
    std::unique_ptr<Symbolizer> symbols = openSymbols("linux-vdso.so.1", "");
    EXPECT_EQ(symbols->problem(), "");
    void* const library = ::dlopen("linux-vdso.so.1", RTLD_LAZY | RTLD_NOLOAD);
    ASSERT_NE(library, nullptr);
    const auto* getcpu = static_cast<const char*>(::dlsym(library, "__vdso_getcpu"));
    EXPECT_THAT(symbols->code(static_cast<uint64_t>(getcpu - vdso))[0].function, HasSubstr("getcpu"));
    EXPECT_THAT(openSymbols("linux-vdso.so.1", "other")->problem(), HasSubstr("other build id"));
}

TEST(Symbols, VersionsAndSuffixesAreNoPartOfNames) {
    EXPECT_EQ(demangle("clock_gettime@@GLIBC_2.17"), "clock_gettime");
    EXPECT_EQ(demangle("_ZN6sample4workEv@@LIB_1.0"), "sample::work()");
    EXPECT_EQ(demangle("_ZN6sample4workEv.part.0"), "sample::work()");
    EXPECT_EQ(demangle("work.cold"), "work");
}

TEST(Symbols, OtherFilesNameNothingAndSayWhy) {
    std::unique_ptr<Symbolizer> missing = openSymbols("/nonexistent/lib.so", "");
    EXPECT_EQ(missing->problem(), "/nonexistent/lib.so: No such file or directory");
    EXPECT_EQ(missing->code(0x1000).size(), 1u);
    EXPECT_EQ(missing->code(0x1000)[0].function, "");
    EXPECT_EQ(missing->data(0x1000), "");
    EXPECT_THAT(openSymbols(RADDLE_SOURCE_DIR "/CMakeLists.txt", "")->problem(), HasSubstr("not an ELF file"));
    EXPECT_THAT(openSymbols(ownPath(), "other")->problem(), HasSubstr("other build id"));
    EXPECT_EQ(openSymbols(ownPath(), "")->problem(), "");
}

}  // namespace
}  // namespace raddle::trace
