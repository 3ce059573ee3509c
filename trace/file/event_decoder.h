// EventDecoder: the events of one chunk, one after the other, as docs/trace-format.md writes them. Driven by
// the table RADDLE_OPS; never reads outside the bytes it was given. No allocation but for frames and lists.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/wire/format.h"

namespace raddle::trace {

inline constexpr uint32_t kNoSlot = UINT32_MAX;

struct Event {
    uint8_t op = 0;                 // without RADDLE_SAME_SITE
    uint64_t ticks = 0;             // of a definition: of the event before
    bool isSameSite = false;        // the site (not the slot) is that of the event with a site before
    uint32_t site = kNoSlot;        // operands S, and T of DefineSite; none when it is the same
    uint32_t secondSite = kNoSlot;  // operand T of ConditionWait
    uint32_t function = kNoSlot;
    uint32_t stack = kNoSlot;
    std::array<uint64_t, 6> numbers{};  // operands u and a, in order
    std::array<std::string_view, 2> strings{};
    std::vector<std::string_view> list;
    std::vector<uint64_t> frames;
};

class EventDecoder {
  public:
    EventDecoder(std::string_view bytes, uint64_t baseTicks)
        : at_(reinterpret_cast<const uint8_t*>(bytes.data())), end_(at_ + bytes.size()), ticks_(baseTicks) {}

    // False at the end, and when what follows cannot be decoded (isBroken).
    bool next(Event& event);
    bool isBroken() const { return isBroken_; }
    size_t bytesLeft() const { return static_cast<size_t>(end_ - at_); }

  private:
    bool number(uint64_t* value);
    bool slot(uint32_t* slot);
    bool text(std::string_view* text);
    bool list(std::vector<std::string_view>* list);
    bool frames(std::vector<uint64_t>* frames);
    bool operands(const char* letters, bool sameSite, Event& event);
    bool sized(std::string_view content, const char* letters, bool sameSite, Event& event);
    bool broken();

    const uint8_t* at_;
    const uint8_t* end_;
    uint64_t ticks_;
    bool hasSite_ = false;  // an event with a site came before
    bool isBroken_ = false;
};

}  // namespace raddle::trace
