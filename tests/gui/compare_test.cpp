#include "gui/models/tables/compare_table.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QFile>
#include <QTemporaryDir>

#include "core/support/file_system.h"
#include "gui/models/base/notes.h"
#include "tests/gui/wait_for.h"
#include "tests/support/recording_sample.h"
#include "tests/support/timeline_builder.h"

namespace raddle::gui {
namespace {

using test::TimelineBuilder;

std::shared_ptr<const Recording> run(int64_t waitNs, bool extra) {
    TimelineBuilder build(1000);
    trace::ThreadId a = build.thread("a");
    if (extra) build.hold(a, build.lock("only before"), 0, 5);
    build.wait(a, build.lock("mu"), 10, 10 + waitNs);
    build.call(a, "work", 0, 0, 900);
    return makeRecording("r", std::move(build.timeline));
}

TEST(CompareTest, AlignsByNameAndPutsTheLargestChangeFirst) {
    auto rows = compare(*run(100, true), *run(400, false));
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0].name, "mu") << "although the locks have other numbers";
    EXPECT_EQ(rows[0].changeNs(), 300);
    EXPECT_EQ(rows[1].name, "only before");
    EXPECT_EQ(rows[1].afterNs, 0);
    EXPECT_EQ(rows[2].name, "work");
    EXPECT_EQ(rows[2].changeNs(), 0);
    CompareTable table;
    QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::Fatal);
    table.show(rows);
    EXPECT_EQ(table.index(0, CompareTable::Factor).data().toString(), QString::fromUtf8("4×"));
    EXPECT_EQ(table.index(1, CompareTable::Factor).data().toString(), "gone");
    EXPECT_TRUE(table.index(0, CompareTable::Change).data().toString().startsWith("+300"));
}

TEST(NotesTest, AreKeptBesideTheRecordingAndGoneWithTheLast) {
    QTemporaryDir dir;
    QString recording = dir.filePath("run.raddle");
    EXPECT_TRUE(loadNotes(recording)->empty());
    std::vector<Note> notes{{5, "here it \"stalls\""}, {9'007'199'254'740'993, "later"}};
    EXPECT_EQ(saveNotes(recording, {notes[1], notes[0]}), "");
    EXPECT_EQ(*loadNotes(recording), notes) << "by time, and exact";
    EXPECT_EQ(saveNotes(recording, {}), "");
    EXPECT_FALSE(QFile::exists(notesPath(recording)));
    EXPECT_NE(saveNotes(dir.filePath("none/run.raddle"), notes), "");
}

TEST(NotesTest, WhatIsNotNotesIsSaid) {
    QTemporaryDir dir;
    QString recording = dir.filePath("run.raddle");
    for (const char* text : {"[", "{}", "{\"version\": 99, \"notes\": []}"}) {
        ASSERT_TRUE(writeFile(notesPath(recording).toStdString(), text).ok());
        EXPECT_FALSE(loadNotes(recording)) << text;
    }
    ASSERT_TRUE(
        writeFile(notesPath(recording).toStdString(), "{\"version\": 1, \"notes\": [3, {\"at_ns\": \"x\"}]}").ok());
    EXPECT_EQ(loadNotes(recording)->size(), 2u) << "odd entries do no harm";
}

TEST(FollowTest, AGrowingRecordingIsReadAgainInItsPlace) {
    QTemporaryDir dir;
    std::string path = dir.filePath("run.raddle").toStdString();
    std::string whole = test::sampleRecording().bytes();
    test::RecordingWriter started;
    started.chunk(1, 1, 100, 100);
    ASSERT_TRUE(writeFile(path, started.bytes()).ok());
    Session session;
    session.open({QString::fromStdString(path)});
    ASSERT_TRUE(test::waitFor([&] { return !session.loading(); }));
    ASSERT_TRUE(session.recording()) << session.errors().join(' ').toStdString();
    ASSERT_FALSE(session.recording()->timeline.complete);
    auto before = session.recording();
    int changes = 0;
    QObject::connect(&session, &Session::recordingChanged, &session, [&] { ++changes; });
    session.follow();
    ASSERT_TRUE(writeFile(path, whole).ok());
    ASSERT_TRUE(test::waitFor([&] { return changes > 0 && !session.loading(); }));
    EXPECT_NE(session.recording(), before);
    EXPECT_GT(session.recording()->timeline.events, before->timeline.events);
    EXPECT_EQ(session.recordings().size(), 1u);
    EXPECT_TRUE(session.insight());
}

}  // namespace
}  // namespace raddle::gui
