#include <gtest/gtest.h>

#include "analyzer/ir/parse.h"
#include "analyzer/ir/print.h"

namespace raddle::ir {
namespace {

// How `place` reads to a person, within a method `ns::Queue::push(this, q, i)`.
std::string described(const std::string& place) {
    Result<Unit> unit = parse(
        "global @\"f.c:table\" : Row name table\nglobal @head : Node*\n"
        "func push(%this : ns::Queue*, %q : Queue*, %i : int) class ns::Queue {\n"
        "  local %#1\n  load " +
            place + "\n}\n",
        "t.ir");
    if (!unit.ok()) return toString(unit.error());
    const Function& function = unit->functions[0];
    return describe(unit->names, unit->globals, &function, function.blocks[0].ops[0].place);
}

TEST(Describe, PlacesReadAsInC) {
    EXPECT_EQ(described("%q->Queue::lock"), "q->lock");
    EXPECT_EQ(described("@\"f.c:table\"[%i].Row::count"), "table[i].count");
    EXPECT_EQ(described("@\"f.c:table\"[?].Row::count"), "table[…].count");
    EXPECT_EQ(described("@\"f.c:table\"[3]"), "table[3]");
    EXPECT_EQ(described("(*@head)[%i]"), "head[i]");
    EXPECT_EQ(described("*@head"), "*head");
    EXPECT_EQ(described("**@head"), "**head");
    EXPECT_EQ(described("(*@head)[1].Row::count"), "head[1].count");
    EXPECT_EQ(described("(**@head).Node::next"), "(*head)->next");
    EXPECT_EQ(described("*@head->Node::next"), "*head->next");
    EXPECT_EQ(described("%q->Queue::head->Node::next"), "q->head->next");
    EXPECT_EQ(described("%#1"), "(temporary)");
}

TEST(Describe, MembersOfThisAreNamedByTheirClass) {
    EXPECT_EQ(described("%this->ns::Queue::mu_"), "ns::Queue::mu_");
    EXPECT_EQ(described("%this->ns::Queue::head_->Node::next"), "ns::Queue::head_->next");
    EXPECT_EQ(described("*%this"), "*this");
    EXPECT_EQ(described("%this->ns::Queue::items_.$state"), "ns::Queue::items_");
}

TEST(Describe, CapturesAndInnerStatesOfLibraryObjectsAreNotShown) {
    EXPECT_EQ(described("%this->capture::count"), "count");
    EXPECT_EQ(described("%this->capture::this->ns::Queue::mu_"), "ns::Queue::mu_");
    EXPECT_EQ(described("%this->capture::q->Queue::lock"), "q->lock");
    EXPECT_EQ(described("@head.$pointer->Node::next"), "head->next");
}

}  // namespace
}  // namespace raddle::ir
