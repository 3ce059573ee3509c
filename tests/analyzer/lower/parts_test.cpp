// Pairs, tuples and containers: what is put in comes out where it is taken.
#include "tests/analyzer/lower/lowered.h"

namespace raddle::test {
namespace {

TEST(LowerParts, ContentsChangePlaces) {
    EXPECT_EQ(lowered(R"(#include <queue>
#include <utility>
std::queue<int*> shared;
int *p, *q;
void f() {
    std::queue<int*> mine;
    mine.swap(shared);
    std::swap(p, q);
}
)",
                      "f"),
              R"ir(  load %mine.$state
  store %mine.$state = ?
  load @shared.$state
  store @shared.$state = ?
  store %t0 = %mine uses %mine init
  store %mine = @shared uses @shared init
  store @shared = %t0 uses %t0 init
  load @p
  store %t1 = @p uses @p init
  load @q
  store @p = @q uses @q
  store @q = %t1 uses %t1
  ret %return
)ir");
}

TEST(LowerParts, Exchange) {
    EXPECT_EQ(lowered(R"(#include <utility>
int *p, *q;
int* f() {
    return std::exchange(p, q);
}
)",
                      "f"),
              R"ir(  load @p
  store %t0 = @p uses @p init
  load @q
  store @p = @q uses @q
  store %return = %t0 uses %t0
  ret %return
)ir");
}

// The value of a map's element is one, by whatever way it is reached.
TEST(LowerParts, ValuesOfMaps) {
    EXPECT_EQ(lowered(R"(#include <map>
std::map<int, int*> m;
void f(int* x) {
    m.emplace(1, x);
    m[2] = x;
    m.insert_or_assign(3, x);
    *m.at(1) = 1;
    *m.begin()->second = 2;
}
)",
                      "f"),
              R"ir(  store %t0 = 1 init
  load @m.$state
  store @m.$state = ?
  store @m[?].std::pair::first = %t0 uses %t0 init
  load %x
  store @m[?].std::pair::second = %x uses %x init
  load %x
  store %t1 = 2 init
  load @m.$state
  store @m.$state = ?
  store @m[?].std::pair::second = %x uses %x
  store %t2 = 3 init
  load @m.$state
  store @m.$state = ?
  store @m[?].std::pair::first = %t2 uses %t2 init
  load %x
  store @m[?].std::pair::second = %x uses %x init
  store %t3 = 1 init
  load @m.$state
  load @m[?].std::pair::second
  store *@m[?].std::pair::second = 1
  load @m.$state
  store %t4.$iterator = &@m[?] uses @m.$state init
  load %t4.$iterator->std::pair::second
  store *%t4.$iterator->std::pair::second = 2
  ret %return
)ir");
}

// A structured binding names a part, and changes nothing.
TEST(LowerParts, StructuredBindings) {
    const std::string text = lowered(R"(#include <map>
std::map<int, int*> m;
void f() {
    for (auto& [key, value] : m) *value = 1;
}
)",
                                     "f");
    EXPECT_NE(text.find("store %value = &%#1->std::pair::second init"), std::string::npos) << text;
    EXPECT_NE(text.find("load *%value\n  store **%value = 1"), std::string::npos) << text;
    EXPECT_EQ(text.find("store *%#1"), std::string::npos) << text;
}

TEST(LowerParts, PairsAndTuples) {
    EXPECT_EQ(lowered(R"(#include <tuple>
void f(int* x, int* y) {
    auto pair = std::make_pair(x, y);
    *pair.second = 1;
    std::tuple<int*, int*> tuple{x, y};
    *std::get<1>(tuple) = 2;
    std::tie(x, y) = pair;
}
)",
                      "f"),
              R"ir(  load %x
  store %pair.std::pair::first = %x uses %x init
  load %y
  store %pair.std::pair::second = %y uses %y init
  load %pair.std::pair::second
  store *%pair.std::pair::second = 1
  load %x
  store %tuple.std::tuple::0 = %x uses %x init
  load %y
  store %tuple.std::tuple::1 = %y uses %y init
  load %tuple.std::tuple::1
  store *%tuple.std::tuple::1 = 2
  store %t0.std::tuple::0 = &%x init
  store %t0.std::tuple::1 = &%y init
  load %pair
  load %pair.std::pair::first
  store *%t0.std::tuple::0 = %pair.std::pair::first uses %pair.std::pair::first
  load %pair.std::pair::second
  store *%t0.std::tuple::1 = %pair.std::pair::second uses %pair.std::pair::second
  ret %return
)ir");
}

TEST(LowerParts, WhatAVariantHolds) {
    EXPECT_EQ(lowered(R"(#include <variant>
void f(int* x) {
    std::variant<int, int*> v = x;
    *std::get<int*>(v) = 1;
    if (int** held = std::get_if<int*>(&v)) **held = 2;
}
)",
                      "f"),
              R"ir(  load %x
  store %v.$value = %x uses %x init
  load %v.$value
  store *%v.$value = 1
  store %held = &%v.$value init
  br %held != 0 uses %held b2 b3
b2:
  load *%held
  store **%held = 2
b3:
  ret %return
)ir");
}

// Lists, ranges and counts fill a container; how many there are is no element.
TEST(LowerParts, FilledContainers) {
    const std::string text = lowered(R"(#include <vector>
void f(int* x) {
    std::vector<int*> list{x};
    std::vector<int*> many(3, x);
    std::vector<int*> range(list.begin(), list.end());
}
)",
                                     "f");
    EXPECT_NE(text.find("store %t1[?] = %x uses %x init\n  store %list = %t1 init\n"), std::string::npos) << text;
    EXPECT_NE(text.find("store %many[?] = %x uses %x init\n  load %list.$state"), std::string::npos) << text;
    EXPECT_NE(text.find("store %range[?] = *%t"), std::string::npos) << text;
}

TEST(LowerParts, PointersOfOneOwner) {
    EXPECT_EQ(lowered(R"(#include <memory>
struct Job : std::enable_shared_from_this<Job> {
    int done = 0;
    void f() {
        std::weak_ptr<Job> weak = shared_from_this();
        if (auto self = weak.lock()) self->done = 1;
        auto same = std::const_pointer_cast<Job>(weak.lock());
        std::shared_ptr<int> part(same, &same->done);
        *part = 2;
    }
};
)",
                      "Job::f"),
              R"ir(  store %t0.$pointer = %this init
  store %weak.$pointer = %t0.$pointer init
  load %weak.$pointer
  store %self = %weak init
  store %t1 = ? uses %self init
  br %t1 != 0 uses %t1 b2 b3
b2:
  load %self.$pointer
  store %self.$pointer->Job::done = 1
b3:
  load %weak.$pointer
  store %t2 = %weak init
  store %same.$pointer = %t2.$pointer init
  load %same.$pointer
  store %part.$pointer = &%same.$pointer->Job::done init
  load %part.$pointer
  store *%part.$pointer = 2
  ret %return
)ir");
}

}  // namespace
}  // namespace raddle::test
