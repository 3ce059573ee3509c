#include "tests/support/timeline_generator.h"

#include <algorithm>
#include <queue>
#include <random>

namespace raddle::test {
namespace {

using namespace trace;

enum Functions : uint32_t { Main, Spawn, Run, Handle, Parse, Compress, Push, Flush, Evict, Log, FunctionCount };

constexpr const char* kFunctions[FunctionCount] = {
    "main",
    "Pool::start(unsigned int)",
    "Pool::worker(int)",
    "Server::handle(Request const&)",
    "parseHeaders(std::basic_string_view<char, std::char_traits<char> >)",
    "Codec::compress(std::vector<unsigned char, std::allocator<unsigned char> >&)",
    "Queue::push(Item)",
    "Queue::flush()",
    "Cache<int, Item>::evict(unsigned long)",
    "Logger::write(char const*)"};

constexpr const char* kLocks[] = {"Queue::mu_", "cacheLock", "Logger::instance().mu", "stats_mutex", "Pool::jobs_mu"};
constexpr Functions kUsers[] = {Push, Evict, Log, Handle, Run};

struct LockState {
    int64_t freeAt = 0;
    ThreadId holder;
    StackId stack;
};

class Generator {
  public:
    explicit Generator(const GeneratorOptions& options) : o_(options), random_(options.seed) {}

    Timeline run() {
        declare();
        simulate();
        finish();
        return std::move(t_);
    }

  private:
    int64_t around(int64_t ns) {
        return static_cast<int64_t>(static_cast<double>(ns) * std::exponential_distribution<>(1.0)(random_)) + 50;
    }

    StackId stack(std::initializer_list<Functions> innermostFirst) {
        Stack s;
        for (Functions f : innermostFirst)
            s.frames.push_back({{f}, {t_.functions[f].at.file, t_.functions[f].at.line + 7, 0}});
        auto it = std::find(t_.stacks.begin(), t_.stacks.end(), s);
        if (it == t_.stacks.end()) it = t_.stacks.insert(it, s);
        return {static_cast<uint32_t>(it - t_.stacks.begin())};
    }

    void declare() {
        t_.command = "./server --threads " + std::to_string(o_.workers) + " --requests 4096";
        t_.startedAtUnixNs = 1'700'000'000'000'000'000;
        t_.complete = !o_.deadlock;
        t_.processes.push_back({4711, {}, t_.command, 0, 0});
        for (uint32_t f = 0; f < FunctionCount; ++f)
            t_.functions.push_back(
                {kFunctions[f], "/opt/server/bin/server", {"/opt/server/src/server.cc", 40 + 23 * f, 0}});
        for (uint32_t l = 0; l < o_.locks; ++l) {
            std::string name = l < std::size(kLocks) ? kLocks[l] : "shards_[" + std::to_string(l) + "].mu";
            t_.locks.push_back(
                {name, l % 4 == 1 ? LockKind::rwlock : LockKind::mutex, {0}, 0x7f0000001000u + 64u * l, 0, 0, 0});
        }
        locks_.resize(o_.locks);
        t_.objects.push_back({"Pool::jobs_cv", ObjectKind::condition, {0}, 0x7f0000002000, 0, 0});
        Thread main;
        main.name = "main";
        main.process = {0};
        main.tid = 4711;
        main.exited = true;
        t_.threads.push_back(main);
        for (uint32_t w = 0; w < o_.workers; ++w) {
            Thread worker;
            worker.name = "worker-" + std::to_string(w);
            worker.process = {0};
            worker.tid = 4712 + w;
            worker.creator = {0};
            worker.createdAt = stack({Spawn, Main});
            worker.entry = {Run};
            worker.beginNs = 200'000 + 90'000 * w;
            worker.exited = true;
            t_.threads.push_back(worker);
        }
    }

    void call(Thread& thread, Functions f, uint32_t depth, int64_t begin, int64_t end) {
        if (o_.calls) thread.calls.push_back({{f}, depth, begin, end, true});
    }

    // Takes lock `l` at `now` and holds it for `heldNs`; returns when it is released again.
    int64_t locked(uint32_t id, uint32_t l, int64_t now, int64_t heldNs, StackId at) {
        Thread& thread = t_.threads[id];
        LockState& lock = locks_[l];
        bool contended = lock.freeAt > now && lock.holder != ThreadId{id};
        if (contended) {
            Wait wait{WaitKind::lock,      now, lock.freeAt, true, true,      {l},
                      LockMode::exclusive, {},  lock.holder, at,   lock.stack};
            thread.waits.push_back(wait);
            now = lock.freeAt;
            ++t_.locks[l].contended;
        }
        ++t_.locks[l].acquisitions;
        thread.holds.push_back({{l}, LockMode::exclusive, now, now + heldNs, true, contended, at});
        lock = {now + heldNs, {id}, at};
        return now + heldNs;
    }

    int64_t job(uint32_t id, int64_t now) {
        Thread& thread = t_.threads[id];
        size_t handle = thread.calls.size();
        call(thread, Handle, 1, now, now);
        int64_t parsed = now + around(60'000);
        call(thread, Parse, 2, now, parsed);
        now = parsed;
        auto l = static_cast<uint32_t>(std::discrete_distribution<>({6, 2, 2, 1, 1})(random_)) % o_.locks;
        Functions user = kUsers[l % std::size(kUsers)];
        int64_t begin = now;
        bool flushes = l == 0 && random_() % 24 == 0;
        size_t push = thread.calls.size();
        call(thread, user, 2, begin, begin);
        StackId at = flushes ? stack({Flush, Push, Handle, Run}) : stack({user, Handle, Run});
        int64_t held = flushes ? around(900'000) : around(22'000);
        now = locked(id, l, now, held, at);
        if (o_.calls) {
            thread.calls[push].endNs = now;
            if (flushes) call(thread, Flush, 3, now - held, now);
        }
        int64_t compressed = now + around(140'000);
        call(thread, Compress, 2, now, compressed);
        if (o_.calls) thread.calls[handle].endNs = compressed;
        return compressed;
    }

    int64_t idle(uint32_t id, int64_t now) {
        int64_t until = now + around(260'000);
        t_.threads[id].waits.push_back({WaitKind::condition,
                                        now,
                                        until,
                                        true,
                                        true,
                                        {o_.locks - 1},
                                        LockMode::exclusive,
                                        {0},
                                        {0},
                                        stack({Run}),
                                        stack({Main})});
        ++t_.objects[0].waits;
        ++t_.objects[0].signals;
        return until;
    }

    void simulate() {
        using Ready = std::pair<int64_t, uint32_t>;
        std::priority_queue<Ready, std::vector<Ready>, std::greater<>> ready;
        std::vector<uint32_t> left(o_.workers + 1, o_.jobsPerWorker);
        for (uint32_t w = 1; w <= o_.workers; ++w) {
            ready.emplace(t_.threads[w].beginNs, w);
            if (o_.calls) t_.threads[w].calls.push_back({{Run}, 0, t_.threads[w].beginNs, 0, true});
        }
        while (!ready.empty()) {
            auto [now, id] = ready.top();
            ready.pop();
            if (left[id]-- == 0) {
                t_.threads[id].endNs = now;
                if (o_.calls) t_.threads[id].calls[0].endNs = now;
                continue;
            }
            int64_t next = job(id, now);
            ready.emplace(random_() % 5 == 0 ? idle(id, next) : next, id);
        }
    }

    void finish() {
        int64_t last = 0;
        for (const Thread& thread : t_.threads) last = std::max(last, thread.endNs);
        Thread& main = t_.threads[0];
        int64_t now = 200'000 + 90'000 * o_.workers;
        for (uint32_t w = 1; w <= o_.workers; ++w) {
            int64_t until = std::max(now, t_.threads[w].endNs);
            if (until == now) continue;
            main.waits.push_back(
                {WaitKind::join, now, until, true, true, {}, LockMode::exclusive, {}, {w}, stack({Main}), {}});
            now = until;
        }
        last += 300'000;
        main.endNs = last;
        call(main, Main, 0, 0, last);
        call(main, Spawn, 1, 20'000, 200'000 + 90'000 * o_.workers);
        if (o_.deadlock && o_.workers > 1 && o_.locks > 1) last = deadlock(last);
        t_.durationNs = last;
        t_.processes[0].endNs = last;
        t_.events = eventCount(t_) * 2;
    }

    // Both take one lock each, then want the other's.
    int64_t deadlock(int64_t now) {
        int64_t last = now + now / 2;
        for (uint32_t w = 1; w <= 2; ++w) {
            Thread& thread = t_.threads[w];
            uint32_t own = w - 1, wanted = 2 - w;
            StackId at = own == 0 ? stack({Push, Handle, Run}) : stack({Evict, Handle, Run});
            int64_t begin = thread.endNs + 1000;
            thread.holds.push_back({{own}, LockMode::exclusive, begin, last, false, false, at});
            thread.waits.push_back({WaitKind::lock,
                                    now + 1000 * w,
                                    last,
                                    false,
                                    false,
                                    {wanted},
                                    LockMode::exclusive,
                                    {},
                                    {3 - w},
                                    at,
                                    at});
        }
        t_.threads[0].waits.push_back(
            {WaitKind::join, now, last, false, false, {}, LockMode::exclusive, {}, {1}, stack({Main}), {}});
        for (uint32_t t = 0; t <= 2; ++t) {
            t_.threads[t].exited = false;
            t_.threads[t].endNs = last;
        }
        return last;
    }

    GeneratorOptions o_;
    std::mt19937 random_;
    Timeline t_;
    std::vector<LockState> locks_;
};

}  // namespace

Timeline generateTimeline(const GeneratorOptions& options) {
    return Generator(options).run();
}

uint64_t eventCount(const Timeline& timeline) {
    uint64_t events = 0;
    for (const Thread& thread : timeline.threads)
        events += thread.waits.size() + thread.holds.size() + thread.calls.size();
    return events;
}

}  // namespace raddle::test
