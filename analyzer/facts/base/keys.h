// Hashes of what the analyses number: sets of locks, of threads, orders of events, tuples of ids, states.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyzer/facts/base/facts.h"

namespace raddle::facts {

class Hash {
  public:
    Hash& add(uint64_t value) {
        value_ = (value_ ^ value) * 0x9E3779B97F4A7C15ull;
        value_ ^= value_ >> 32;
        return *this;
    }
    template <class Tag>
    Hash& add(Id<Tag> id) {
        return add(static_cast<uint64_t>(id.value));
    }
    template <class Tag>
    Hash& add(const SharedSet<Id<Tag>>& ids) {
        for (Id<Tag> id : ids) add(id);
        return add(ids.size());
    }
    Hash& add(const SharedSet<CreatorLock>& locks) {
        for (const CreatorLock& lock : locks) add(lock.spawn).add(lock.lock);
        return add(locks.size());
    }
    Hash& add(const SharedMap<ObjectId, PlaceId>& regions) {
        for (const auto& [pointer, region] : regions) add(pointer).add(region);
        return add(regions.size());
    }
    Hash& add(const LiveThreads& live) {
        for (const LiveThread& thread : live) add(thread.thread).add(thread.handle).add(thread.ended);
        return add(live.size());
    }
    Hash& add(const SharedMap<PlaceId, PlaceId>& places) {
        for (const auto& [from, to] : places) add(from).add(to);
        return add(places.size());
    }
    size_t value() const { return static_cast<size_t>(value_); }

  private:
    uint64_t value_ = 0;
};

struct KeyHash {
    template <size_t n>
    size_t operator()(const std::array<uint32_t, n>& key) const noexcept {
        Hash hash;
        for (uint32_t part : key) hash.add(part);
        return hash.value();
    }
    size_t operator()(const std::vector<HeldLock>& locks) const noexcept {
        Hash hash;
        for (const HeldLock& lock : locks)
            hash.add(lock.lock)
                .add(lock.acquiredAt)
                .add(lock.takenBy)
                .add(lock.acquiredIn)
                .add(lock.count * 4 + static_cast<uint32_t>(lock.mode) * 2 + lock.lost);
        return hash.value();
    }
    size_t operator()(const LiveThreads& live) const noexcept { return Hash().add(live).value(); }
    size_t operator()(const Order& order) const noexcept {
        return Hash()
            .add(order.published)
            .add(order.observed)
            .add(order.unraised)
            .add(order.lastBarrier)
            .add(order.strayJoin)
            .add(order.awaited)
            .add(order.released)
            .value();
    }
};

// Dense numbers for keys, in order of appearance. Open addressing: there are millions of them, each asked for often.
template <class Key>
class Numbering {
  public:
    uint32_t of(const Key& key) {
        if (keys_.size() * 2 >= slots_.size()) grow();
        const size_t hash = KeyHash()(key);
        Slot& slot = slots_[slotOf(key, hash)];
        if (slot.number == kFree) {
            slot = {static_cast<uint32_t>(hash), static_cast<uint32_t>(keys_.size())};
            keys_.push_back(key);
        }
        return slot.number;
    }
    static constexpr uint32_t kFree = ~uint32_t{0};
    // Its number; kFree when it has none yet.
    uint32_t find(const Key& key) const { return slots_.empty() ? kFree : slots_[slotOf(key, KeyHash()(key))].number; }
    size_t size() const { return keys_.size(); }

  private:
    struct Slot {
        uint32_t hash = 0;
        uint32_t number = kFree;
    };

    // Where the key is, or would be.
    size_t slotOf(const Key& key, size_t hash) const {
        for (size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
            const Slot& slot = slots_[at];
            if (slot.number == kFree) return at;
            if (slot.hash == static_cast<uint32_t>(hash) && keys_[slot.number] == key) return at;
        }
    }

    void grow() {
        slots_.assign(std::max<size_t>(64, slots_.size() * 2), {});
        for (uint32_t number = 0; number < keys_.size(); ++number) {
            const size_t hash = KeyHash()(keys_[number]);
            size_t at = hash & (slots_.size() - 1);
            while (slots_[at].number != kFree) at = (at + 1) & (slots_.size() - 1);
            slots_[at] = {static_cast<uint32_t>(hash), number};
        }
    }

    std::vector<Key> keys_;
    std::vector<Slot> slots_;
};

// What tells contexts of one function apart; of the locks held, not where they were acquired.
inline size_t hashOfEntry(FunctionIndex function, const State& entry) {
    Hash hash;
    hash.add(function);
    for (const HeldLock& lock : entry.held)
        hash.add(lock.lock).add(lock.count * 4 + static_cast<uint32_t>(lock.mode) * 2 + lock.lost);
    for (const auto& [place, known] : entry.values)
        hash.add(place)
            .add(static_cast<uint64_t>(known.kind))
            .add(static_cast<uint64_t>(known.constant))
            .add(known.place)
            .add(known.function);
    for (const auto& [comparison, decision] : entry.decided)
        hash.add(comparison.place)
            .add(static_cast<uint64_t>(comparison.constant))
            .add(static_cast<uint64_t>(decision.taken));
    return hash.add(entry.live)
        .add(entry.fresh)
        .add(entry.published)
        .add(entry.observed)
        .add(entry.unraised)
        .add(entry.lastBarrier)
        .add(entry.strayJoin)
        .add(entry.muted)
        .add(entry.awaited)
        .add(entry.regions)
        .add(entry.taken)
        .add(entry.released)
        .value();
}

inline bool isSameEntry(const State& a, const State& b) {
    return sameLocks(a, b) && a.values == b.values && a.live == b.live && a.fresh == b.fresh &&
           a.published == b.published && a.observed == b.observed && a.unraised == b.unraised &&
           a.lastBarrier == b.lastBarrier && a.strayJoin == b.strayJoin && a.muted == b.muted &&
           a.awaited == b.awaited && a.released == b.released && a.regions == b.regions && a.taken == b.taken &&
           a.decided == b.decided;
}

}  // namespace raddle::facts
