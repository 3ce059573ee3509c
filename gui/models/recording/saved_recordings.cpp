#include "gui/models/recording/saved_recordings.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QStorageInfo>
#include <algorithm>
#include <future>
#include <set>

#include "core/archive/archive.h"
#include "core/support/file_system.h"

namespace raddle::gui {
namespace {

using namespace trace;

constexpr uint64_t kMostResident = uint64_t{900} << 20;
constexpr char kMagic[8] = {'r', 'a', 'd', 'd', 'l', 'e', 'V', '1'};
constexpr int kHeaderOfRecording = 4096;
constexpr size_t kPiece = size_t{8} << 20;  // written at a time

// The last bytes of a file.
struct Trailer {
    char magic[8];
    uint64_t shape;         // of what is in the archive
    uint64_t elementsSize;  // from the begin of the file
    uint64_t headSize;
    uint64_t headSum;
};

// A program or library as it was when its names were read.
struct ModuleState {
    std::string path;
    int64_t size = 0;
    int64_t changedMs = 0;

    bool operator==(const ModuleState&) const = default;
};

// Everything of a recording but its path.
struct Saved {
    std::vector<ModuleState> modules;
    Timeline timeline;
    Tables tables;
    TimelineIndex index;
    Insight insight;
};

uint64_t sumOf(std::string_view bytes) {
    uint64_t sum = 14695981039346656037u;
    auto mix = [&sum](uint64_t word) {
        sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
        sum ^= sum >> 29;
    };
    size_t i = 0;
    for (; i + sizeof(uint64_t) <= bytes.size(); i += sizeof(uint64_t)) {
        uint64_t word = 0;
        std::memcpy(&word, bytes.data() + i, sizeof word);
        mix(word);
    }
    for (; i < bytes.size(); ++i) mix(static_cast<unsigned char>(bytes[i]));
    return sum;
}

ModuleState stateOf(const QString& path) {
    QFileInfo info(path);
    return {path.toStdString(), info.size(), info.lastModified().toMSecsSinceEpoch()};
}

std::vector<ModuleState> modulesOf(const Timeline& timeline) {
    std::set<std::string> paths;
    for (const Function& function : timeline.functions)
        if (!function.module.empty()) paths.insert(function.module);
    std::vector<ModuleState> states;
    for (const std::string& path : paths) states.push_back(stateOf(QString::fromStdString(path)));
    return states;
}

// Whether ids name something that is there, or nothing.
struct IsKnown {
    const Timeline& timeline;

    template <class T, class Tag>
    static bool within(const std::vector<T>& list, Id<Tag> id) {
        return !id.valid() || id.index() < list.size();
    }
    bool operator()(ProcessId id) const { return within(timeline.processes, id); }
    bool operator()(ThreadId id) const { return within(timeline.threads, id); }
    bool operator()(LockId id) const { return within(timeline.locks, id); }
    bool operator()(ObjectId id) const { return within(timeline.objects, id); }
    bool operator()(StackId id) const { return within(timeline.stacks, id); }
    bool operator()(FunctionId id) const { return within(timeline.functions, id); }
};

template <class T, class IsGood>
bool all(const T& list, IsGood isGood) {
    return std::all_of(list.begin(), list.end(), isGood);
}

bool isSoundTrack(const SpanTrack& track, size_t items) {
    int64_t before = INT64_MIN;
    for (const Span& span : track.spans()) {
        if (span.beginNs < before || span.endNs <= span.beginNs || span.category >= kCategories || span.item >= items)
            return false;
        before = span.endNs;
    }
    return true;
}

// As a clock can give it, so that differences are numbers.
bool isTime(int64_t ns) {
    constexpr int64_t kMost = int64_t{1} << 60;
    return ns >= -kMost && ns <= kMost;
}

template <class T>
bool hasSoundTimes(const T& stretch) {
    return isTime(stretch.beginNs) && isTime(stretch.endNs);
}

bool isSoundThread(const Timeline& timeline, const Thread& thread, const ThreadTracks& tracks) {
    IsKnown known{timeline};
    auto tracksOf = [](const std::vector<SpanTrack>& list, size_t items) {
        return all(list, [items](const SpanTrack& track) { return isSoundTrack(track, items); });
    };
    return all(thread.waits,
               [&](const Wait& wait) {
                   return archive::isSound(wait, known) && hasSoundTimes(wait) &&
                          (wait.kind != WaitKind::lock || wait.lock.valid());
               }) &&
           all(thread.holds,
               [&](const Hold& hold) {
                   return hold.lock.valid() && archive::isSound(hold, known) && hasSoundTimes(hold);
               }) &&
           all(thread.calls,
               [&](const Call& call) {
                   return call.function.valid() && archive::isSound(call, known) && hasSoundTimes(call);
               }) &&
           all(thread.countedCalls,
               [&](const CountedCalls& calls) { return calls.function.valid() && archive::isSound(calls, known); }) &&
           archive::isSound(thread.signals, known) && archive::isSound(thread.samples, known) &&
           archive::isSound(thread.regions, known) &&
           all(thread.regions, [](const Region& region) { return hasSoundTimes(region); }) &&
           all(thread.signals, [](const Signal& signal) { return isTime(signal.atNs); }) &&
           all(thread.samples, [](const Sample& sample) { return isTime(sample.atNs) && isTime(sample.weightNs); }) &&
           isSoundTrack(tracks.waits, thread.waits.size()) && tracksOf(tracks.holds, thread.holds.size()) &&
           tracksOf(tracks.calls, thread.calls.size()) && isSoundTrack(tracks.samples, thread.samples.size()) &&
           tracksOf(tracks.regions, thread.regions.size());
}

bool isSoundLock(const Timeline& timeline, const LockTracks& lock) {
    auto isHold = [&](const EventRef& ref) {
        return ref.thread.index() < timeline.threads.size() &&
               ref.index < timeline.threads[ref.thread.index()].holds.size();
    };
    auto isWait = [&](const EventRef& ref) {
        return ref.thread.index() < timeline.threads.size() &&
               ref.index < timeline.threads[ref.thread.index()].waits.size();
    };
    return all(lock.holders, isHold) && all(lock.waits, isWait) && isSoundTrack(lock.held, lock.holders.size()) &&
           isSoundTrack(lock.waiting, 1);
}

// What is small: everything but events.
bool isSoundHead(const Saved& saved) {
    const Timeline& t = saved.timeline;
    IsKnown known{t};
    auto isWait = [&](ThreadId thread, uint32_t wait) {
        return thread.index() < t.threads.size() && wait < t.threads[thread.index()].waits.size();
    };
    bool isHeadOfThreads = all(t.threads, [&](const Thread& thread) {
        return known(thread.process) && known(thread.creator) && known(thread.createdAt) && known(thread.entry) &&
               hasSoundTimes(thread) && isTime(thread.createdNs) && isTime(thread.cpuNs) && isTime(thread.queuedNs);
    });
    const Analysis& analysis = saved.insight.analysis;
    return isHeadOfThreads && isTime(t.durationNs) && all(t.processes, hasSoundTimes<Process>) &&
           archive::isSound(t.processes, known) && archive::isSound(t.locks, known) &&
           archive::isSound(t.objects, known) && archive::isSound(t.stacks, known) && archive::isSound(t.tsan, known) &&
           archive::isSound(saved.tables, known) && saved.index.threads.size() == t.threads.size() &&
           saved.index.locks.size() == t.locks.size() && saved.index.running.size() == kRunningBuckets &&
           saved.tables.functionWaits.size() == t.functions.size() &&
           saved.tables.mostlyHeldIn.size() == t.locks.size() && saved.insight.spreads.size() == t.locks.size() &&
           saved.insight.path.size() == t.threads.size() && archive::isSound(saved.insight.answers, known) &&
           archive::isSound(saved.insight.inversions, known) && archive::isSound(analysis.causes, known) &&
           analysis.causes.threadTimes.size() == t.threads.size() && archive::isSound(analysis.order, known) &&
           archive::isSound(analysis.convoys, known) && archive::isSound(analysis.upkeep, known) &&
           archive::isSound(analysis.whatIfs, known) && archive::isSound(analysis.parallelism, known) &&
           archive::isSound(analysis.path.locks, known) &&
           all(analysis.starvation, [&](const Starvation& s) { return known(s.lock) && isWait(s.thread, s.wait); }) &&
           all(saved.insight.answers, [&](const Answer& answer) {
               return (!answer.wait || isWait(answer.wait->thread, answer.wait->index)) &&
                      answer.deadlock.value_or(0) <= saved.tables.summary.deadlocks.size() &&
                      answer.inversion.value_or(0) <= analysis.order.inversions.size();
           });
}

// The archive's parts in a file that is mapped; nothing when it is none of this viewer's.
std::optional<std::pair<std::string_view, std::string_view>> partsOf(std::string_view bytes) {
    Trailer trailer;
    if (bytes.size() < sizeof trailer) return std::nullopt;
    size_t room = bytes.size() - sizeof trailer;
    std::memcpy(&trailer, bytes.data() + room, sizeof trailer);
    if (std::memcmp(trailer.magic, kMagic, sizeof kMagic) != 0 || trailer.shape != archive::shapeOf<Saved>())
        return std::nullopt;
    if (trailer.elementsSize > room || trailer.headSize != room - trailer.elementsSize) return std::nullopt;
    std::string_view head = bytes.substr(trailer.elementsSize, trailer.headSize);
#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    if (sumOf(head) != trailer.headSum) return std::nullopt;
#endif
    return std::pair(bytes.substr(0, trailer.elementsSize), head);
}

QByteArray bytesOf(int64_t number) {
    return QByteArray(reinterpret_cast<const char*>(&number), sizeof number);
}

// By when they were opened last.
QFileInfoList savedIn(const QString& folder) {
    return QDir(folder).entryInfoList({QStringLiteral("*.saved")}, QDir::Files, QDir::Time | QDir::Reversed);
}

uint64_t estimatedSize(const Recording& recording) {
    uint64_t size = 0;
    for (const Thread& thread : recording.timeline.threads)
        size += thread.waits.size() * (sizeof(Wait) + 2 * sizeof(Span)) +
                thread.holds.size() * (sizeof(Hold) + 2 * sizeof(Span)) +
                thread.calls.size() * (sizeof(Call) + sizeof(Span)) +
                thread.samples.size() * (sizeof(Sample) + sizeof(Span));
    return size + size / 8;
}

// So that there is room for one of `size` bytes; false when there cannot be.
bool makeRoom(const QString& folder, uint64_t size, uint64_t limit) {
    auto available = static_cast<uint64_t>(std::max<qint64>(QStorageInfo(folder).bytesAvailable(), 0));
    if (size > limit || size > available / 4 * 3) return false;
    uint64_t sum = size;
    QFileInfoList files = savedIn(folder);
    for (const QFileInfo& file : files) sum += static_cast<uint64_t>(file.size());
    for (const QFileInfo& file : files) {
        if (sum <= limit) break;
        if (QFile::remove(file.filePath())) sum -= static_cast<uint64_t>(file.size());
    }
    return sum <= limit;
}

}  // namespace

QString SavedRecordings::fileOf(const QString& path) const {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return {};
    ModuleState recording = stateOf(path), viewer = stateOf(QStringLiteral("/proc/self/exe"));
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (int64_t number : {recording.size, recording.changedMs, viewer.size, viewer.changedMs})
        hash.addData(bytesOf(number));
    hash.addData(file.read(kHeaderOfRecording));
    return folder_ + QLatin1Char('/') + QString::fromLatin1(hash.result().toHex().left(32)) + QStringLiteral(".saved");
}

std::optional<OpenedRecording> SavedRecordings::open(const QString& path) const {
    QString name = fileOf(path);
    if (name.isEmpty() || !QFile::exists(name)) return std::nullopt;
    auto file = archive::MappedFile::open(name.toStdString(), kMostResident);
    if (!file) return std::nullopt;
    Saved saved;
    auto parts = partsOf((*file)->bytes());
    bool isGood = false;
    if (parts) {
        archive::Reader reader(parts->first, parts->second);
        reader.get(saved);
        isGood = reader.ok() && reader.atEnd() && isSoundHead(saved);
    }
    if (!isGood) {
        QFile::remove(name);
        return std::nullopt;
    }
    if (saved.modules != modulesOf(saved.timeline)) return std::nullopt;
    QFile used(name);
    if (used.open(QIODevice::Append)) used.setFileTime(QDateTime::currentDateTime(), QFileDevice::FileModificationTime);
    auto recording = std::make_shared<Recording>();
    recording->path = path;
    recording->timeline = std::move(saved.timeline);
    recording->tables = std::move(saved.tables);
    recording->index = std::move(saved.index);
    recording->file = std::move(*file);
    // Its lists are lent from the same file.
    auto insight = std::shared_ptr<Insight>(new Insight(std::move(saved.insight)),
                                            [keep = recording->file](Insight* old) { delete old; });
    return OpenedRecording{std::move(recording), std::move(insight)};
}

bool SavedRecordings::isSound(const OpenedRecording& opened, const std::atomic<bool>& cancelled) {
    const Recording& recording = *opened.recording;
    const Timeline& timeline = recording.timeline;
    auto threads = std::async(std::launch::async, [&] {
        for (size_t i = 0; i < timeline.threads.size() && !cancelled; ++i)
            if (!isSoundThread(timeline, timeline.threads[i], recording.index.threads[i])) return false;
        return true;
    });
    auto isWait = [&](const auto& part) {
        return part.thread.index() < timeline.threads.size() &&
               (part.wait == UINT32_MAX || part.wait < timeline.threads[part.thread.index()].waits.size());
    };
    bool isGood = all(recording.index.locks, [&](const LockTracks& lock) { return isSoundLock(timeline, lock); }) &&
                  all(recording.index.lockWaits,
                      [&](const EventRef& ref) {
                          return ref.thread.index() < timeline.threads.size() &&
                                 ref.index < timeline.threads[ref.thread.index()].waits.size();
                      }) &&
                  archive::isSound(opened.insight->analysis.path.parts, IsKnown{timeline}) &&
                  all(opened.insight->analysis.path.parts, isWait) &&
                  all(opened.insight->path, [&](const SpanTrack& track) {
                      return isSoundTrack(track, opened.insight->analysis.path.parts.size());
                  });
    return threads.get() && isGood;
}

void SavedRecordings::remove(const QString& path) const {
    if (QString name = fileOf(path); !name.isEmpty()) QFile::remove(name);
}

Result<> SavedRecordings::save(const QString& path, const Recording& recording, const Insight& insight,
                               const std::atomic<bool>& cancelled) const {
    QString name = fileOf(path);
    if (name.isEmpty()) return Error{"cannot be read", path.toStdString()};
    if (!QDir().mkpath(folder_)) return Error{"cannot be made", folder_.toStdString()};
    if (!makeRoom(folder_, estimatedSize(recording), limit_)) return Error{"has no room", folder_.toStdString()};
    FileWriter file = TRY(FileWriter::open(name.toStdString()));
    archive::Writer writer([&](const char* bytes, size_t size) {
        for (size_t at = 0; at < size && !cancelled; at += kPiece)
            file.write(std::string_view(bytes + at, std::min(kPiece, size - at)));
    });
    writer.put(modulesOf(recording.timeline));
    writer.put(recording.timeline);
    writer.put(recording.tables);
    writer.put(recording.index);
    writer.put(insight);
    Trailer trailer{{}, archive::shapeOf<Saved>(), writer.written(), writer.head().size(), sumOf(writer.head())};
    std::memcpy(trailer.magic, kMagic, sizeof kMagic);
    file.write(writer.head());
    file.write(std::string_view(reinterpret_cast<const char*>(&trailer), sizeof trailer));
    // What was read while the file changed is of neither state.
    if (cancelled || fileOf(path) != name) return Error{"cancelled", path.toStdString()};
    return file.commit();
}

}  // namespace raddle::gui
