#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "tests/instrument/run.h"

namespace raddle::test {
namespace {

std::vector<DecodedEvent> imagesStarted(const Recording& recording) {
    return recording.all(kRaddleImageStart);
}

TEST(Processes, DescribeThemselves) {
    const Recording recording = recordScenario("processes", "_exit");
    const auto images = imagesStarted(recording);
    ASSERT_EQ(images.size(), 1u);
    EXPECT_EQ(images[0].strings.at(0), subject("processes"));
    EXPECT_EQ(images[0].strings.at(1), std::filesystem::current_path().string());
    EXPECT_EQ(images[0].strings.at(2), subject("processes"));
    EXPECT_EQ(images[0].strings.at(3), "_exit");
    EXPECT_EQ(images[0].numbers[1], recording.header.rootPid);
    const auto modules = recording.all(kRaddleModule);
    ASSERT_GE(modules.size(), 3u);
    EXPECT_EQ(modules[0].strings[1], subject("processes"));
    EXPECT_TRUE(std::any_of(modules.begin(), modules.end(), [](const DecodedEvent& module) {
        return module.strings[1].find("libc.so.6") != std::string::npos && module.strings[0].size() == 20;
    }));
}

TEST(Processes, EndsAreKnown) {
    Recording recording = recordScenario("processes", "_exit");
    EXPECT_EQ(recording.all(kRaddleImageEnd).at(0).numbers[0], 7u);
    EXPECT_EQ(recording.header.endKind, static_cast<uint32_t>(kRaddleExited));
    EXPECT_EQ(recording.header.endStatus, 7u);
    recording = recordScenario("processes", "aborts");
    EXPECT_EQ(recording.count(kRaddleImageEnd), 0u);
    EXPECT_EQ(recording.count(kRaddleRelease), 10u);
    EXPECT_EQ(recording.header.endKind, static_cast<uint32_t>(kRaddleSignalled));
    EXPECT_EQ(recording.header.endStatus, 6u);
}

TEST(Processes, KilledOnesLoseNothing) {
    const Recording recording = recordScenario("processes", "killed");
    EXPECT_EQ(recording.count(kRaddleAcquire), 100000u);
    EXPECT_EQ(recording.count(kRaddleRelease), 100000u);
}

TEST(Processes, ExecBeginsANewImage) {
    const Recording recording = recordScenario("processes", "replaced");
    const auto images = imagesStarted(recording);
    ASSERT_EQ(images.size(), 2u);
    EXPECT_EQ(images[0].numbers[1], images[1].numbers[1]);
    EXPECT_NE(images[1].strings[0], images[0].strings[0]);
    EXPECT_EQ(recording.count(kRaddleImageEnd), 1u);
}

TEST(Processes, ForkWithLocksHeld) {
    const Recording recording = recordScenario("processes", "forks");
    const auto images = imagesStarted(recording);
    ASSERT_EQ(images.size(), 2u);
    EXPECT_EQ(images[1].numbers[0], static_cast<uint64_t>(kRaddleStartedByFork));
    EXPECT_EQ(images[1].numbers[3], 1u);
    EXPECT_EQ(recording.all(kRaddleFork).at(0).numbers[0], images[1].numbers[1]);
    const auto child = std::find_if(recording.threads.begin(), recording.threads.end(),
                                    [](const auto& thread) { return thread.second.image == 2; });
    ASSERT_NE(child, recording.threads.end());
    EXPECT_EQ(child->second.count(kRaddleAcquire), 10u);
    EXPECT_EQ(child->second.count(kRaddleRelease), 11u);
    EXPECT_EQ(child->second.all(kRaddleImageEnd).at(0).numbers[0], 5u);
}

TEST(Processes, ForkBehindTheLibrarysBack) {
    const Recording recording = recordScenario("processes", "raw-fork");
    ASSERT_EQ(recording.threads.size(), 2u);
    EXPECT_EQ(recording.threads.at(1).count(kRaddleRelease), 40u);
    EXPECT_EQ(recording.threads.at(2).count(kRaddleRelease), 20u);
}

TEST(Processes, SpawnAndVfork) {
    const Recording recording = recordScenario("processes", "spawns");
    EXPECT_EQ(imagesStarted(recording).size(), 2u);
    EXPECT_EQ(recording.threads.at(1).count(kRaddleRelease), 10u);
    EXPECT_EQ(recording.threads.at(1).count(kRaddleImageEnd), 1u);
}

TEST(Processes, LibrariesComeAndGo) {
    const Recording recording = recordScenario("processes", "loads-libraries");
    const DecodedThread& main = recording.threads.at(1);
    size_t loaded = 0;
    for (size_t i = 0; i < main.events.size(); ++i) {
        const DecodedEvent& module = main.events[i];
        if (module.op != kRaddleModule || module.strings[1].find("subject_plugin") == std::string::npos) continue;
        ++loaded;
        const auto gone = std::find_if(main.events.begin() + static_cast<std::ptrdiff_t>(i), main.events.end(),
                                       [](const DecodedEvent& event) { return event.op == kRaddleModuleGone; });
        ASSERT_NE(gone, main.events.end());
        EXPECT_EQ(gone->numbers[0], module.numbers[1]);
    }
    EXPECT_EQ(loaded, 2u);
    EXPECT_EQ(main.count(kRaddleRelease), 2u);
}

TEST(Processes, DaemonsAndTheirLibrarysForks) {
    const TemporaryFolder folder;
    const std::string file = folder / "r";
    EXPECT_EQ(run({raddle(), "record", "-o", file, "--", subject("processes"), "becomes-daemon"}).status, 0);
    Recording recording = decode(file);
    EXPECT_EQ(recording.header.endKind, static_cast<uint32_t>(kRaddleExited));
    // The daemon goes on recording after its launcher has left. (Its parent ended inside the C library.)
    for (int tries = 0; tries < 5000 && recording.count(kRaddleImageEnd) < 1; ++tries) {
        usleep(1000);
        recording = decode(file);
    }
    ASSERT_EQ(imagesStarted(recording).size(), 2u);
    EXPECT_EQ(recording.threads.at(1).count(kRaddleRelease), 10u);
    EXPECT_EQ(recording.threads.at(2).count(kRaddleRelease), 20u);
    EXPECT_EQ(recording.all(kRaddleImageEnd).at(0).numbers[0], 8u);
}

TEST(Processes, ChildrenThatGoOnAreSaid) {
    const TemporaryFolder folder;
    const std::string file = folder / "r";
    const Outcome outcome = run({raddle(), "record", "-o", file, "--", subject("processes"), "leaves-child"});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_NE(outcome.err.find("in 2 processes, 1 of them still running"), std::string::npos) << outcome.err;
    EXPECT_EQ(decode(file).header.liveProcesses, 1u);
}

TEST(Processes, FewDescriptors) {
    const Recording recording = recordScenario("processes", "few-descriptors");
    EXPECT_EQ(recording.threads.at(1).count(kRaddleRelease), 200000u);
    EXPECT_EQ(recording.header.droppedEvents, 0u);
}

TEST(Processes, ManyLevels) {
    const TemporaryFolder folder;
    const Outcome outcome = run({raddle(), "record", "-o", folder / "r", "--", "sh", "-c",
                                 "for i in 1 2 3; do (ls / | sort | head -1); done; exit 9"});
    EXPECT_EQ(outcome.status, 9);
    EXPECT_NE(outcome.err.find("processes"), std::string::npos);
    EXPECT_GE(imagesStarted(decode(folder / "r")).size(), 10u);
}

}  // namespace
}  // namespace raddle::test
