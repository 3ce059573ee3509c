// Result<T>: a value or an Error that says what is wrong and where. Functions that can fail on outside
// input return it; nothing below cli/ prints or exits. TRY(expr) yields the value or returns the error.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace raddle {

struct Error {
    std::string message;  // one line, no trailing stop
    std::string file;     // empty when the error is not about a file
    uint32_t line = 0;    // 1-based; 0 when unknown
    uint32_t column = 0;  // 1-based; 0 when unknown

    bool operator==(const Error&) const = default;
};

// "file:line:column: message", leaving out what is unknown.
std::string toString(const Error& error);

struct Unit {};  // the value of a Result that carries none

template <class T = Unit>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }
    bool ok() const { return state_.index() == 0; }
    T& value() & { return std::get<0>(state_); }
    const T& value() const& { return std::get<0>(state_); }
    T&& value() && { return std::get<0>(std::move(state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    Error& error() { return std::get<1>(state_); }
    const Error& error() const { return std::get<1>(state_); }

  private:
    std::variant<T, Error> state_;
};

}  // namespace raddle

#define RADDLE_TRY_IMPL(expr)                                     \
    __extension__({                                               \
        auto&& raddleTry = (expr);                                \
        if (!raddleTry.ok()) return std::move(raddleTry).error(); \
        std::move(raddleTry).value();                             \
    })
#define TRY(...) RADDLE_TRY_IMPL((__VA_ARGS__))
