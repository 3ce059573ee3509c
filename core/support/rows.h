// Rows<T>: lists of elements by number, all in one vector. For what is filled once, by rows in any order, and then only
// looked at: two numbers a row instead of a vector of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace raddle {

template <class T>
class Rows {
  public:
    Rows() = default;
    // Elements of one row keep the order they come in. Linear.
    Rows(size_t rows, const std::vector<std::pair<uint32_t, T>>& elements) : first_(rows + 1, 0) {
        for (const auto& [row, element] : elements) ++first_[row + 1];
        for (size_t row = 0; row < rows; ++row) first_[row + 1] += first_[row];
        std::vector<uint32_t> next(first_.begin(), first_.end() - 1);
        elements_.resize(elements.size());
        for (const auto& [row, element] : elements) elements_[next[row]++] = element;
    }

    std::span<const T> of(size_t row) const { return {elements_.data() + first_[row], first_[row + 1] - first_[row]}; }
    std::span<T> of(size_t row) { return {elements_.data() + first_[row], first_[row + 1] - first_[row]}; }

  private:
    std::vector<uint32_t> first_;  // by row: its first element; one more for the end
    std::vector<T> elements_;
};

}  // namespace raddle
