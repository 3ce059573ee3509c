// What functions of the C library do to the memory they are given: by their prototypes, where no model speaks of them.
#include "tests/analyzer/lower/lowered.h"

namespace raddle::test {
namespace {

TEST(LowerPrototypes, PointersToConstAreReadAndOthersWritten) {
    EXPECT_EQ(lowered(R"(
#include <time.h>
time_t now;
struct tm date;
void f() { localtime_r(&now, &date); }
)",
                      "f", ".c"),
              R"ir(  load @now
  store @date = ?
  call localtime_r(&@now, &@date) -> %t0 opaque
  ret %return
)ir");
}

TEST(LowerPrototypes, ScanfWritesWhatFollowsItsFormatAndPrintfReadsStrings) {
    EXPECT_EQ(lowered(R"(
#include <stdio.h>
int count;
char name[8];
void f() {
    scanf("%d %s", &count, name);
    printf("%s %p", name, (void*)&count);
}
)",
                      "f", ".c"),
              R"ir(  store @count = ?
  store @name[?] = ?
  call scanf(?, &@count, &@name[0]) -> %t0 opaque
  load @name[?]
  call printf(?, &@name[0], &@count) -> %t1 opaque
  ret %return
)ir");
}

TEST(LowerPrototypes, NotStreamsAndLocksNorWhatIsNoMemory) {
    EXPECT_EQ(lowered(R"(
#include <stdio.h>
#include <pthread.h>
#include <locale.h>
pthread_attr_t attributes;
locale_t names;
void f() {
    fflush(stdout);
    pthread_attr_init(&attributes);
    freelocale(names);
}
)",
                      "f", ".c"),
              R"ir(  load @stdout
  call fflush(@stdout) -> %t0 uses @stdout opaque
  call pthread_attr_init(&@attributes) -> %t1 opaque
  load @names
  call freelocale(@names) uses @names opaque
  ret %return
)ir");
}

TEST(LowerPrototypes, NotOfOtherLibraries) {
    EXPECT_EQ(lowered(R"(
struct device { int state; };
void start(struct device* device);
struct device device;
void f() { start(&device); }
)",
                      "f", ".c"),
              R"ir(  call start(&@device)
  ret %return
)ir");
}

TEST(LowerPrototypes, WhatTheLibraryKeepsForTheWholeProcess) {
    EXPECT_EQ(lowered(R"(
#include <stdlib.h>
#include <string.h>
void f(char* text) {
    strtok(text, ",");
    getenv("PATH");
    rand();
}
)",
                      "f", ".c"),
              R"ir(  store @"the state of strtok()" = ?
  store *%text = ?
  call strtok(%text, ?) -> %t0 uses %text opaque
  load @"the environment"
  call getenv(?) -> %t1 opaque
  call rand() -> %t2 opaque
  ret %return
)ir");
}

TEST(LowerPrototypes, ReallocGivesBackWhatItHasWritten) {
    EXPECT_EQ(lowered(R"(
#include <stdlib.h>
int* list;
void f(int n) { list = realloc(list, n * sizeof *list); }
)",
                      "f", ".c"),
              R"ir(  load @list
  store *@list = ?
  store @list = @list uses @list
  ret %return
)ir");
}

}  // namespace
}  // namespace raddle::test
