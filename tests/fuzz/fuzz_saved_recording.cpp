// Feeds what is kept of recordings to the code that opens it: the fuzzer changes a sound file; the sum over its head is
// not looked at, or little would get past it. What is found sound is worked with as the viewer does.
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <cstring>
#include <random>
#include <vector>

#include "core/support/file_system.h"
#include "gui/models/recording/saved_recordings.h"
#include "tests/support/recording_generator.h"
#include "trace/read/reader.h"

using namespace raddle;
using namespace raddle::gui;

namespace {

struct World {
    QTemporaryDir dir;
    QString path = dir.filePath("run.raddle");
    SavedRecordings saved{dir.filePath("cache")};
    QString file;
    QByteArray good;

    World() {
        std::atomic<bool> cancelled = false;
        (void)writeFile(path.toStdString(),
                        test::recordingOf(test::generateTimeline({.jobsPerWorker = 6, .deadlock = true})));
        auto recording = makeRecording(path, *trace::readRecording(path.toStdString()));
        (void)saved.save(path, *recording, insightInto(recording->timeline, recording->tables.summary), cancelled);
        QDir cache(dir.filePath("cache"));
        file = cache.filePath(cache.entryList({"*.saved"}, QDir::Files).value(0));
        QFile in(file);
        if (in.open(QIODevice::ReadOnly)) good = in.readAll();
    }
};

World& world() {
    static World one;
    return one;
}

}  // namespace

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t maxSize);

// With libFuzzer's default of 4096 bytes a part of the file is all it would ever see.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    static char longest[] = "-max_len=4000000";
    static std::vector<char*> arguments(*argv, *argv + *argc);
    arguments.insert(arguments.begin() + 1, longest);
    arguments.push_back(nullptr);
    *argc = static_cast<int>(arguments.size()) - 1;
    *argv = arguments.data();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    World& w = world();
    QByteArray bytes(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    QFile out(w.file);
    if (!out.open(QIODevice::WriteOnly | QIODevice::Truncate)) return 0;
    out.write(bytes);
    out.close();
    auto opened = w.saved.open(w.path);
    std::atomic<bool> cancelled = false;
    if (!opened || !SavedRecordings::isSound(*opened, cancelled)) return 0;
    const trace::Timeline& timeline = opened->recording->timeline;
    insightInto(timeline, makeTables(timeline, {}).summary);
    makeTables(timeline, {TimeRange{1000, 1'000'000}, {trace::ThreadId{1}}});
    return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t maxSize, unsigned int seed) {
    const QByteArray& good = world().good;
    std::minstd_rand random(seed);
    if (size < 64 || random() % 16 == 0) {
        size = std::min(maxSize, static_cast<size_t>(good.size()));
        std::memcpy(data, good.data(), size);
    }
    size_t at = random() % size, length = std::min<size_t>(size - at, 1 + random() % 16);
    LLVMFuzzerMutate(data + at, length, length);
    return size;
}
