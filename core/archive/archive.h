// Archives: plain values saved so that they are there again as soon as the file is mapped. All but Lists is a stream,
// the head, which is read into new values; the elements of Lists lie in the file as they lie in memory and are lent
// from it, so that opening costs what the head costs, however long the lists are. Takes numbers, enumerations, ids,
// strings, vectors, arrays, pairs, optionals, Lists, plain structs of those, and classes that are made of a plain
// struct (T::Stored, stored()). What is read is checked so far that nothing is outside the file and every enumeration
// and truth value has a value of its own; isSound() asks the same of lists.
//
// An archive is for the program that wrote it: shapeOf<T>() changes with what T is made of, and is to be kept beside
// it.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "core/archive/aggregate.h"
#include "core/support/id.h"
#include "core/support/list.h"

namespace raddle::archive {

namespace detail {

template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsArray = false;
template <class T, size_t N>
inline constexpr bool kIsArray<std::array<T, N>> = true;
template <class T>
inline constexpr bool kIsList = false;
template <class T>
inline constexpr bool kIsList<List<T>> = true;
template <class T>
inline constexpr bool kIsPair = false;
template <class A, class B>
inline constexpr bool kIsPair<std::pair<A, B>> = true;
template <class T>
inline constexpr bool kIsStored = requires { typename T::Stored; };
template <class T>
inline constexpr bool kIsId = false;
template <class Tag>
inline constexpr bool kIsId<Id<Tag>> = true;

// Of single values; every bit pattern of a bool or an enumeration may be in a file.
template <class T>
constexpr bool isInRange(uint64_t bits) {
    if constexpr (std::is_same_v<T, bool>) return bits <= 1;
    if constexpr (std::is_enum_v<T>) return bits < aggregate::kValues<T>;
    return true;
}

template <class T>
uint64_t bitsOf(const T& value) {
    uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    return bits;
}

template <class T>
inline constexpr bool kIsSingle = std::is_arithmetic_v<T> || std::is_enum_v<T> || kIsId<T>;

inline constexpr size_t kAlignment = 64;

}  // namespace detail

// What T is made of, as a number that changes when a field is added, leaves or becomes of another size.
template <class T>
constexpr uint64_t shapeOf(uint64_t seed = 14695981039346656037u) {
    using namespace detail;
    auto mixed = [](uint64_t hash, uint64_t value) { return (hash ^ value) * 1099511628211u; };
    if constexpr (std::is_enum_v<T>) {
        return mixed(mixed(seed, 1), aggregate::kValues<T> * 16 + sizeof(T));
    } else if constexpr (kIsSingle<T>) {
        return mixed(mixed(seed, 2), sizeof(T) * 4 + std::is_floating_point_v<T> * 2 + std::is_same_v<T, bool>);
    } else if constexpr (std::is_same_v<T, std::string>) {
        return mixed(seed, 3);
    } else if constexpr (kIsVector<T> || kIsList<T>) {
        return shapeOf<typename T::value_type>(mixed(seed, kIsList<T> ? 4 : 5));
    } else if constexpr (aggregate::detail::kIsOptional<T>) {
        return shapeOf<typename T::value_type>(mixed(seed, 6));
    } else if constexpr (kIsArray<T>) {
        return shapeOf<typename T::value_type>(mixed(seed, 7 + 16 * std::tuple_size_v<T>));
    } else if constexpr (kIsPair<T>) {
        return shapeOf<typename T::second_type>(shapeOf<typename T::first_type>(mixed(seed, 8)));
    } else if constexpr (kIsStored<T>) {
        return shapeOf<typename T::Stored>(mixed(seed, 10));
    } else {
        uint64_t hash = mixed(mixed(seed, 9), sizeof(T));
        using Fields = decltype(aggregate::fields(std::declval<T&>()));
        [&]<size_t... I>(std::index_sequence<I...>) {
            ((hash = shapeOf<std::remove_reference_t<std::tuple_element_t<I, Fields>>>(hash)), ...);
        }(std::make_index_sequence<std::tuple_size_v<Fields>>());
        return hash;
    }
}

// Whether every enumeration and truth value in `value` is one, and `isKnown(id)` of every id, those in lists included.
template <class T, class IsKnown>
bool isSound(const T& value, const IsKnown& isKnown) {
    using namespace detail;
    if constexpr (kIsId<T>) {
        return isKnown(value);
    } else if constexpr (kIsSingle<T>) {
        if constexpr (std::is_same_v<T, bool> || std::is_enum_v<T>) return isInRange<T>(bitsOf(value));
        return true;
    } else if constexpr (std::is_same_v<T, std::string>) {
        return true;
    } else if constexpr (kIsVector<T> || kIsList<T> || kIsArray<T>) {
        if constexpr (!std::is_arithmetic_v<typename T::value_type> || std::is_same_v<typename T::value_type, bool>)
            for (const auto& element : value)
                if (!isSound(element, isKnown)) return false;
        return true;
    } else if constexpr (aggregate::detail::kIsOptional<T>) {
        return !value || isSound(*value, isKnown);
    } else if constexpr (kIsPair<T>) {
        return isSound(value.first, isKnown) && isSound(value.second, isKnown);
    } else {
        return std::apply([&](const auto&... field) { return (isSound(field, isKnown) && ...); },
                          aggregate::fields(value));
    }
}

// Puts values into a head and hands the elements of lists to `write(const char*, size_t)`, to stand at the begin of the
// file and aligned. The archive is what was written, then the head.
template <class Write>
class Writer {
  public:
    explicit Writer(Write write) : write_(std::move(write)) {}

    template <class T>
    void put(const T& value) {
        using namespace detail;
        if constexpr (kIsSingle<T>) {
            head_.append(reinterpret_cast<const char*>(&value), sizeof value);
        } else if constexpr (std::is_same_v<T, std::string>) {
            put(value.size());
            head_ += value;
        } else if constexpr (kIsList<T>) {
            put(putElements(reinterpret_cast<const char*>(value.data()), value.size() * sizeof(*value.data())));
            put(value.size());
        } else if constexpr (kIsVector<T>) {
            put(value.size());
            for (const auto& element : value) put(element);
        } else if constexpr (kIsArray<T>) {
            for (const auto& element : value) put(element);
        } else if constexpr (aggregate::detail::kIsOptional<T>) {
            put(value.has_value());
            if (value) put(*value);
        } else if constexpr (kIsPair<T>) {
            put(value.first);
            put(value.second);
        } else if constexpr (kIsStored<T>) {
            put(value.stored());
        } else {
            std::apply([&](const auto&... field) { (put(field), ...); }, aggregate::fields(value));
        }
    }

    uint64_t written() const { return written_; }
    const std::string& head() const { return head_; }

  private:
    uint64_t putElements(const char* bytes, size_t size) {
        if (size == 0) return 0;
        static constexpr char kGap[detail::kAlignment] = {};
        if (size_t over = written_ % detail::kAlignment) {
            write_(kGap, detail::kAlignment - over);
            written_ += detail::kAlignment - over;
        }
        uint64_t at = written_;
        write_(bytes, size);
        written_ += size;
        return at;
    }

    Write write_;
    uint64_t written_ = 0;
    std::string head_;
};

// Takes values back in the order in which they were put. Once something is not as it should be nothing more is read and
// ok() is false.
class Reader {
  public:
    // `elements` is aligned as a mapped file is, and stays where it is for as long as what is read is used.
    Reader(std::string_view elements, std::string_view head) : elements_(elements), head_(head) {}

    bool ok() const { return ok_; }
    bool atEnd() const { return at_ == head_.size(); }

    template <class T>
    void get(T& value) {
        using namespace detail;
        if constexpr (kIsSingle<T>) {
            uint64_t bits = 0;
            if (!take(&bits, sizeof value) || !check(isInRange<T>(bits))) return;
            std::memcpy(&value, &bits, sizeof value);
        } else if constexpr (std::is_same_v<T, std::string>) {
            if (size_t size = getSize(1); size) {
                value.assign(head_.substr(at_, size));
                at_ += size;
            }
        } else if constexpr (kIsList<T>) {
            using Element = typename T::value_type;
            uint64_t offset = 0, count = 0;
            get(offset);
            get(count);
            if (!check(offset % kAlignment == 0 && offset <= elements_.size() &&
                       count <= (elements_.size() - offset) / sizeof(Element)) ||
                count == 0)
                return;
            value = T::lent({reinterpret_cast<const Element*>(elements_.data() + offset), count});
        } else if constexpr (kIsVector<T>) {
            size_t size = getSize(1);
            value.resize(size);
            for (size_t i = 0; i < size && ok_; ++i) getInto(value, i);
        } else if constexpr (kIsArray<T>) {
            for (auto& element : value) get(element);
        } else if constexpr (aggregate::detail::kIsOptional<T>) {
            bool has = false;
            get(has);
            if (has && ok_) get(value.emplace());
        } else if constexpr (kIsPair<T>) {
            get(value.first);
            get(value.second);
        } else if constexpr (kIsStored<T>) {
            typename T::Stored stored;
            get(stored);
            if (ok_) value = T(std::move(stored));
        } else {
            std::apply([&](auto&... field) { (get(field), ...); }, aggregate::fields(value));
        }
    }

  private:
    bool check(bool condition) { return ok_ = ok_ && condition; }
    bool take(void* into, size_t size) {
        if (!check(head_.size() - at_ >= size)) return false;
        std::memcpy(into, head_.data() + at_, size);
        at_ += size;
        return true;
    }
    // 0 when there cannot be so many of at least `each` bytes.
    size_t getSize(size_t each) {
        uint64_t size = 0;
        get(size);
        return check(size <= (head_.size() - at_) / each) ? size : 0;
    }
    template <class T>
    void getInto(std::vector<T>& vector, size_t i) {
        if constexpr (std::is_same_v<T, bool>) {
            bool value = false;
            get(value);
            vector[i] = value;
        } else {
            get(vector[i]);
        }
    }

    std::string_view elements_;
    std::string_view head_;
    size_t at_ = 0;
    bool ok_ = true;
};

}  // namespace raddle::archive
