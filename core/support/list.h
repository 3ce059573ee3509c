// List<T>: a vector whose elements may also lie elsewhere, as in a file that is mapped. Reading is the same for both;
// the first change copies what is elsewhere. Whoever lends elements keeps them where they are for as long as the list,
// or a copy of it, is used.
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace raddle {

template <class T>
class List {
    static_assert(std::is_trivially_copyable_v<T>);

  public:
    using value_type = T;
    using const_iterator = const T*;
    using iterator = T*;
    using const_reference = const T&;
    using reference = T&;
    using size_type = size_t;

    List() = default;
    List(std::vector<T> elements) : own_(std::move(elements)) {}
    List(std::initializer_list<T> elements) : own_(elements) {}
    static List lent(std::span<const T> elements) {
        List list;
        list.lent_ = elements;
        return list;
    }

    const T* data() const { return lent_.data() ? lent_.data() : own_.data(); }
    size_t size() const { return lent_.data() ? lent_.size() : own_.size(); }
    bool empty() const { return size() == 0; }
    const T* begin() const { return data(); }
    const T* end() const { return data() + size(); }
    auto rbegin() const { return std::reverse_iterator(end()); }
    auto rend() const { return std::reverse_iterator(begin()); }
    const T& operator[](size_t i) const { return data()[i]; }
    const T& front() const { return data()[0]; }
    const T& back() const { return data()[size() - 1]; }

    T* begin() { return own().data(); }
    T* end() { return own().data() + own_.size(); }
    T& operator[](size_t i) { return own()[i]; }
    T& front() { return own().front(); }
    T& back() { return own().back(); }
    void push_back(const T& element) { own().push_back(element); }
    template <class... Arguments>
    T& emplace_back(Arguments&&... arguments) {
        return own().emplace_back(std::forward<Arguments>(arguments)...);
    }
    void pop_back() { own().pop_back(); }
    void reserve(size_t count) { own().reserve(count); }
    void resize(size_t count) { own().resize(count); }
    void clear() { *this = List(); }

    // The elements as a vector, copied when they are lent.
    std::vector<T>& own() {
        if (lent_.data()) {
            own_.assign(lent_.begin(), lent_.end());
            lent_ = {};
        }
        return own_;
    }

    bool operator==(const List& other) const { return std::equal(begin(), end(), other.begin(), other.end()); }

  private:
    std::vector<T> own_;
    std::span<const T> lent_;  // its data is null when the elements are its own
};

}  // namespace raddle
