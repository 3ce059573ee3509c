// What the points-to solver keeps of each place, and sets it computes with.
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "analyzer/facts/pointers/places.h"
#include "core/support/shared_flat.h"

namespace raddle::facts {

// The union of many sets of ids, of which most are often the same one. Linear in the different ones.
template <class T>
class Union {
  public:
    // The set is to stay as it is until `take`.
    void add(const SharedSet<T>& set) {
        if (!set.empty()) sets_.push_back(&set);
    }
    SharedSet<T> take() {
        if (sets_.empty()) return {};
        const auto elements = [](const SharedSet<T>* set) { return set->begin(); };
        std::ranges::sort(sets_, std::less<>(), elements);
        const auto same = std::ranges::unique(sets_, std::equal_to<>(), elements);
        sets_.erase(same.begin(), same.end());
        SharedSet<T> result = *sets_.front();
        if (sets_.size() > 1) {
            for (const SharedSet<T>* set : sets_)
                for (T element : *set) {
                    if (element.index() >= seen_.size()) seen_.resize(element.index() * 2 + 64, false);
                    if (seen_[element.index()]) continue;
                    seen_[element.index()] = true;
                    all_.push_back(element);
                }
            for (T element : all_) seen_[element.index()] = false;
            if (all_.size() != result.size()) {
                std::sort(all_.begin(), all_.end());
                result.setSorted(std::vector<T>(all_));
            }
            all_.clear();
        }
        sets_.clear();
        return result;
    }

  private:
    std::vector<const SharedSet<T>*> sets_;
    std::vector<bool> seen_;
    std::vector<T> all_;
};

// The ops that read a pointer. Adding is O(1) amortised.
class Readers {
  public:
    void add(OpId op) {
        if (!ops_.empty() && ops_.back() == op) return;
        ops_.push_back(op);
        if (ops_.size() > 2 * sorted_ + 8) sort();
    }
    const std::vector<OpId>& sorted() {
        if (sorted_ < ops_.size()) sort();
        return ops_;
    }

  private:
    void sort() {
        std::sort(ops_.begin(), ops_.end());
        ops_.erase(std::unique(ops_.begin(), ops_.end()), ops_.end());
        sorted_ = ops_.size();
    }

    std::vector<OpId> ops_;
    size_t sorted_ = 0;
};

// A record that is copied into another.
struct Copy {
    PlaceId to, from;

    bool operator==(const Copy&) const = default;
};
struct CopyHash {
    size_t operator()(const Copy& copy) const noexcept {
        return (uint64_t{copy.to.value} << 32 | copy.from.value) * 0x9E3779B97F4A7C15ull >> 7;
    }
};

// A record that is copied: its members with content, and who copies it.
struct Copied {
    SharedSet<PlaceId> members;
    Readers copiers;
};

// What is known of a place that may hold a pointer.
struct Node {
    SharedSet<PlaceId> content;
    SharedSet<FunctionIndex> functions;
    Readers readers;
    bool cutShort = false;  // it can point to more
    uint64_t changed = 0;   // when it last grew, counted in changes of all; 0: has never held anything
};

inline void sortUnique(std::vector<PlaceId>& places) {
    if (std::is_sorted(places.begin(), places.end(), std::less_equal<>())) return;
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
}

}  // namespace raddle::facts
