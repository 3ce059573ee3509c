// Tables that grow while events are decoded: call stacks, functions and locks as addresses, each distinct
// one once. Naming them (trace/read/naming.h) comes last, when it is known which are used.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "core/wire/format.h"
#include "trace/timeline/timeline.h"

namespace raddle::trace {

// An index into Survey::images, with an address in it and a time at which it was meant.
struct RawFunction {
    uint32_t image = 0;
    uint64_t address = 0;
    int64_t atNs = 0;
};

struct RawStack {
    uint32_t image = 0;
    uint32_t count = 0;
    uint64_t first = 0;  // in RawStacks::addresses
    int64_t atNs = 0;
    uint32_t sameHash = UINT32_MAX;
};

class RawStacks {
  public:
    // Invalid for no addresses. O(addresses).
    StackId intern(uint32_t image, const std::vector<uint64_t>& addresses, int64_t atNs);
    const std::vector<RawStack>& all() const { return stacks_; }
    const uint64_t* begin(const RawStack& stack) const { return addresses_.data() + stack.first; }

  private:
    std::vector<RawStack> stacks_;
    std::vector<uint64_t> addresses_;
    std::unordered_map<uint64_t, uint32_t> byHash_;
};

class RawFunctions {
  public:
    uint32_t intern(uint32_t image, uint64_t address, int64_t atNs);
    const std::vector<RawFunction>& all() const { return functions_; }

  private:
    struct Hash {
        size_t operator()(const std::pair<uint32_t, uint64_t>& p) const {
            return std::hash<uint64_t>()(p.second * 31 + p.first);
        }
    };
    std::vector<RawFunction> functions_;
    std::unordered_map<std::pair<uint32_t, uint64_t>, uint32_t, Hash> ids_;
};

// What is known of a lock or object besides what the timeline holds.
struct RawObject {
    uint32_t image = 0;
    uint64_t address = 0;
    uint8_t kind = 0;  // enum RaddleObjectKind
    int64_t firstNs = INT64_MAX;
    StackId firstUse;  // where it was used first
    // Some other places of its use, in no order. Invalid ones at the end.
    std::array<StackId, 3> otherUses;
    uint32_t incarnation = 0;

    void addUse(StackId stack, int64_t atNs);
};

// Locks and objects by image, address, incarnation and class; `index` is that of the timeline's table.
class RawObjects {
  public:
    uint32_t intern(uint32_t image, uint64_t address, uint32_t incarnation, uint8_t kind);
    // Where it was initialised, which need not make it an object that is listed. Invalid when that was not seen.
    void addInit(uint32_t image, uint64_t address, uint32_t incarnation, uint8_t kind, StackId stack);
    StackId initOf(const RawObject& object) const;
    RawObject& at(uint32_t index) { return objects_[index]; }
    const std::vector<RawObject>& all() const { return objects_; }

  private:
    struct Key {
        uint64_t address;
        uint32_t image;
        uint32_t incarnation;
        uint8_t kind;  // all kinds of locks are one

        bool operator==(const Key&) const = default;
    };
    struct Hash {
        size_t operator()(const Key& k) const {
            return std::hash<uint64_t>()((k.address * 31 + k.image) * 31 + k.incarnation * 8 + k.kind);
        }
    };
    static Key keyOf(uint32_t image, uint64_t address, uint32_t incarnation, uint8_t kind);

    std::vector<RawObject> objects_;
    std::unordered_map<Key, uint32_t, Hash> ids_;
    std::unordered_map<Key, StackId, Hash> inits_;
};

inline bool isLockKind(uint8_t kind) {
    return kind >= kRaddleMutex && kind <= kRaddleSpinLock;
}

}  // namespace raddle::trace
