// Writer and Reader: one interface over bytes, so that a layout is written down once (binary.cpp) and both directions
// follow it. Numbers are LEB128. A Reader never reads past its input; after the first thing that is wrong it fails,
// stays so and yields zeros, so that a layout need not look at each step.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace raddle::ir {

class Writer {
  public:
    template <class T>
    using Ref = const T&;
    static constexpr bool kReads = false;

    std::string take() && { return std::move(out_); }

    void number(uint64_t value) {
        for (; value >= 0x80; value >>= 7) out_ += static_cast<char>(value | 0x80);
        out_ += static_cast<char>(value);
    }
    void integer(int64_t value) { number((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63)); }
    // Less than `limit`, which only the reader looks at.
    void below(uint64_t value, uint64_t) { number(value); }
    void text(std::string_view text) {
        number(text.size());
        out_ += text;
    }
    template <class E>
    void enumeration(E value, E) {
        number(static_cast<uint64_t>(value));
    }
    template <class T, class Each>
    void sequence(const std::vector<T>& items, Each each) {
        number(items.size());
        for (const T& item : items) each(item);
    }
    bool failed() const { return false; }
    void check(bool) {}

  private:
    std::string out_;
};

class Reader {
  public:
    template <class T>
    using Ref = T&;
    static constexpr bool kReads = true;

    explicit Reader(std::string_view in) : in_(in) {}

    template <class T>
    void number(T& value) {
        const uint64_t raw = varint();
        value = static_cast<T>(raw);
        check(static_cast<uint64_t>(value) == raw);
    }
    void integer(int64_t& value) {
        const uint64_t raw = varint();
        value = static_cast<int64_t>(raw >> 1) ^ -static_cast<int64_t>(raw & 1);
    }
    template <class T>
    void below(T& value, uint64_t limit) {
        const uint64_t raw = varint();
        check(raw < limit);
        value = failed_ ? T{} : static_cast<T>(raw);
    }
    void text(std::string& text) {
        const uint64_t size = varint();
        check(size <= in_.size());
        if (failed_) return;
        text.assign(in_.substr(0, size));
        in_.remove_prefix(size);
    }
    template <class E>
    void enumeration(E& value, E last) {
        uint64_t raw = 0;
        below(raw, static_cast<uint64_t>(last) + 1);
        value = static_cast<E>(raw);
    }
    // Each item takes at least one byte, and room is made as they come, so that a wrong count cannot ask for more
    // memory than the input explains.
    template <class T, class Each>
    void sequence(std::vector<T>& items, Each each) {
        const uint64_t size = varint();
        check(size <= in_.size());
        if (failed_) return;
        items.clear();
        items.reserve(std::min<uint64_t>(size, 256));
        for (uint64_t i = 0; i < size && !failed_; ++i) each(items.emplace_back());
    }
    bool failed() const { return failed_; }
    bool atEnd() const { return in_.empty(); }
    void check(bool holds) {
        if (!holds) failed_ = true;
    }

  private:
    uint64_t varint() {
        uint64_t value = 0;
        for (unsigned shift = 0; !failed_ && shift < 64; shift += 7) {
            if (in_.empty()) break;
            const auto byte = static_cast<uint8_t>(in_.front());
            in_.remove_prefix(1);
            if (shift == 63 && byte > 1) break;
            value |= static_cast<uint64_t>(byte & 0x7f) << shift;
            if (byte < 0x80) return value;
        }
        failed_ = true;
        return 0;
    }

    std::string_view in_;
    bool failed_ = false;
};

}  // namespace raddle::ir
