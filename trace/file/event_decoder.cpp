#include "trace/file/event_decoder.h"

#include "core/wire/varint.h"

namespace raddle::trace {
namespace {

constexpr std::array<const char*, 128> operandTable() {
    std::array<const char*, 128> table{};
#define RADDLE_OP_ROW(name, code, operands) table[code] = operands;
    RADDLE_OPS(RADDLE_OP_ROW)
#undef RADDLE_OP_ROW
    return table;
}

constexpr std::array<const char*, 128> kOperands = operandTable();

}  // namespace

bool EventDecoder::broken() {
    isBroken_ = true;
    return false;
}

bool EventDecoder::number(uint64_t* value) {
    const uint8_t* after = raddleGetVarint(at_, end_, value);
    if (!after) return false;
    at_ = after;
    return true;
}

bool EventDecoder::slot(uint32_t* slot) {
    uint64_t value;
    if (!number(&value) || value >= kRaddleMaxSlots) return false;
    *slot = static_cast<uint32_t>(value);
    return true;
}

bool EventDecoder::text(std::string_view* text) {
    uint64_t size;
    if (!number(&size) || size > static_cast<uint64_t>(end_ - at_)) return false;
    *text = {reinterpret_cast<const char*>(at_), static_cast<size_t>(size)};
    at_ += size;
    return true;
}

bool EventDecoder::list(std::vector<std::string_view>* list) {
    uint64_t count;
    // Each string takes a byte at least, so a false count fails before it costs memory.
    if (!number(&count) || count > static_cast<uint64_t>(end_ - at_)) return false;
    list->clear();
    for (uint64_t i = 0; i < count; ++i) {
        std::string_view item;
        if (!text(&item)) return false;
        list->push_back(item);
    }
    return true;
}

bool EventDecoder::frames(std::vector<uint64_t>* frames) {
    uint64_t count;
    if (!number(&count) || count > kRaddleMaxFrames) return false;
    frames->clear();
    uint64_t address = 0;
    for (uint64_t i = 0; i < count; ++i) {
        uint64_t value;
        if (!number(&value)) return false;
        address = i == 0 ? value : address + raddleUnzigzag(value);
        frames->push_back(address);
    }
    return true;
}

bool EventDecoder::operands(const char* letters, bool sameSite, Event& event) {
    size_t numbers = 0, strings = 0;
    for (const char* letter = letters; *letter; ++letter) {
        bool ok = false;
        switch (*letter) {
            case 'S':
                event.isSameSite = sameSite;
                event.site = kNoSlot;
                ok = sameSite ? hasSite_ : slot(&event.site);
                hasSite_ = true;
                break;
            case 'T':
                ok = slot(letter == letters ? &event.site : &event.secondSite);
                break;
            case 'F':
                ok = slot(&event.function);
                break;
            case 'K':
                ok = slot(&event.stack);
                break;
            case 'u':
            case 'a':
                ok = numbers < event.numbers.size() && number(&event.numbers[numbers++]);
                break;
            case 's':
                ok = strings < event.strings.size() && text(&event.strings[strings++]);
                break;
            case 'L':
                ok = list(&event.list);
                break;
            case 'P':
                ok = frames(&event.frames);
                break;
            default:
                break;
        }
        if (!ok) return false;
    }
    return true;
}

// Operands in a content of known length, of which a later writer may have put more than are known here.
bool EventDecoder::sized(std::string_view content, const char* letters, bool sameSite, Event& event) {
    const uint8_t* const after = at_;
    const uint8_t* const end = end_;
    at_ = after - content.size();
    end_ = after;
    const bool ok = operands(letters, sameSite, event);
    at_ = after;
    end_ = end;
    return ok;
}

bool EventDecoder::next(Event& event) {
    while (at_ < end_) {
        uint8_t code = *at_++;
        bool sameSite = code & RADDLE_SAME_SITE;
        event.op = code & static_cast<uint8_t>(~RADDLE_SAME_SITE);
        if (event.op >= kRaddleFirstTimed) {
            uint64_t delta;
            if (!number(&delta)) return broken();
            if (__builtin_add_overflow(ticks_, delta, &ticks_)) ticks_ = UINT64_MAX;
        }
        event.ticks = ticks_;
        const char* letters = kOperands[event.op];
        if (event.op < kRaddleFirstSized) return (letters && operands(letters, sameSite, event)) || broken();
        std::string_view content;
        if (!text(&content)) return broken();
        if (letters) return sized(content, letters, sameSite, event) || broken();
    }
    return false;
}

}  // namespace raddle::trace
