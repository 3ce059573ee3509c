// File descriptors: open or closed, and what passes from one end of a pipe to the other.
#include "tests/analyzer/lower/lowered.h"

namespace raddle::test {
namespace {

TEST(LowerFiles, ClosingWritesWhatUsingReads) {
    EXPECT_EQ(lowered(R"(
#include <unistd.h>
int fd;
void f() {
    fsync(fd);
    close(fd);
}
)",
                      "f", ".c"),
              R"ir(  load @fd
  load @fd.$open relaxed
  call fsync(@fd) -> %t0 uses @fd opaque
  load @fd
  store @fd.$open = ?
  call close(@fd) -> %t1 uses @fd opaque
  ret %return
)ir");
}

TEST(LowerFiles, PipesAreChannels) {
    EXPECT_EQ(lowered(R"(
#include <unistd.h>
int ends[2];
char text[8];
void f() {
    pipe(ends);
    write(ends[1], text, 1);
}
)",
                      "f", ".c"),
              R"ir(  call pipe(&@ends[0]) -> %t0 opaque
  alloc @ends[0].$channel
  load @ends[1]
  load @ends[1].$open relaxed
  signal @ends[1].$channel conditional
  load @text[?]
  ret %return
)ir");
}

TEST(LowerFiles, AReadEndsWhenItsChannelWasSentTo) {
    EXPECT_EQ(lowered(R"(
#include <unistd.h>
int fd;
char buffer[8];
void f() { read(fd, buffer, 8); }
)",
                      "f", ".c"),
              R"ir(  load @fd
  load @fd.$open relaxed
  store @buffer[?] = ?
  await @fd.$channel conditional
  ret %return
)ir");
}

}  // namespace
}  // namespace raddle::test
