// Interner<Tag>: each distinct string once, named by a dense Id<Tag> in order of first appearance.
// Lookup is one hash; strings live as long as the interner and do not move.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/support/id.h"

namespace raddle {

template <class Tag>
class Interner {
  public:
    Interner() = default;
    Interner(Interner&&) noexcept = default;
    Interner& operator=(Interner&&) noexcept = default;
    Interner(const Interner& other) { *this = other; }
    Interner& operator=(const Interner& other) {
        if (this == &other) return *this;
        ids_.clear();
        strings_.clear();
        for (const std::string& s : other.strings_) intern(s);
        return *this;
    }

    Id<Tag> intern(std::string_view text) {
        if (auto it = ids_.find(text); it != ids_.end()) return it->second;
        Id<Tag> id{static_cast<uint32_t>(strings_.size())};
        strings_.emplace_back(text);
        ids_.emplace(strings_.back(), id);
        return id;
    }
    Id<Tag> find(std::string_view text) const {
        auto it = ids_.find(text);
        return it == ids_.end() ? Id<Tag>{} : it->second;
    }
    const std::string& text(Id<Tag> id) const { return strings_[id.index()]; }
    size_t size() const { return strings_.size(); }

  private:
    std::deque<std::string> strings_;
    std::unordered_map<std::string_view, Id<Tag>> ids_;
};

}  // namespace raddle
