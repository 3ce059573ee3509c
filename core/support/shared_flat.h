// SharedSet and SharedMap: sorted vectors that copies share until one of them changes (copy on write). For values that
// are copied much more often than changed, as the states of an analysis are. The interface is that of std::set and
// std::map as far as it is used; but elements are read only, and a change invalidates iterators and references.
// Copying, and comparing what is shared: O(1). Lookup: O(log n). Insertion and removal: O(n). Not to be shared between
// threads: the counts of references are plain numbers.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace raddle {

// The elements, shared; none is a null pointer, so that empty ones cost nothing.
template <class T>
class SharedElements {
  public:
    SharedElements() = default;
    SharedElements(const SharedElements& other) : block_(other.block_) {
        if (block_) ++block_->owners;
    }
    SharedElements(SharedElements&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    SharedElements& operator=(SharedElements other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~SharedElements() {
        if (block_ && --block_->owners == 0) delete block_;
    }

    const T* begin() const { return block_ ? block_->elements.data() : nullptr; }
    const T* end() const { return block_ ? block_->elements.data() + block_->elements.size() : nullptr; }
    bool isSame(const SharedElements& other) const { return block_ == other.block_; }

    // The elements for this owner alone.
    std::vector<T>& own() {
        if (!block_) {
            block_ = new Block;
        } else if (block_->owners > 1) {
            Block* copy = new Block{1, block_->elements};
            --block_->owners;
            block_ = copy;
        }
        return block_->elements;
    }
    void set(std::vector<T> elements) {
        if (elements.empty() || (block_ && block_->owners > 1)) *this = SharedElements();
        if (!elements.empty()) own() = std::move(elements);
    }
    template <class Predicate>
    size_t eraseIf(Predicate predicate) {
        const size_t first = static_cast<size_t>(std::find_if(begin(), end(), predicate) - begin());
        const size_t before = static_cast<size_t>(end() - begin());
        if (first == before) return 0;
        std::vector<T>& elements = own();
        elements.erase(std::remove_if(elements.begin() + static_cast<std::ptrdiff_t>(first), elements.end(), predicate),
                       elements.end());
        const size_t erased = before - elements.size();
        if (elements.empty()) *this = SharedElements();
        return erased;
    }

  private:
    struct Block {
        uint32_t owners = 1;
        std::vector<T> elements;
    };
    Block* block_ = nullptr;
};

template <class T>
class SharedSet {
  public:
    using value_type = T;
    using key_type = T;
    using const_iterator = const T*;
    using iterator = const T*;

    SharedSet() = default;
    SharedSet(std::initializer_list<T> elements) { insert(elements.begin(), elements.end()); }

    const_iterator begin() const { return elements_.begin(); }
    const_iterator end() const { return elements_.end(); }
    size_t size() const { return static_cast<size_t>(end() - begin()); }
    bool empty() const { return begin() == end(); }
    const_iterator find(const T& element) const {
        const_iterator at = std::lower_bound(begin(), end(), element);
        return at != end() && *at == element ? at : end();
    }
    bool contains(const T& element) const { return find(element) != end(); }
    size_t count(const T& element) const { return contains(element); }

    std::pair<const_iterator, bool> insert(const T& element) {
        const auto at = std::lower_bound(begin(), end(), element) - begin();
        if (begin() + at != end() && begin()[at] == element) return {begin() + at, false};
        std::vector<T>& own = elements_.own();
        own.insert(own.begin() + at, element);
        return {begin() + at, true};
    }
    template <class Iterator>
    void insert(Iterator first, Iterator last) {
        for (; first != last; ++first) insert(*first);
    }
    bool isSame(const SharedSet& other) const { return elements_.isSame(other.elements_); }
    // Takes elements sorted, each once.
    void setSorted(std::vector<T> elements) { elements_.set(std::move(elements)); }
    // Adds all elements of another set; true when there was one to add. Equal ones share from then on.
    bool unite(const SharedSet& other) {
        if (elements_.isSame(other.elements_)) return false;
        if (size() >= other.size() && std::includes(begin(), end(), other.begin(), other.end())) {
            if (size() == other.size()) *this = other;
            return false;
        }
        if (size() < other.size() && std::includes(other.begin(), other.end(), begin(), end())) {
            *this = other;
            return true;
        }
        std::vector<T> all;
        all.reserve(size() + other.size());
        std::set_union(begin(), end(), other.begin(), other.end(), std::back_inserter(all));
        elements_.set(std::move(all));
        return true;
    }
    // Keeps what another set has too; true when there was one to remove.
    bool intersect(const SharedSet& other) {
        if (elements_.isSame(other.elements_)) return false;
        return elements_.eraseIf([&](const T& element) { return !other.contains(element); }) > 0;
    }
    size_t erase(const T& element) {
        const auto at = find(element) - begin();
        if (begin() + at == end()) return 0;
        std::vector<T>& own = elements_.own();
        own.erase(own.begin() + at);
        return 1;
    }
    void clear() { elements_ = {}; }

    bool operator==(const SharedSet& other) const {
        return elements_.isSame(other.elements_) || std::equal(begin(), end(), other.begin(), other.end());
    }
    auto operator<=>(const SharedSet& other) const {
        return std::lexicographical_compare_three_way(begin(), end(), other.begin(), other.end());
    }
    template <class Predicate>
    friend size_t erase_if(SharedSet& set, Predicate predicate) {
        return set.elements_.eraseIf(predicate);
    }

  private:
    SharedElements<T> elements_;
};

template <class Key, class Value>
class SharedMap {
  public:
    using value_type = std::pair<Key, Value>;
    using key_type = Key;
    using mapped_type = Value;
    using const_iterator = const value_type*;
    using iterator = const value_type*;

    const_iterator begin() const { return elements_.begin(); }
    const_iterator end() const { return elements_.end(); }
    size_t size() const { return static_cast<size_t>(end() - begin()); }
    bool empty() const { return begin() == end(); }
    bool isSame(const SharedMap& other) const { return elements_.isSame(other.elements_); }
    // The first whose key is not less.
    const_iterator lower_bound(const Key& key) const {
        return std::lower_bound(begin(), end(), key,
                                [](const value_type& element, const Key& k) { return element.first < k; });
    }
    const_iterator find(const Key& key) const {
        const_iterator at = lower_bound(key);
        return at != end() && at->first == key ? at : end();
    }
    bool contains(const Key& key) const { return find(key) != end(); }
    size_t count(const Key& key) const { return contains(key); }

    std::pair<const_iterator, bool> emplace(const Key& key, const Value& value) {
        const auto at = lower_bound(key) - begin();
        if (begin() + at != end() && begin()[at].first == key) return {begin() + at, false};
        std::vector<value_type>& own = elements_.own();
        own.insert(own.begin() + at, value_type(key, value));
        return {begin() + at, true};
    }
    // The value, which may be changed until the map is.
    Value& operator[](const Key& key) {
        const auto at = emplace(key, Value{}).first - begin();
        return elements_.own()[static_cast<size_t>(at)].second;
    }
    // Gives each value to `change`, which may change it.
    template <class Change>
    void changeEach(Change change) {
        if (empty()) return;
        for (value_type& element : elements_.own()) change(element.first, element.second);
    }
    size_t erase(const Key& key) {
        const auto at = find(key) - begin();
        if (begin() + at == end()) return 0;
        std::vector<value_type>& own = elements_.own();
        own.erase(own.begin() + at);
        return 1;
    }
    void clear() { elements_ = {}; }
    // Takes elements sorted by key, each key once.
    void setSorted(std::vector<value_type> elements) { elements_.set(std::move(elements)); }

    bool operator==(const SharedMap& other) const {
        return elements_.isSame(other.elements_) || std::equal(begin(), end(), other.begin(), other.end());
    }
    template <class Predicate>
    friend size_t erase_if(SharedMap& map, Predicate predicate) {
        return map.elements_.eraseIf(predicate);
    }

  private:
    SharedElements<value_type> elements_;
};

}  // namespace raddle
