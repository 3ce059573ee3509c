#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace raddle::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kProgram = R"(#include <pthread.h>
int hits;
void* count(void* p) {
    hits++;  COMMENT
    return p;
}
int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, count, 0);
    pthread_create(&b, 0, count, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
}
)";

class Triage : public CommandTest {
  protected:
    void writeProgram(const std::string& comment) {
        std::string text = kProgram;
        write("src/a.c", text.replace(text.find("COMMENT"), 7, comment));
    }
    Outcome scan(const std::string& arguments = {}) { return raddle("scan src/a.c " + arguments + " --"); }
};

TEST_F(Triage, CommentsSettleFindings) {
    writeProgram("");
    EXPECT_EQ(scan().status, 1);
    writeProgram("// raddle: allow race-unprotected-access -- a statistic");
    Outcome outcome = scan();
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(outcome.out, HasSubstr("not reported: 1 suppressed"));
    const json report = json::parse(scan("--format json").out);
    EXPECT_EQ(report["findings"], json::array());
    EXPECT_EQ(report["settled"][0]["suppression"]["reason"], "a statistic");
    const json sarif = json::parse(scan("--format sarif").out);
    EXPECT_EQ(sarif["runs"][0]["results"][0]["suppressions"][0]["kind"], "inSource");
    writeProgram("// NOLINT(raddle-race-unprotected-access)");
    EXPECT_EQ(scan().status, 0);
}

TEST_F(Triage, CommentsThatDoNotHelpAreNamed) {
    writeProgram("// raddle: allow race-volatile -- a statistic");
    Outcome outcome = scan();
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.out, HasSubstr("src/a.c:4:17: warning: allows race-volatile, which is not found here"));
    writeProgram("// raddle: allow race-unprotected-access -- for now until 2020-02-02");
    outcome = scan();
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.out, HasSubstr("src/a.c:4:17: warning: expired on 2020-02-02"));
    const json sarif = json::parse(scan("--format sarif").out);
    EXPECT_EQ(sarif["runs"][0]["invocations"][0]["toolConfigurationNotifications"][0]["message"]["text"],
              "expired on 2020-02-02");
    EXPECT_EQ(raddle("scan src/a.c -- ; export SOURCE_DATE_EPOCH=1577836800; '" RADDLE_BUILD_DIR
                     "/bin/raddle' scan src/a.c -- >/dev/null")
                  .status,
              0);
}

TEST_F(Triage, TheConfigurationDecidesAboutFindings) {
    writeProgram("");
    write(".raddle.yaml", "rules: {race-*: off}\n");
    EXPECT_EQ(scan().status, 0);
    write(".raddle.yaml", "rules: {race-*: note}\n");
    EXPECT_THAT(scan().out, HasSubstr("note: data race"));
    write(".raddle.yaml", "exclude: [src]\n");
    Outcome outcome = scan();
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(outcome.out, HasSubstr("not reported: 1 suppressed"));
    write(".raddle.yaml", "report: {fail-on: none}\n");
    EXPECT_EQ(scan().status, 0);
    EXPECT_EQ(scan("--fail-on likely").status, 1);
    write(".raddle.yaml", "report: {baseline: ci/base.json}\n");
    std::filesystem::create_directory(folder_ / "ci");
    EXPECT_EQ(scan().status, 2);
    EXPECT_EQ(scan("--update-baseline").status, 0);
    EXPECT_EQ(scan().status, 0);
    EXPECT_THAT(read(folder_ / "ci/base.json"), HasSubstr("\"../src/a.c\""));
    write(".raddle.yaml", "report: {failon: none}\n");
    outcome = scan();
    EXPECT_EQ(outcome.status, 2);
    EXPECT_THAT(outcome.err, HasSubstr(".raddle.yaml:1:10: unknown key 'failon': did you mean 'fail-on'?"));
}

TEST_F(Triage, ALibraryNamesWhatItsUsersCall) {
    write("src/a.c",
          "#include <pthread.h>\nstatic pthread_mutex_t mu; static int level;\n"
          "void log_setup(int to) { level = to; }\n"
          "void log_write(void) { pthread_mutex_lock(&mu); if (level) level--; pthread_mutex_unlock(&mu); }\n");
    EXPECT_THAT(scan().out, HasSubstr("data race on `level`"));
    write(".raddle.yaml", "entry-points: [log_write, log_flush]\n");
    const Outcome outcome = scan();
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(outcome.out, HasSubstr("0 findings"));
    EXPECT_THAT(outcome.out, HasSubstr("note: 'log_flush' of 'entry-points' names no function of the program"));
    writeProgram("");
    EXPECT_THAT(scan().out, HasSubstr("note: 'entry-points' are not looked at: the program has a main"));
}

TEST_F(Triage, TheConfigurationCanBeSeen) {
    writeProgram("");
    EXPECT_THAT(scan("--dump-config").out, HasSubstr("# no .raddle.yaml was found"));
    write(".raddle.yaml", "rules: {race-*: off}\n");
    Outcome outcome = scan("--dump-config");
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(outcome.out, HasSubstr("# " + (folder_ / ".raddle.yaml").string()));
    EXPECT_THAT(outcome.out, HasSubstr("race-volatile: off"));
    EXPECT_THAT(outcome.out, HasSubstr("fail-on: likely"));
}

TEST_F(Triage, SeveralReportsOfOneScan) {
    writeProgram("");
    Outcome outcome = scan("--also sarif=r.sarif --also html=r.html --also junit=r.xml");
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.out, HasSubstr("1 finding"));
    EXPECT_EQ(json::parse(read(folder_ / "r.sarif"))["version"], "2.1.0");
    EXPECT_THAT(read(folder_ / "r.html"), HasSubstr("<!DOCTYPE html>"));
    EXPECT_THAT(read(folder_ / "r.xml"), HasSubstr("<testsuites"));
    EXPECT_EQ(scan("--also pdf=r.pdf").status, 2);
    EXPECT_EQ(scan("--also sarif").status, 2);
    EXPECT_EQ(scan("--also sarif=none/r.sarif").status, 2);
}

}  // namespace
}  // namespace raddle::test
