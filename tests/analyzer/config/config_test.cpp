#include "analyzer/config/config.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "analyzer/config/words.h"
#include "core/support/file_system.h"

namespace raddle::config {
namespace {

using models::Effect;
using models::Model;

models::Library libraryOf(const std::string& text) {
    Result<Config> config = parseConfig(text, "f.yaml");
    if (!config.ok()) {
        ADD_FAILURE() << toString(config.error());
        return {};
    }
    return std::move(config->models);
}

std::string errorOf(const std::string& text) {
    Result<Config> config = parseConfig(text, "f.yaml");
    return config.ok() ? "no error" : toString(config.error());
}

TEST(ConfigFile, NothingInItIsNoError) {
    EXPECT_NE(libraryOf("").find("pthread_mutex_lock"), nullptr);
    EXPECT_EQ(libraryOf("# nothing yet\n").find("f"), nullptr);
}

TEST(ConfigFile, LocksByArgument) {
    const models::Library library = libraryOf(
        "functions:\n"
        "  take: {effect: acquire, lock: 1, mode: shared, kind: rwlock}\n"
        "  Mutex::try_it: {effect: acquire, lock: this, success: true, timed: true}\n"
        "  give: {effect: release, lock: 1}\n");
    const Model* take = library.find("take");
    ASSERT_NE(take, nullptr);
    EXPECT_EQ(take->effect, Effect::acquire);
    EXPECT_EQ(take->object, 1);
    EXPECT_EQ(take->mode, ir::LockMode::shared);
    EXPECT_EQ(take->lockKind, ir::LockKind::rwlock);
    EXPECT_EQ(take->attempt, ir::Attempt::must);
    EXPECT_EQ(take->lockName, "");
    const Model* tries = library.find("Mutex::try_it");
    ASSERT_NE(tries, nullptr);
    EXPECT_EQ(tries->object, models::kThis);
    EXPECT_EQ(tries->attempt, ir::Attempt::timed);
    EXPECT_EQ(tries->success, 1);
    EXPECT_EQ(library.find("give")->effect, Effect::release);
}

TEST(ConfigFile, LocksByName) {
    const models::Library library = libraryOf(
        "functions:\n"
        "  enter: {effect: acquire, global: the big lock}\n"
        "  begin: atomic_begin\n"
        "  alone_*: {effect: atomic, global: the big lock}\n");
    EXPECT_EQ(library.find("enter")->lockName, "the big lock");
    EXPECT_EQ(library.find("begin")->lockName, "atomic region");
    EXPECT_EQ(library.find("alone_at_last")->lockName, "the big lock");
    EXPECT_EQ(library.find("alone_at_last")->effect, Effect::runAtomically);
}

TEST(ConfigFile, WholeNamesGoBeforePrefixesAndLongOnesBeforeShortOnes) {
    const models::Library library = libraryOf(
        "functions:\n"
        "  f_*: pure\n"
        "  f_ex*: noreturn\n"
        "  f_exit: thread_exit\n"
        "  pthread_mutex_lock: pure\n");
    EXPECT_EQ(library.find("f_one")->effect, Effect::pure);
    EXPECT_EQ(library.find("f_extra")->effect, Effect::stop);
    EXPECT_EQ(library.find("f_exit")->effect, Effect::exitThread);
    EXPECT_EQ(library.find("f"), nullptr);
    EXPECT_EQ(library.find("pthread_mutex_lock")->effect, Effect::pure);
    EXPECT_EQ(library.find("pthread_mutex_unlock")->effect, Effect::release);
}

TEST(ConfigFile, Threads) {
    const models::Library library = libraryOf(
        "functions:\n"
        "  start: {effect: spawn, handle: result, entry: 1, argument: 2, position: 1}\n"
        "  go: {effect: spawn, handle: 0, entry: 1}\n"
        "  end: {effect: join, handle: 0}\n"
        "  later: {effect: post, entry: 0, argument: 1}\n");
    const Model* start = library.find("start");
    EXPECT_EQ(start->object, models::kNone);
    EXPECT_EQ(start->callback, 1);
    EXPECT_EQ(start->argument, 2);
    EXPECT_EQ(start->position, 1);
    EXPECT_EQ(library.find("go")->object, 0);
    EXPECT_EQ(library.find("go")->argument, models::kAllThatFollow);
    EXPECT_EQ(library.find("end")->effect, Effect::join);
    EXPECT_EQ(library.find("later")->effect, Effect::spawn);
}

TEST(ConfigFile, Types) {
    const models::Library library = libraryOf(
        "types:\n"
        "  spin_t: spin\n"
        "  Locker: guard\n"
        "  ns::ReadLocker: shared_guard\n"
        "  event_t: synchronisation\n");
    EXPECT_EQ(library.lockKindOf("spin_t"), ir::LockKind::spin);
    EXPECT_EQ(library.lockKindOf("pthread_mutex_t"), ir::LockKind::mutex);
    ASSERT_NE(library.findGuard("ns::ReadLocker"), nullptr);
    EXPECT_EQ(library.findGuard("ns::ReadLocker")->mode, ir::LockMode::shared);
    EXPECT_EQ(library.findGuard("Locker")->mode, ir::LockMode::exclusive);
    EXPECT_TRUE(library.isSynchronisationType("event_t"));
    EXPECT_EQ(library.lockKindOf("event_t"), ir::LockKind::none);
    EXPECT_FALSE(library.isSynchronisationType("other_t"));
}

TEST(ConfigPolicy, RulesReportAndExclude) {
    Result<Config> config = parseConfig(
        "rules:\n  race-*: off\n  race-volatile: error\n  deadlock-self: on\n"
        "report: {fail-on: none, min-evidence: likely, baseline: ci/b.json}\n"
        "exclude: [third_party, \"*_test.c\"]\n",
        "/src/p/.raddle.yaml");
    ASSERT_TRUE(config.ok()) << toString(config.error());
    const triage::Policy& policy = config->policy;
    ASSERT_EQ(policy.rules.size(), 3u);
    EXPECT_FALSE(policy.rules[0].isOn);
    EXPECT_EQ(policy.rules[0].at, (SourceLocation{"/src/p/.raddle.yaml", 2, 3}));
    EXPECT_EQ(policy.rules[1].severity, Severity::error);
    EXPECT_TRUE(policy.rules[2].isOn);
    EXPECT_EQ(policy.failOn, "none");
    EXPECT_EQ(policy.minEvidence, Evidence::likely);
    EXPECT_EQ(policy.baseline, "/src/p/ci/b.json");
    EXPECT_EQ(policy.root, "/src/p");
    ASSERT_EQ(policy.excluded.size(), 2u);
    EXPECT_EQ(policy.excluded[1].pattern, "*_test.c");
}

TEST(ConfigPolicy, MistakesNameThePlace) {
    EXPECT_EQ(errorOf("rules:\n  race-volatil: off\n"),
              "f.yaml:2:3: unknown rule 'race-volatil': did you mean 'race-volatile'?");
    EXPECT_EQ(errorOf("rules:\n  rice-*: off\n"), "f.yaml:2:3: 'rice-*' matches no rule");
    EXPECT_EQ(errorOf("rules:\n  race-volatile: warnin\n"),
              "f.yaml:2:18: unknown setting of a rule 'warnin': did you mean 'warning'?");
    EXPECT_EQ(errorOf("rules: [race-volatile]\n"), "f.yaml:1:8: not a map of rules and how they are taken");
    EXPECT_EQ(errorOf("rules:\n  race-*: off\n  race-*: on\n"), "f.yaml:3:3: 'race-*' stands here twice");
    EXPECT_EQ(errorOf("report: {failon: none}\n"), "f.yaml:1:10: unknown key 'failon': did you mean 'fail-on'?");
    EXPECT_EQ(errorOf("report: {fail-on: sometimes}\n"),
              "f.yaml:1:19: unknown level 'sometimes': 'assumed', 'likely', 'definite' or 'none' expected");
    EXPECT_EQ(errorOf("report: {min-evidence: [likely]}\n"), "f.yaml:1:24: not a single evidence");
    EXPECT_EQ(errorOf("report: {baseline: }\n"), "f.yaml:1:20: not the name of a file");
    EXPECT_EQ(errorOf("exclude: third_party\n"), "f.yaml:1:10: not a list of paths");
    EXPECT_EQ(errorOf("exclude: [a, {b: c}]\n"), "f.yaml:1:14: not a path");
}

TEST(ConfigPolicy, WhatIsDumpedMeansTheSame) {
    const std::string text =
        "functions:\n  take: {effect: acquire, lock: 0}\ntypes: {g: guard}\n"
        "rules: {race-*: off, deadlock-self: note}\nreport: {baseline: b.json}\nexclude: [x, \"a: b\"]\n";
    Result<std::string> dumped = dumpConfig(text, "/p/f.yaml");
    ASSERT_TRUE(dumped.ok()) << toString(dumped.error());
    EXPECT_NE(dumped->find("race-volatile: off\n"), std::string::npos) << *dumped;
    EXPECT_NE(dumped->find("deadlock-self: note\n"), std::string::npos);
    EXPECT_NE(dumped->find("fail-on: likely\n"), std::string::npos);
    EXPECT_NE(dumped->find("baseline: b.json\n"), std::string::npos);
    Result<std::string> again = dumpConfig(*dumped, "/p/f.yaml");
    ASSERT_TRUE(again.ok()) << toString(again.error());
    EXPECT_EQ(*again, *dumped);
    EXPECT_TRUE(dumpConfig("", "f.yaml").ok());
    EXPECT_FALSE(dumpConfig("x: y", "f.yaml").ok());
}

TEST(Config, EntryPointsAreListedAndPartOfTheMeaning) {
    Result<Config> config = parseConfig("entry-points: [queue_*, 'ns::Queue::push']\n", "/p/f.yaml");
    ASSERT_TRUE(config.ok()) << toString(config.error());
    EXPECT_EQ(config->entryPoints, (std::vector<std::string>{"queue_*", "ns::Queue::push"}));
    EXPECT_NE(config->text.find("queue_*"), std::string::npos);
    EXPECT_EQ(errorOf("entry-points: queue_*\n"), "f.yaml:1:15: not a list of functions");
    EXPECT_EQ(errorOf("entry-points: [a, '']\n"), "f.yaml:1:19: not the name of a function");
}

TEST(ConfigErrors, NameThePlace) {
    EXPECT_EQ(errorOf("functions:\n  f: [1\n"), "f.yaml:3:1: end of sequence flow not found");
    EXPECT_EQ(errorOf("functions: 3\n"), "f.yaml:1:12: not a map of functions and what they do");
    EXPECT_EQ(errorOf("- a\n"), "f.yaml:1:1: not a map of the sections of a configuration");
    EXPECT_EQ(errorOf("functions:\n  f: pure\n  f: pure\n"), "f.yaml:3:3: 'f' stands here twice");
    EXPECT_EQ(errorOf("functions:\n  f: {lock: 0}\n"), "f.yaml:2:6: has no 'effect'");
}

TEST(ConfigErrors, SuggestWhatWasMeant) {
    EXPECT_EQ(errorOf("function:\n  f: pure\n"), "f.yaml:1:1: unknown section 'function': did you mean 'functions'?");
    EXPECT_EQ(errorOf("functions:\n  f: aquire\n"), "f.yaml:2:6: unknown effect 'aquire': did you mean 'acquire'?");
    EXPECT_EQ(errorOf("functions:\n  f: {effect: release, lok: 0}\n"),
              "f.yaml:2:24: unknown key 'lok': did you mean 'lock'?");
    EXPECT_EQ(errorOf("functions:\n  f: {effect: release, everything: 0}\n"),
              "f.yaml:2:24: unknown key 'everything': 'lock' or 'global' expected");
    EXPECT_EQ(errorOf("types:\n  t: mutx\n"), "f.yaml:2:6: unknown kind of type 'mutx': did you mean 'mutex'?");
}

TEST(ConfigErrors, SayWhatIsMissingOrTooMuch) {
    EXPECT_EQ(errorOf("functions:\n  f: acquire\n"), "f.yaml:2:6: 'acquire' needs either 'lock' or 'global'");
    EXPECT_EQ(errorOf("functions:\n  f: {effect: acquire, lock: 0, global: x}\n"),
              "f.yaml:2:15: 'acquire' needs either 'lock' or 'global'");
    EXPECT_EQ(errorOf("functions:\n  f: {effect: acquire, lock: 0, timed: true}\n"),
              "f.yaml:2:15: 'timed' needs 'success', the value returned when the lock was got");
    EXPECT_EQ(errorOf("functions:\n  f: spawn\n"), "f.yaml:2:6: 'spawn' needs 'entry'");
    EXPECT_EQ(errorOf("functions:\n  f: {effect: free, pointer: -1}\n"),
              "f.yaml:2:30: '-1' is not the number of an argument (from 0) or 'this'");
    EXPECT_EQ(errorOf("functions:\n  f: {effect: free, pointer: [0]}\n"),
              "f.yaml:2:30: 'pointer' needs a single value");
    EXPECT_EQ(errorOf("functions:\n  '*': pure\n"), "f.yaml:2:3: not the name of a function");
}

TEST(ConfigErrors, MissingFile) {
    Result<Config> config = readConfig("/nowhere/.raddle.yaml");
    ASSERT_FALSE(config.ok());
    EXPECT_EQ(config.error().file, "/nowhere/.raddle.yaml");
}

TEST(ConfigShipped, Parses) {
    size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(RADDLE_SOURCE_DIR "/tests/suites")) {
        if (entry.path().extension() != ".yaml") continue;
        ++files;
        Result<Config> config = readConfig(entry.path().string());
        EXPECT_TRUE(config.ok()) << toString(config.error());
    }
    EXPECT_GT(files, 0u);
}

TEST(ConfigPage, HasEveryWordAndAnExampleThatParses) {
    Result<std::string> page = readFile(RADDLE_SOURCE_DIR "/docs/configuration.md");
    ASSERT_TRUE(page.ok());
    for (const EffectWord& word : effectWords()) {
        EXPECT_NE(page->find("`" + std::string(word.name) + "`"), std::string::npos) << word.name;
        for (const Key& key : word.keys)
            if (key.kind != KeyKind::argument)
                EXPECT_NE(page->find("`" + std::string(key.name) + "`"), std::string::npos) << key.name;
    }
    for (const TypeWord& word : typeWords())
        EXPECT_NE(page->find("`" + std::string(word.name) + "`"), std::string::npos) << word.name;
    const size_t begin = page->find("```yaml\n") + 8;
    libraryOf(page->substr(begin, page->find("```", begin) - begin));
}

}  // namespace
}  // namespace raddle::config
