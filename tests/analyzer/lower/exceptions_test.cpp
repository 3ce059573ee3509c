// What a throw statement does to the locks of the function it is in, and where it goes on.
#include "tests/analyzer/lower/lowered.h"

namespace raddle::test {
namespace {

TEST(LowerExceptions, GuardsOfAllScopesAreLeft) {
    EXPECT_EQ(lowered(R"(#include <mutex>
std::mutex a, b, c;
void f(int n) {
    std::lock_guard<std::mutex> first(a);
    if (n > 1) {
        std::lock_guard<std::mutex> second(b);
        throw n;
        std::lock_guard<std::mutex> third(c);
    }
}
)",
                      "f"),
              R"ir(  store %first.$lock = &@a init
  acquire @a mutex
  load %n
  br ? ordering uses %n b2 b3
b2:
  store %second.$lock = &@b init
  acquire @b mutex
  load %n
  release *%second.$lock conditional
  release *%first.$lock conditional
  ret throws
b3:
  release *%first.$lock conditional
  ret %return
)ir");
}

TEST(LowerExceptions, WhatIsCaughtHereLeavesTheTryBlockAlone) {
    const std::string ir = lowered(R"(#include <mutex>
std::mutex a, b;
int f(int n) {
    std::lock_guard<std::mutex> outer(a);
    try {
        std::lock_guard<std::mutex> inner(b);
        if (n) throw n;
    } catch (int caught) {
        return caught;
    }
    return 0;
}
)",
                                   "f");
    EXPECT_EQ(ir.find("throws"), std::string::npos) << ir;
    const size_t thrown = ir.find("release *%inner.$lock conditional");
    ASSERT_NE(thrown, std::string::npos) << ir;
    // The other guard goes on until the handler or the end returns: once each.
    size_t outer = 0;
    for (size_t at = ir.find("release *%outer"); at != std::string::npos; at = ir.find("release *%outer", at + 1))
        ++outer;
    EXPECT_EQ(outer, 2u) << ir;
}

TEST(LowerExceptions, ThrowingIsNoReturnedValue) {
    const std::string ir = lowered("int f(int n) { return n > 0 ? n : throw n; }", "f");
    EXPECT_NE(ir.find("  ret throws\n"), std::string::npos) << ir;
    EXPECT_NE(ir.find("  ret %return\n"), std::string::npos) << ir;
}

}  // namespace
}  // namespace raddle::test
