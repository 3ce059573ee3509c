#include "instrument/runtime/unwind/frame_rules.h"

#include <string.h>

namespace raddle::rt {

namespace {

// Numbers of registers, of opcodes and of encodings are those of the x86-64 ABI and of DWARF.
constexpr uint64_t kFramePointer = 6;
constexpr uint64_t kStackPointer = 7;
constexpr uint64_t kReturnAddress = 16;
constexpr int64_t kLimit = 1 << 26;
constexpr int kMostRemembered = 8;

constexpr uint8_t kEncodedRelative = 0x10;
constexpr uint8_t kTableOfPairs = 0x3b;  // 4 bytes, signed, from the header

struct Bytes {
    const uint8_t* at;
    const uint8_t* end;

    bool has(uint64_t count) const { return static_cast<uint64_t>(end - at) >= count; }

    template <class Number>
    Number fixed() {
        Number value = 0;
        if (has(sizeof value)) {
            memcpy(&value, at, sizeof value);
            at += sizeof value;
        } else {
            at = end;
        }
        return value;
    }
    uint64_t unsignedNumber() {
        uint64_t value = 0;
        for (uint32_t shift = 0; at < end; shift += 7) {
            const uint8_t byte = *at++;
            if (shift < 64) value |= uint64_t{byte & 0x7fu} << shift;
            if (byte < 0x80) break;
        }
        return value;
    }
    int64_t signedNumber() {
        uint64_t value = 0;
        for (uint32_t shift = 0; at < end;) {
            const uint8_t byte = *at++;
            if (shift < 64) value |= uint64_t{byte & 0x7fu} << shift;
            shift += 7;
            if (byte >= 0x80) continue;
            if ((byte & 0x40) && shift < 64) value |= ~uint64_t{0} << shift;
            break;
        }
        return static_cast<int64_t>(value);
    }
    // A pointer as the augmentation says that pointers are written; 0 for encodings that code addresses do not have.
    uintptr_t pointer(uint8_t encoding) {
        const auto here = reinterpret_cast<uintptr_t>(at);
        uintptr_t value = 0;
        switch (encoding & 0x0f) {
            case 0x00:
            case 0x04:
            case 0x0c:
                value = fixed<uint64_t>();
                break;
            case 0x03:
                value = fixed<uint32_t>();
                break;
            case 0x0b:
                value = static_cast<uintptr_t>(int64_t{fixed<int32_t>()});
                break;
            default:
                at = end;
                return 0;
        }
        if ((encoding & 0x70) == kEncodedRelative) value += here;
        return value;
    }
    Bytes part(uint64_t size) {
        const Bytes found = {at, has(size) ? at + size : end};
        at = found.end;
        return found;
    }
};

struct State {
    FrameRule rule;
    uint64_t frameRegister = 0;
    int64_t frameOffset = 0;
    bool isExpression = false;  // what `rule` says of the frame holds, not register and offset
    bool isReturnAddressBelow = false;
};

// One common information entry: what the descriptions of many functions share.
struct Common {
    uint64_t codeAlign = 1;
    int64_t dataAlign = 1;
    uint8_t encoding = 0;
    bool hasAugmentation = false;
    bool isSignalFrame = false;
    Bytes program = {};
};

bool readEntry(const uint8_t* at, Bytes* entry) {
    uint32_t length;
    memcpy(&length, at, sizeof length);
    if (length == 0 || length == UINT32_MAX) return false;
    *entry = {at + sizeof length, at + sizeof length + length};
    return true;
}

bool readCommon(const uint8_t* at, Common* common) {
    Bytes entry;
    if (!readEntry(at, &entry) || entry.fixed<uint32_t>() != 0) return false;
    const auto version = entry.fixed<uint8_t>();
    if (version != 1 && version != 3) return false;
    const auto* augmentation = reinterpret_cast<const char*>(entry.at);
    const size_t length = strnlen(augmentation, static_cast<size_t>(entry.end - entry.at));
    entry.part(length + 1);
    common->codeAlign = entry.unsignedNumber();
    common->dataAlign = entry.signedNumber();
    const uint64_t returnAddress = version == 1 ? entry.fixed<uint8_t>() : entry.unsignedNumber();
    if (returnAddress != kReturnAddress) return false;
    if (length > 0 && augmentation[0] != 'z') return false;
    common->hasAugmentation = length > 0;
    Bytes data = length > 0 ? entry.part(entry.unsignedNumber()) : Bytes{};
    for (size_t i = 1; i < length; ++i) switch (augmentation[i]) {
            case 'R':
                common->encoding = data.fixed<uint8_t>();
                break;
            case 'L':
                data.fixed<uint8_t>();
                break;
            case 'P':
                data.pointer(data.fixed<uint8_t>());
                break;
            case 'S':
                common->isSignalFrame = true;
                break;
            default:
                return false;
        }
    common->program = entry;
    return true;
}

// The expressions that compilers and linkers write: `*(fp + n)` of functions that align their stack, and that of the
// procedure linkage table, whose entries push one word at their eleventh byte.
void frameExpression(State* state, Bytes code, uintptr_t pc) {
    constexpr uint8_t kDeref = 0x06;
    constexpr uint8_t kBaseFramePointer = 0x70 + kFramePointer;
    constexpr uint8_t kPlt[] = {0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22};
    state->isExpression = true;
    state->rule.base = FrameRule::unknown;
    if (code.has(sizeof kPlt) && memcmp(code.at, kPlt, sizeof kPlt) == 0) {
        state->rule.base = FrameRule::fromStackPointer;
        state->rule.frame = pc % 16 >= 11 ? 16 : 8;
    } else if (code.fixed<uint8_t>() == kBaseFramePointer) {
        const int64_t offset = code.signedNumber();
        if (code.fixed<uint8_t>() != kDeref || code.has(1) || offset <= -kLimit || offset >= kLimit) return;
        state->rule.base = FrameRule::atFramePointer;
        state->rule.frame = static_cast<int32_t>(offset);
    }
}

void saveAt(State* state, uint64_t number, int64_t offset) {
    if (number == kReturnAddress) state->isReturnAddressBelow = offset == -static_cast<int64_t>(sizeof(uintptr_t));
    if (number != kFramePointer || offset <= -kLimit || offset >= kLimit) return;
    state->rule.saved = FrameRule::belowFrame;
    state->rule.framePointer = static_cast<int32_t>(offset);
}

void saveByExpression(State* state, uint64_t number, Bytes code) {
    if (number == kReturnAddress) state->isReturnAddressBelow = false;
    if (number != kFramePointer) return;
    // Elsewhere than where the frame pointer says, it is given up with the rest of the frame.
    if (code.fixed<uint8_t>() != 0x70 + kFramePointer) {
        state->isReturnAddressBelow = false;
        return;
    }
    const int64_t offset = code.signedNumber();
    if (offset <= -kLimit || offset >= kLimit) state->isReturnAddressBelow = false;
    state->rule.saved = FrameRule::byFramePointer;
    state->rule.framePointer = static_cast<int32_t>(offset);
}

void restore(State* state, const State& initial, uint64_t number) {
    if (number == kReturnAddress) state->isReturnAddressBelow = initial.isReturnAddressBelow;
    if (number != kFramePointer) return;
    state->rule.saved = initial.rule.saved;
    state->rule.framePointer = initial.rule.framePointer;
}

void setFrame(State* state, uint64_t number, int64_t offset) {
    state->isExpression = false;
    state->frameRegister = number;
    state->frameOffset = offset;
}

class Program {
  public:
    Program(const Common& common, const State& initial, uintptr_t begin, uintptr_t pc)
        : common_(common), initial_(initial), at_(begin), pc_(pc) {}

    // The state at the pc; false for what is not understood.
    bool run(Bytes code, State* state) {
        while (code.at < code.end && at_ <= pc_) {
            const auto op = code.fixed<uint8_t>();
            const uint64_t low = op & 0x3fu;
            bool isKnown = true;
            switch (op & 0xc0u) {
                case 0x40:
                    at_ += low * common_.codeAlign;
                    break;
                case 0x80:
                    saveAt(state, low, scaled(code.unsignedNumber()));
                    break;
                case 0xc0:
                    restore(state, initial_, low);
                    break;
                default:
                    isKnown = rare(op, &code, state);
                    break;
            }
            if (!isKnown) return false;
        }
        return true;
    }

  private:
    int64_t scaled(uint64_t factor) const { return static_cast<int64_t>(factor) * common_.dataAlign; }

    bool rare(uint8_t op, Bytes* code, State* state) {
        switch (op) {
            case 0x00:
                return true;  // nop
            case 0x01:
                at_ = code->pointer(common_.encoding);
                return true;
            case 0x02:
                at_ += code->fixed<uint8_t>() * common_.codeAlign;
                return true;
            case 0x03:
                at_ += code->fixed<uint16_t>() * common_.codeAlign;
                return true;
            case 0x04:
                at_ += code->fixed<uint32_t>() * common_.codeAlign;
                return true;
            case 0x0a:  // remember_state
                if (remembered_ == kMostRemembered) return false;
                states_[remembered_++] = *state;
                return true;
            case 0x0b:  // restore_state
                if (remembered_ == 0) return false;
                *state = states_[--remembered_];
                return true;
            case 0x2e:
                code->unsignedNumber();
                return true;  // GNU_args_size
            default:
                return frameOp(op, code, state) || registerOp(op, code, state);
        }
    }

    bool frameOp(uint8_t op, Bytes* code, State* state) {
        switch (op) {
            case 0x0c: {  // def_cfa
                const uint64_t number = code->unsignedNumber();
                setFrame(state, number, static_cast<int64_t>(code->unsignedNumber()));
                return true;
            }
            case 0x12: {  // def_cfa_sf
                const uint64_t number = code->unsignedNumber();
                setFrame(state, number, code->signedNumber() * common_.dataAlign);
                return true;
            }
            case 0x0d:
                setFrame(state, code->unsignedNumber(), state->frameOffset);
                return true;
            case 0x0e:
                setFrame(state, state->frameRegister, static_cast<int64_t>(code->unsignedNumber()));
                return true;
            case 0x13:
                setFrame(state, state->frameRegister, code->signedNumber() * common_.dataAlign);
                return true;
            case 0x0f:
                frameExpression(state, code->part(code->unsignedNumber()), pc_);
                return true;
            default:
                return false;
        }
    }

    bool registerOp(uint8_t op, Bytes* code, State* state) {
        const uint64_t number = code->unsignedNumber();
        switch (op) {
            case 0x05:
                saveAt(state, number, scaled(code->unsignedNumber()));
                return true;
            case 0x11:
                saveAt(state, number, code->signedNumber() * common_.dataAlign);
                return true;
            case 0x06:
                restore(state, initial_, number);
                return true;
            case 0x08:  // same_value
                if (number == kFramePointer) state->rule.saved = FrameRule::unchanged;
                return number != kReturnAddress;
            case 0x07:  // undefined: of the return address, in the functions that a thread begins with
                if (number == kReturnAddress) state->rule.base = FrameRule::outermost;
                return true;
            case 0x10:
                saveByExpression(state, number, code->part(code->unsignedNumber()));
                return true;
            case 0x09:  // in another register: fine where it is not one that is followed
                code->unsignedNumber();
                return number != kFramePointer && number != kReturnAddress;
            case 0x14:  // val_offset
                code->unsignedNumber();
                return number != kFramePointer && number != kReturnAddress;
            case 0x16:
                code->part(code->unsignedNumber());
                return number != kFramePointer && number != kReturnAddress;
            default:
                return false;
        }
    }

    const Common& common_;
    const State& initial_;
    uintptr_t at_;
    uintptr_t pc_;
    State states_[kMostRemembered];
    int remembered_ = 0;
};

FrameRule ruleOf(const State& state) {
    FrameRule rule = state.rule;
    if (rule.base == FrameRule::outermost) return rule;
    if (!state.isReturnAddressBelow) return {};
    if (state.isExpression) return rule;
    if (state.frameOffset <= -kLimit || state.frameOffset >= kLimit) return {};
    rule.frame = static_cast<int32_t>(state.frameOffset);
    if (state.frameRegister == kStackPointer)
        rule.base = FrameRule::fromStackPointer;
    else if (state.frameRegister == kFramePointer)
        rule.base = FrameRule::fromFramePointer;
    else
        return {};
    return rule;
}

// The description of the function around `pc`; null when the table has none.
const uint8_t* findDescription(const uint8_t* header, uintptr_t pc) {
    if (header[0] != 1 || header[3] != kTableOfPairs) return nullptr;
    Bytes bytes = {header + 4, header + 4 + 2 * sizeof(uint64_t)};
    bytes.pointer(header[1]);
    const uint64_t count = bytes.pointer(header[2]);
    struct Pair {
        int32_t code, description;
    };
    const auto* pairs = reinterpret_cast<const Pair*>(bytes.at);
    const int64_t offset = static_cast<int64_t>(pc) - static_cast<int64_t>(reinterpret_cast<uintptr_t>(header));
    uint64_t low = 0;
    for (uint64_t high = count; low < high;) {
        const uint64_t middle = low + (high - low) / 2;
        if (pairs[middle].code <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? nullptr : header + pairs[low - 1].description;
}

}  // namespace

FrameRule findFrameRule(const uint8_t* header, uintptr_t pc) {
    const uint8_t* description = findDescription(header, pc);
    Bytes entry;
    if (!description || !readEntry(description, &entry)) return {};
    const uint8_t* const commonFrom = entry.at;
    const auto back = entry.fixed<uint32_t>();
    Common common;
    if (back == 0 || !readCommon(commonFrom - back, &common)) return {};
    const uintptr_t begin = entry.pointer(common.encoding);
    const uintptr_t size = entry.pointer(common.encoding & 0x0f);
    if (pc < begin || pc - begin >= size) return {};
    if (common.isSignalFrame) return {FrameRule::signalFrame};
    if (common.hasAugmentation) entry.part(entry.unsignedNumber());
    State initial;
    if (!Program(common, initial, 0, 0).run(common.program, &initial)) return {};
    State state = initial;
    if (!Program(common, initial, begin, pc).run(entry, &state)) return {};
    return ruleOf(state);
}

}  // namespace raddle::rt
