#include "core/archive/archive.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "core/archive/mapped_file.h"

namespace raddle::archive {
namespace test {  // with names that are the same everywhere, as the fields of what has none cannot be told

enum class Colour { red, green, blue };

struct Point {
    int x = 0;
    Colour colour = Colour::red;
    bool isSet = false;

    bool operator==(const Point&) const = default;
};

struct Shape {
    std::string name;
    List<Point> points;
    std::vector<Point> corners;
    std::optional<Point> middle;
    std::array<int64_t, 3> sides{};
    std::pair<double, uint8_t> weight;
    Id<struct OwnerTag> owner;

    bool operator==(const Shape&) const = default;
};

struct Longer {
    int x = 0;
    Colour colour = Colour::red;
    bool isSet = false;
    bool isNew = false;
};

}  // namespace test

namespace {

using namespace test;

Shape sample() {
    return {"cloud",   {{1, Colour::blue, true}, {2, Colour::red, false}},
            {{3}},     Point{4, Colour::green, true},
            {5, 6, 7}, {0.5, 8},
            {9}};
}

class ArchiveTest : public testing::Test {
  protected:
    void write(const Shape& shape) {
        elements_.clear();
        Writer writer([this](const char* bytes, size_t size) { elements_.append(bytes, size); });
        writer.put(shape);
        head_ = writer.head();
        EXPECT_EQ(writer.written(), elements_.size());
    }
    std::optional<Shape> read() {
        // Aligned as a mapped file is.
        storage_.assign(elements_.size() / sizeof(Line) + 1, Line{});
        std::memcpy(storage_.data(), elements_.data(), elements_.size());
        Reader reader({reinterpret_cast<const char*>(storage_.data()), elements_.size()}, head_);
        Shape shape;
        reader.get(shape);
        if (!reader.ok() || !reader.atEnd()) return std::nullopt;
        return shape;
    }

    struct alignas(detail::kAlignment) Line {
        char bytes[detail::kAlignment];
    };
    std::vector<Line> storage_;
    std::string elements_, head_;
};

TEST_F(ArchiveTest, GivesBackWhatWasPut) {
    write(sample());
    EXPECT_EQ(read(), sample());
    write({});
    EXPECT_EQ(read(), Shape{});
}

TEST_F(ArchiveTest, LendsTheElementsOfLists) {
    write(sample());
    std::optional<Shape> shape = read();
    ASSERT_TRUE(shape);
    const Shape& lent = *shape;
    EXPECT_EQ(static_cast<const void*>(lent.points.data()), static_cast<const void*>(storage_.data()));
    Shape copy = lent;
    copy.points.push_back({5});
    EXPECT_EQ(copy.points.size(), 3u);
    EXPECT_EQ(lent.points.size(), 2u);
}

TEST_F(ArchiveTest, WhatIsDamagedIsRefusedOrHarmless) {
    write(sample());
    const std::string head = head_;
    for (size_t i = 0; i <= head.size(); ++i) {
        head_ = head.substr(0, i);
        EXPECT_EQ(read().has_value(), i == head.size());
    }
    for (size_t i = 0; i < head.size(); ++i)
        for (int bit = 0; bit < 8; ++bit) {
            head_ = head;
            head_[i] = static_cast<char>(head_[i] ^ (1 << bit));
            if (auto shape = read()) isSound(*shape, [](auto) { return true; });
        }
    head_ = head + "x";
    EXPECT_FALSE(read());
}

TEST_F(ArchiveTest, SoundnessIsOfEveryElement) {
    write(sample());
    auto all = [](auto) { return true; };
    EXPECT_TRUE(isSound(*read(), all));
    EXPECT_FALSE(isSound(*read(), [](Id<struct OwnerTag> id) { return id.index() < 9; }));
    for (auto [offset, value] : {std::pair(offsetof(Point, colour), 3), std::pair(offsetof(Point, isSet), 2)}) {
        write(sample());
        elements_[sizeof(Point) + offset] = static_cast<char>(value);
        EXPECT_FALSE(isSound(*read(), all)) << offset;
    }
}

TEST(ArchiveShape, ChangesWithTheFields) {
    EXPECT_NE(shapeOf<Point>(), shapeOf<Longer>());
    EXPECT_NE(shapeOf<std::vector<int>>(), shapeOf<List<int>>());
    EXPECT_NE(shapeOf<int>(), shapeOf<unsigned char>());
    EXPECT_EQ(aggregate::kFields<Shape>, 7u);
    EXPECT_EQ(aggregate::kValues<Colour>, 3u);
}

TEST(MappedFile, ShowsTheFileAndSaysWhyNot) {
    std::string path = testing::TempDir() + "/mapped";
    std::ofstream(path) << "abc";
    auto file = MappedFile::open(path, 1);
    ASSERT_TRUE(file);
    EXPECT_EQ((*file)->bytes(), "abc");
    std::filesystem::remove(path);
    EXPECT_EQ((*file)->bytes(), "abc");
    EXPECT_FALSE(MappedFile::open(path, 1));
    EXPECT_FALSE(MappedFile::open(testing::TempDir(), 1));
}

}  // namespace
}  // namespace raddle::archive
