// Id<Tag>: an index into one table, typed by the table so that ids of two tables do not mix.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace raddle {

template <class Tag>
struct Id {
    static constexpr uint32_t kNone = UINT32_MAX;

    uint32_t value = kNone;

    constexpr bool valid() const { return value != kNone; }
    constexpr size_t index() const { return value; }
    auto operator<=>(const Id&) const = default;
};

}  // namespace raddle

template <class Tag>
struct std::hash<raddle::Id<Tag>> {
    size_t operator()(raddle::Id<Tag> id) const noexcept { return std::hash<uint32_t>()(id.value); }
};
