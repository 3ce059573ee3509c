#include "tests/instrument/decode.h"

#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "core/wire/varint.h"

namespace raddle::test {

namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error("bad recording: " + what);
}

const char* operandsOf(uint8_t op) {
    switch (op) {
#define RADDLE_OPERANDS(name, code, operands) \
    case code:                                \
        return operands;
        RADDLE_OPS(RADDLE_OPERANDS)
#undef RADDLE_OPERANDS
        default:
            fail("unknown op " + std::to_string(op));
    }
}

class ChunkDecoder {
  public:
    ChunkDecoder(const RaddleChunk& chunk, const uint8_t* at, DecodedThread& out)
        : at_(at), end_(at + (chunk.committed & 0xffffffff)), ticks_(chunk.baseTicks), out_(out) {}

    uint64_t run() {
        uint64_t timed = 0;
        while (at_ < end_) {
            decodeOne();
            timed += isTimed_;
        }
        return timed;
    }

  private:
    uint64_t number() {
        uint64_t value = 0;
        at_ = raddleGetVarint(at_, end_, &value);
        if (!at_) fail("cut varint");
        return value;
    }
    std::string string() {
        const uint64_t length = number();
        if (length > kRaddleMaxString || length > static_cast<uint64_t>(end_ - at_)) fail("string length");
        const auto* begin = reinterpret_cast<const char*>(at_);
        at_ += length;
        return std::string(begin, length);
    }
    std::vector<uint64_t> frames(bool mayBeNone = false) {
        const uint64_t count = number();
        if (count == 0 && mayBeNone) return {};
        if (count == 0 || count > kRaddleMaxFrames) fail("frame count");
        std::vector<uint64_t> result = {number()};
        while (result.size() < count) result.push_back(result.back() + raddleUnzigzag(number()));
        return result;
    }
    template <class Map>
    const typename Map::mapped_type& lookUp(const Map& map, const char* what) {
        const auto found = map.find(number());
        if (found == map.end()) fail(std::string("undefined ") + what);
        return found->second;
    }
    uint64_t slot() {
        const uint64_t value = number();
        if (value >= kRaddleMaxSlots) fail("slot number");
        return value;
    }

    bool decodeDefinition(uint8_t op) {
        if (op == kRaddleDefineSite) {
            const uint64_t at = slot();
            DecodedSite site;
            site.kind = static_cast<uint32_t>(number());
            site.object = number();
            site.frames = frames();
            sites_[at] = site;
        } else if (op == kRaddleDefineFunction) {
            const uint64_t at = slot();
            functions_[at] = number();
        } else if (op == kRaddleDefineStack) {
            const uint64_t at = slot();
            stacks_[at] = frames();
        } else {
            return false;
        }
        return true;
    }

    void decodeOne() {
        const uint8_t code = *at_++;
        const uint8_t op = code & 0x7f;
        const bool same = (code & RADDLE_SAME_SITE) != 0;
        isTimed_ = op >= kRaddleFirstTimed;
        if (!isTimed_) {
            if (!decodeDefinition(code)) fail("unknown definition " + std::to_string(code));
            return;
        }
        DecodedEvent event;
        event.op = op;
        ticks_ += number();
        event.ticks = ticks_;
        const uint64_t length = op >= kRaddleFirstSized ? number() : 0;
        const uint8_t* const content = at_;
        for (const char* operand = operandsOf(op); *operand; ++operand) decodeOperand(*operand, same, event);
        if (op >= kRaddleFirstSized && at_ != content + length) fail("a length that is not that of the operands");
        out_.events.push_back(std::move(event));
    }

    void decodeOperand(char operand, bool same, DecodedEvent& event) {
        switch (operand) {
            case 'S':
                if (!same) lastSite_ = lookUp(sites_, "site");
                if (lastSite_.frames.empty()) fail("no site to repeat");
                event.site = lastSite_;
                break;
            case 'T':
                event.secondSite = lookUp(sites_, "site");
                break;
            case 'F':
                event.function = lookUp(functions_, "function");
                break;
            case 'K':
                event.stack = lookUp(stacks_, "stack");
                break;
            case 's':
                event.strings.push_back(string());
                break;
            case 'L':
                for (uint64_t count = number(); count > 0; --count) event.strings.push_back(string());
                break;
            case 'P':
                event.stack = frames(true);
                break;
            default:
                event.numbers.push_back(number());
        }
    }

    const uint8_t* at_;
    const uint8_t* end_;
    uint64_t ticks_;
    DecodedThread& out_;
    bool isTimed_ = false;
    DecodedSite lastSite_;
    std::map<uint64_t, DecodedSite> sites_;
    std::map<uint64_t, uint64_t> functions_;
    std::map<uint64_t, std::vector<uint64_t>> stacks_;
};

// Where the chunks are, by thread and sequence.
template <class Row>
void readRows(const char* rows, uint64_t size, size_t count, uint64_t Row::* used, std::vector<Row>& out) {
    if (size != count * sizeof(Row)) fail("rows of counts");
    for (size_t i = 0; i < count; ++i) {
        Row row;
        memcpy(&row, rows + i * sizeof row, sizeof row);
        if (row.*used != 0) out.push_back(row);
    }
}

std::map<uint32_t, std::map<uint32_t, size_t>> findChunks(const std::string& bytes, Recording& recording) {
    std::map<uint32_t, std::map<uint32_t, size_t>> chunks;
    for (size_t at = kRaddleHeaderSize; at + sizeof(RaddleChunk) <= bytes.size();) {
        RaddleChunk chunk;
        memcpy(&chunk, bytes.data() + at, sizeof chunk);
        if (chunk.magic != RADDLE_CHUNK_MAGIC || chunk.size < sizeof chunk || chunk.size % kRaddleChunkAlign ||
            chunk.size > bytes.size() - at) {
            at += kRaddleChunkAlign;
            continue;
        }
        if (sizeof chunk + (chunk.committed & 0xffffffff) > chunk.size) fail("committed past the chunk");
        if (chunk.kind == kRaddleLockCounts || chunk.kind == kRaddleCallCounts) {
            const char* rows = bytes.data() + at + sizeof chunk;
            const uint64_t size = chunk.committed & 0xffffffff;
            if (chunk.kind == kRaddleLockCounts)
                readRows(rows, size, kRaddleCountRows, &RaddleLockCount::object, recording.lockCounts);
            else
                readRows(rows, size, kRaddleCallRows, &RaddleCallCount::function, recording.callCounts);
            at += chunk.size;
            continue;
        }
        if (chunk.kind != kRaddleThreadEvents) fail("unknown kind of chunk");
        if (!chunks[chunk.thread].emplace(chunk.sequence, at).second) fail("two chunks of one sequence number");
        at += chunk.size;
    }
    return chunks;
}

}  // namespace

std::vector<DecodedEvent> DecodedThread::all(uint8_t op) const {
    std::vector<DecodedEvent> result;
    for (const DecodedEvent& event : events)
        if (event.op == op) result.push_back(event);
    return result;
}

std::vector<DecodedEvent> Recording::all(uint8_t op) const {
    std::vector<DecodedEvent> result;
    for (const auto& [serial, thread] : threads)
        for (DecodedEvent& event : thread.all(op)) result.push_back(std::move(event));
    return result;
}

double Recording::ticksToNs() const {
    if (header.endTicks <= header.startTicks) return 0;
    return static_cast<double>(header.endMonotonicNs - header.startMonotonicNs) /
           static_cast<double>(header.endTicks - header.startTicks);
}

Recording decode(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    Recording recording;
    if (bytes.size() < kRaddleHeaderSize) fail("no header in " + path);
    memcpy(&recording.header, bytes.data(), sizeof recording.header);
    if (memcmp(recording.header.magic, RADDLE_FILE_MAGIC, 8) != 0) fail("magic");
    recording.fileSize = bytes.size();
    for (const auto& [serial, bySequence] : findChunks(bytes, recording)) {
        DecodedThread& thread = recording.threads[serial];
        uint64_t lastTicks = 0;
        uint32_t expected = 0;
        for (const auto& [sequence, at] : bySequence) {
            RaddleChunk chunk;
            memcpy(&chunk, bytes.data() + at, sizeof chunk);
            if (sequence != expected && recording.header.keepMs == 0) fail("missing chunk");
            expected = sequence + 1;
            if (chunk.baseTicks < lastTicks) fail("time runs backwards");
            recording.dropped += chunk.dropped;
            thread.image = chunk.image;
            thread.pid = chunk.pid;
            thread.tid = chunk.tid;
            const auto* events = reinterpret_cast<const uint8_t*>(bytes.data()) + at + sizeof chunk;
            const uint64_t timed = ChunkDecoder(chunk, events, thread).run();
            if (timed != chunk.committed >> 32) fail("event count");
            recording.events += timed;
            recording.bytes += chunk.committed & 0xffffffff;
            if (!thread.events.empty()) lastTicks = thread.events.back().ticks;
        }
    }
    for (const DecodedEvent& event : recording.all(kRaddleDropped)) recording.dropped += event.numbers[0];
    return recording;
}

const char* opName(uint8_t op) {
    switch (op) {
#define RADDLE_NAME(name, code, operands) \
    case code:                            \
        return #name;
        RADDLE_OPS(RADDLE_NAME)
#undef RADDLE_NAME
        default:
            return "?";
    }
}

}  // namespace raddle::test
