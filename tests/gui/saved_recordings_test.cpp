#include "gui/models/recording/saved_recordings.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <random>

#include "core/support/file_system.h"
#include "gui/models/session/session.h"
#include "tests/gui/wait_for.h"
#include "tests/support/recording_generator.h"

namespace raddle::gui {
namespace {

class SavedRecordingsTest : public testing::Test {
  protected:
    SavedRecordingsTest() {
        writeRecording({.jobsPerWorker = 30});
        recording_ = makeRecording(path_, *trace::readRecording(path_.toStdString()));
        insight_ = std::make_shared<const Insight>(insightInto(recording_->timeline, recording_->tables.summary));
    }

    void writeRecording(const test::GeneratorOptions& options) {
        ASSERT_TRUE(writeFile(path_.toStdString(), test::recordingOf(test::generateTimeline(options))).ok());
    }
    Result<> save() { return saved_.save(path_, *recording_, *insight_, cancelled_); }
    QString savedFile() {
        QStringList files = QDir(folder_).entryList({"*.saved"}, QDir::Files);
        return files.size() == 1 ? folder_ + "/" + files[0] : QString();
    }
    void change(const std::function<void(QByteArray&)>& how) {
        QFile file(savedFile());
        ASSERT_TRUE(file.open(QIODevice::ReadWrite));
        QByteArray bytes = file.readAll();
        how(bytes);
        file.resize(0);
        file.seek(0);
        file.write(bytes);
    }

    QTemporaryDir dir_;
    QString path_ = dir_.filePath("run.raddle");
    QString folder_ = dir_.filePath("cache");
    SavedRecordings saved_{folder_};
    std::atomic<bool> cancelled_ = false;
    std::shared_ptr<const Recording> recording_;
    std::shared_ptr<const Insight> insight_;
};

TEST_F(SavedRecordingsTest, TimesThatNoClockGivesAreDamage) {
    for (int64_t ns : {INT64_MIN + 7, INT64_MAX - 7, int64_t{1} << 61}) {
        auto damaged = std::make_shared<Recording>(*recording_);
        damaged->timeline.threads[1].waits[0].beginNs = ns;
        EXPECT_FALSE(SavedRecordings::isSound({damaged, insight_}, cancelled_)) << ns;
        damaged->timeline.threads[1].waits[0].beginNs = 0;
        EXPECT_TRUE(SavedRecordings::isSound({damaged, insight_}, cancelled_));
        damaged->timeline.threads[1].calls[0].endNs = ns;
        EXPECT_FALSE(SavedRecordings::isSound({damaged, insight_}, cancelled_)) << ns;
    }
}

TEST_F(SavedRecordingsTest, AreAsTheyWere) {
    EXPECT_FALSE(saved_.open(path_)) << "nothing is saved yet";
    ASSERT_TRUE(save().ok());
    auto opened = saved_.open(path_);
    ASSERT_TRUE(opened);
    EXPECT_TRUE(SavedRecordings::isSound(*opened, cancelled_));
    EXPECT_EQ(opened->recording->path, path_);
    EXPECT_TRUE(opened->recording->timeline == recording_->timeline);
    EXPECT_EQ(opened->recording->index.lockWaits, recording_->index.lockWaits);
    EXPECT_EQ(opened->recording->index.threads[1].waits.spans(), recording_->index.threads[1].waits.spans());
    EXPECT_EQ(opened->recording->index.threads[1].waits.timeIn(0, 1'000'000),
              recording_->index.threads[1].waits.timeIn(0, 1'000'000));
    EXPECT_EQ(opened->recording->tables.functionWaits, recording_->tables.functionWaits);
    ASSERT_EQ(opened->insight->answers.size(), insight_->answers.size());
    EXPECT_EQ(opened->insight->answers[0].head, insight_->answers[0].head);
    EXPECT_EQ(opened->insight->analysis.path.parts, insight_->analysis.path.parts);
    EXPECT_EQ(opened->insight->spreads, insight_->spreads);
}

TEST_F(SavedRecordingsTest, BelongToOneStateOfTheFile) {
    ASSERT_TRUE(save().ok());
    writeRecording({.jobsPerWorker = 31});
    EXPECT_FALSE(saved_.open(path_));
    EXPECT_FALSE(saved_.open(dir_.filePath("none.raddle")));
}

TEST_F(SavedRecordingsTest, DamagedOnesAreNotThere) {
    ASSERT_TRUE(save().ok());
    for (qsizetype cut : {0, 1, 63, 5000}) {
        ASSERT_TRUE(save().ok());
        change([cut](QByteArray& bytes) { bytes.truncate(cut); });
        EXPECT_FALSE(saved_.open(path_)) << cut;
    }
    ASSERT_TRUE(save().ok());
    change([](QByteArray& bytes) { bytes[bytes.size() - 100] = static_cast<char>(bytes[bytes.size() - 100] ^ 1); });
    EXPECT_FALSE(saved_.open(path_));
    EXPECT_EQ(savedFile(), "") << "it is gone";
    cancelled_ = true;
    EXPECT_FALSE(save().ok());
    EXPECT_EQ(savedFile(), "");
}

// As a fuzzer found: what the sum over the head lets pass may still be no time, not that it was written in its right
// mind.
TEST_F(SavedRecordingsTest, AThreadThatEndsBeforeAllTimeIsNotFound) {
    Recording odd = *recording_;
    odd.timeline.threads[1].endNs = INT64_MIN + 1;
    ASSERT_TRUE(saved_.save(path_, odd, *insight_, cancelled_).ok());
    EXPECT_FALSE(saved_.open(path_));
    ASSERT_TRUE(save().ok());
    EXPECT_TRUE(saved_.open(path_));
}

// Events are looked through after they are shown; whatever passes can be worked with.
TEST_F(SavedRecordingsTest, DamagedEventsAreSeenOrHarmless) {
    ASSERT_TRUE(save().ok());
    QFile file(savedFile());
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    const QByteArray good = file.readAll();
    uint64_t elements = 0;
    std::memcpy(&elements, good.data() + good.size() - 24, sizeof elements);
    std::minstd_rand random(7);
    int seen = 0;
    for (int i = 0; i < 60; ++i) {
        QByteArray bytes = good;
        for (int k = 0; k < 40; ++k) bytes[static_cast<qsizetype>(random() % elements)] = static_cast<char>(random());
        change([&](QByteArray& old) { old = bytes; });
        auto opened = saved_.open(path_);
        ASSERT_TRUE(opened);
        if (!SavedRecordings::isSound(*opened, cancelled_)) {
            ++seen;
            continue;
        }
        insightInto(opened->recording->timeline, makeTables(opened->recording->timeline, {}).summary);
        makeTables(opened->recording->timeline, {TimeRange{1000, 1'000'000}, {}});
    }
    EXPECT_GT(seen, 30);
}

TEST_F(SavedRecordingsTest, TheOldestGoesWhenThereIsNoRoom) {
    ASSERT_TRUE(save().ok());
    auto size = static_cast<uint64_t>(QFileInfo(savedFile()).size());
    QString first = savedFile();
    SavedRecordings small(folder_, size * 3 / 2);
    writeRecording({.jobsPerWorker = 31});
    ASSERT_TRUE(small.save(path_, *recording_, *insight_, cancelled_).ok());
    EXPECT_FALSE(QFile::exists(first));
    EXPECT_NE(savedFile(), "");
    SavedRecordings tiny(folder_, size / 10);
    EXPECT_FALSE(tiny.save(path_, *recording_, *insight_, cancelled_).ok());
}

TEST_F(SavedRecordingsTest, ASessionShowsThemAndReadsDamagedOnesAnew) {
    ASSERT_TRUE(save().ok());
    for (bool isDamaged : {false, true}) {
        if (isDamaged) change([](QByteArray& bytes) { bytes.replace(0, 4000, QByteArray(4000, '\x7f')); });
        Session session;
        session.keepIn(saved_);
        session.open({path_});
        ASSERT_TRUE(test::waitFor([&] { return session.recording() != nullptr; }));
        ASSERT_TRUE(test::waitFor([&] { return !session.loading(); }));
        EXPECT_TRUE(session.errors().isEmpty());
        EXPECT_TRUE(session.insight());
        EXPECT_TRUE(session.timeline() == recording_->timeline);
        EXPECT_EQ(savedFile().isEmpty(), isDamaged) << "a small one is not saved again";
    }
}

}  // namespace
}  // namespace raddle::gui
