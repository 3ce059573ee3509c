#include "trace/read/survey.h"

#include <algorithm>
#include <map>

#include "core/support/text.h"
#include "trace/file/event_decoder.h"

namespace raddle::trace {
namespace {

class Surveyor {
  public:
    Surveyor(RecordingFile& file, const TickClock& clock, const ReadControl& control)
        : file_(file), clock_(clock), control_(control) {}

    Result<Survey> run() {
        const std::vector<ChunkRef>& chunks = file_.chunks();
        for (size_t i = 0; i < chunks.size(); ++i) {
            if (control_.cancelled && *control_.cancelled) return Error{"cancelled"};
            if (control_.progress && i % 64 == 0)
                control_.progress(0.3 * static_cast<double>(i) / static_cast<double>(chunks.size()));
            beginChunk(i);
            readChunk(chunks[i]);
        }
        finishImages();
        finishThreads();
        for (auto& [place, list] : out_.rebirths) std::sort(list.begin(), list.end());
        for (auto& [place, list] : out_.handles) std::sort(list.begin(), list.end());
        return std::move(out_);
    }

  private:
    Image& image() { return out_.images[image_]; }

    uint32_t imageOf(uint32_t serial, uint32_t pid) {
        auto [it, isNew] = imageOf_.try_emplace(serial, static_cast<uint32_t>(out_.images.size()));
        if (isNew) {
            out_.images.emplace_back();
            out_.images.back().serial = serial;
            out_.images.back().pid = pid;
        }
        return it->second;
    }

    void beginChunk(size_t index) {
        const RaddleChunk& header = file_.chunks()[index].header;
        image_ = imageOf(header.image, header.pid);
        if (out_.threads.empty() || out_.threads.back().serial != header.thread) {
            SurveyedThread thread;
            thread.serial = header.thread;
            thread.image = image_;
            thread.tid = header.tid;
            thread.beginNs = clock_.toNs(header.baseTicks);
            thread.firstChunk = index;
            out_.threads.push_back(thread);
            nextSequence_ = 0;
            started_ = false;
        }
        // Where old chunks are replaced, some are not there by design.
        if (file_.header().keepMs == 0) out_.missingChunks += header.sequence - nextSequence_;
        nextSequence_ = header.sequence + 1;
        out_.lostEvents += header.dropped;
        ++out_.threads.back().chunkCount;
        image().beginNs = std::min(image().beginNs, clock_.toNs(header.baseTicks));
    }

    void readChunk(const ChunkRef& chunk) {
        EventDecoder decoder(file_.events(chunk), chunk.header.baseTicks);
        ++chunk_;
        lastSite_ = 0;
        while (decoder.next(event_)) {
            bool hasSite =
                (event_.op >= kRaddleAcquire && event_.op <= kRaddleBarrierWait) || event_.op == kRaddleObjectWait;
            if (hasSite && !event_.isSameSite) lastSite_ = objectOf(event_.site);
            take(event_);
        }
        out_.lastNs = std::max(out_.lastNs, clock_.toNs(event_.ticks));
        if (!decoder.isBroken()) return;
        if (chunk.isCut)
            out_.cutBytes += decoder.bytesLeft() + 1;
        else
            ++out_.brokenChunks;
    }

    uint64_t objectOf(uint32_t slot) const {
        bool isDefined = slot < sites_.size() && sites_[slot].chunk == chunk_;
        return isDefined ? sites_[slot].object : 0;
    }

    void take(const Event& event) {
        int64_t now = clock_.toNs(event.ticks);
        switch (event.op) {
            case kRaddleDefineSite:
                if (event.site >= sites_.size()) sites_.resize(event.site + 1);
                sites_[event.site] = {chunk_, event.numbers[1]};
                break;
            case kRaddleObjectInit:
                rebirth(now, true);
                break;
            case kRaddleObjectDestroy:
                rebirth(now, false);
                break;
            case kRaddleImageStart:
                imageStart(event, now);
                break;
            case kRaddleImageEnd:
                image().endNs = now;
                break;
            case kRaddleModule:
                moduleLoaded(event, now);
                break;
            case kRaddleModuleGone:
                moduleGone(event.numbers[0], now);
                break;
            case kRaddleThreadStart:
                threadStart(event, now);
                break;
            case kRaddleThreadGoesOn:
                if (!started_) threadStart(event, clock_.toNs(event.numbers[4]));
                break;
            case kRaddleThreadExit:
                out_.threads.back().endNs = now;
                break;
            case kRaddleDropped:
                out_.lostEvents += event.numbers[0];
                break;
            default:
                break;
        }
    }

    void rebirth(int64_t now, bool isInit) {
        if (lastSite_ != 0) out_.rebirths[{image_, lastSite_}].push_back({now, isInit});
    }

    void imageStart(const Event& event, int64_t now) {
        image().isForked = event.numbers[0] == kRaddleStartedByFork;
        image().pid = static_cast<int64_t>(event.numbers[1] & 0x7fffffff);
        image().parentPid = static_cast<int64_t>(event.numbers[2] & 0x7fffffff);
        parentSerials_[image_] = static_cast<uint32_t>(event.numbers[3]);
        image().beginNs = now;
        image().exe = event.strings[0];
        image().command = joined(event.list);
    }

    void moduleLoaded(const Event& event, int64_t now) {
        LoadedModule module{event.numbers[0],
                            event.numbers[1],
                            event.numbers[2],
                            std::string(event.strings[0]),
                            std::string(event.strings[1]),
                            now};
        if (module.begin < module.end) image().modules.push_back(std::move(module));
    }

    void moduleGone(uint64_t begin, int64_t now) { gone_[{image_, begin}].push_back(now); }

    void threadStart(const Event& event, int64_t now) {
        started_ = true;
        SurveyedThread& thread = out_.threads.back();
        thread.tid = static_cast<int64_t>(event.numbers[0] & 0x7fffffff);
        thread.creatorSerial = static_cast<uint32_t>(event.numbers[1]);
        thread.startRoutine = event.numbers[2];
        thread.beginNs = now;
        out_.handles[{image_, event.numbers[3]}].push_back({now, thread.serial});
    }

    // Puts the images in order of begin, so that a parent's command is known before its children's.
    void finishImages() {
        std::vector<uint32_t> order(out_.images.size());
        for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
        std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
            const Image& x = out_.images[a];
            const Image& y = out_.images[b];
            return x.beginNs != y.beginNs ? x.beginNs < y.beginNs : x.serial < y.serial;
        });
        closeModules();
        for (uint32_t index : order) {
            inherit(index);
            placeInProcess(out_.images[index]);
        }
        for (uint32_t index : order) {
            const Image& image = out_.images[index];
            out_.processes[image.process.index()].endNs = image.endNs;
            out_.endless += image.endNs < 0;
        }
    }

    void closeModules() {
        for (auto& [place, times] : gone_) std::sort(times.begin(), times.end());
        for (uint32_t i = 0; i < out_.images.size(); ++i) {
            std::vector<LoadedModule>& modules = out_.images[i].modules;
            for (LoadedModule& module : modules) {
                auto times = gone_.find({i, module.begin});
                if (times == gone_.end()) continue;
                auto gone = std::lower_bound(times->second.begin(), times->second.end(), module.fromNs);
                if (gone != times->second.end()) module.untilNs = *gone;
            }
            std::sort(modules.begin(), modules.end(),
                      [](auto& a, auto& b) { return std::tie(a.begin, a.fromNs) < std::tie(b.begin, b.fromNs); });
        }
    }

    void inherit(uint32_t index) {
        Image& image = out_.images[index];
        auto serial = parentSerials_.find(index);
        if (!image.isForked || serial == parentSerials_.end()) return;
        auto parent = imageOf_.find(serial->second);
        if (parent == imageOf_.end() || parent->second == index) return;
        image.parent = parent->second;
        image.command = out_.images[parent->second].command;
        image.exe = out_.images[parent->second].exe;
    }

    // A program that exec put in place of another goes on with the same process.
    void placeInProcess(Image& image) {
        auto last = lastOfPid_.find(image.pid);
        bool goesOn = last != lastOfPid_.end() && !image.isForked && out_.images[last->second].endNs < 0;
        if (goesOn) {
            Image& before = out_.images[last->second];
            before.endNs = image.beginNs;
            before.isReplaced = true;
            image.process = before.process;
            if (!image.command.empty()) out_.processes[image.process.index()].command = image.command;
        } else {
            image.process = ProcessId{static_cast<uint32_t>(out_.processes.size())};
            Process process;
            process.pid = image.pid;
            if (auto parent = lastOfPid_.find(image.parentPid); parent != lastOfPid_.end())
                process.parent = out_.images[parent->second].process;
            process.command = image.command;
            process.beginNs = image.beginNs;
            process.endNs = -1;
            out_.processes.push_back(process);
        }
        lastOfPid_[image.pid] = static_cast<uint32_t>(&image - out_.images.data());
    }

    // Gives ids in order of begin. The thread that called exec goes on as the first one of the new image.
    void finishThreads() {
        std::vector<SurveyedThread*> order;
        for (SurveyedThread& thread : out_.threads) {
            thread.beginNs = std::max(thread.beginNs, out_.images[thread.image].beginNs);
            order.push_back(&thread);
        }
        std::sort(order.begin(), order.end(), [](const SurveyedThread* a, const SurveyedThread* b) {
            return a->beginNs != b->beginNs ? a->beginNs < b->beginNs : a->serial < b->serial;
        });
        std::map<ProcessId, const SurveyedThread*> firstOf;
        for (SurveyedThread* thread : order) {
            const Image& image = out_.images[thread->image];
            const SurveyedThread*& first = firstOf[image.process];
            bool isFirst = thread->tid == image.pid;
            bool goesOn = isFirst && first && out_.images[first->image].beginNs < image.beginNs;
            thread->id = goesOn ? first->id : ThreadId{out_.threadCount++};
            if (goesOn || (isFirst && !first)) first = thread;
        }
    }

    RecordingFile& file_;
    const TickClock& clock_;
    const ReadControl& control_;
    Survey out_;
    Event event_;
    uint32_t image_ = 0;  // of the chunk being read
    uint32_t nextSequence_ = 0;
    bool started_ = false;  // the thread of the chunk being read
    struct Site {
        uint64_t chunk;  // which defined it: slots mean nothing in the next
        uint64_t object;
    };
    uint64_t chunk_ = 0;
    uint64_t lastSite_ = 0;  // object of the last event with a site; 0: not defined
    std::vector<Site> sites_;
    std::unordered_map<uint32_t, uint32_t> imageOf_;
    std::unordered_map<int64_t, uint32_t> lastOfPid_;
    std::unordered_map<uint32_t, uint32_t> parentSerials_;                             // by image
    std::unordered_map<Survey::Place, std::vector<int64_t>, Survey::PlaceHash> gone_;  // modules, when
};

}  // namespace

namespace {

const LoadedModule* ownModuleAt(const Image& image, uint64_t address, int64_t atNs) {
    const std::vector<LoadedModule>& modules = image.modules;
    auto behind = std::upper_bound(modules.begin(), modules.end(), address,
                                   [](uint64_t a, const LoadedModule& m) { return a < m.begin; });
    // Modules that were never loaded at once may overlap; nearby ones are all that can.
    const LoadedModule* any = nullptr;
    for (int tries = 0; behind != modules.begin() && tries < 8; ++tries) {
        --behind;
        if (address >= behind->end) continue;
        if (atNs >= behind->fromNs && atNs < behind->untilNs) return &*behind;
        // A library is recorded after it was loaded.
        bool comesNext = behind->fromNs > atNs && (!any || any->fromNs < atNs || behind->fromNs < any->fromNs);
        if (!any || comesNext) any = &*behind;
    }
    return any;
}

}  // namespace

const LoadedModule* Survey::moduleAt(uint32_t image, uint64_t address, int64_t atNs) const {
    constexpr int kMostForks = 64;  // one in the other
    for (int i = 0; i < kMostForks && image != Image::kNone; ++i) {
        if (const LoadedModule* module = ownModuleAt(images[image], address, atNs)) return module;
        atNs = images[image].beginNs;
        image = images[image].parent;
    }
    return nullptr;
}

const SurveyedThread* Survey::bySerial(uint32_t serial) const {
    auto it = std::lower_bound(threads.begin(), threads.end(), serial,
                               [](const SurveyedThread& t, uint32_t s) { return t.serial < s; });
    return it != threads.end() && it->serial == serial ? &*it : nullptr;
}

const SurveyedThread* Survey::byHandle(uint32_t image, uint64_t handle, int64_t atNs) const {
    auto it = handles.find({image, handle});
    if (it == handles.end()) return nullptr;
    auto behind = std::upper_bound(it->second.begin(), it->second.end(), HandleUse{atNs, UINT32_MAX});
    return bySerial(behind == it->second.begin() ? behind->serial : std::prev(behind)->serial);
}

Survey::Incarnation Survey::incarnation(uint32_t image, uint64_t address, int64_t atNs) const {
    auto it = rebirths.find({image, address});
    if (it == rebirths.end()) return {};
    auto isBefore = [&](const Rebirth& r) { return r.isInit ? r.atNs <= atNs : r.atNs < atNs; };
    auto first = std::partition_point(it->second.begin(), it->second.end(), isBefore);
    return {static_cast<uint32_t>(first - it->second.begin()), first != it->second.end() ? first->atNs : INT64_MAX};
}

Result<Survey> survey(RecordingFile& file, const TickClock& clock, const ReadControl& control) {
    return Surveyor(file, clock, control).run();
}

}  // namespace raddle::trace
