// A log pipeline to record and look at: producers fill a bounded queue, workers format, a flusher writes.
// It is correct, and slow for one reason: `flush` keeps the output lock while it waits for the disk.
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

// Keeps a function a function, so that it has a row and a span of its own in a recording.
#define AS_FUNCTION [[gnu::noinline]]

using Clock = std::chrono::steady_clock;

constexpr int kProducers = 2;
constexpr int kWorkers = 3;
constexpr size_t kQueueLimit = 64;
constexpr auto kRunTime = std::chrono::milliseconds(1000);
constexpr auto kDiskLatency = std::chrono::milliseconds(4);

struct Record {
    int producer;
    int number;
};

// Blocks writers while it is full and readers while it is empty and open.
class RecordQueue {
  public:
    AS_FUNCTION void push(Record record) {
        std::unique_lock<std::mutex> lock(mutex_);
        notFull_.wait(lock, [this] { return records_.size() < kQueueLimit; });
        records_.push_back(record);
        notEmpty_.notify_one();
    }

    AS_FUNCTION bool pop(Record& record) {
        std::unique_lock<std::mutex> lock(mutex_);
        notEmpty_.wait(lock, [this] { return !records_.empty() || closed_; });
        if (records_.empty()) return false;
        record = records_.front();
        records_.pop_front();
        notFull_.notify_one();
        return true;
    }

    void close() {
        std::lock_guard<std::mutex> lock(mutex_);
        closed_ = true;
        notEmpty_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable notFull_;
    std::condition_variable notEmpty_;
    std::deque<Record> records_;
    bool closed_ = false;
};

// Collects lines; flush() writes them out.
class Output {
  public:
    AS_FUNCTION void add(const std::string& line) {
        std::lock_guard<std::mutex> lock(mutex_);
        lines_.push_back(line);
    }

    AS_FUNCTION void flush() {
        std::lock_guard<std::mutex> lock(mutex_);
        std::this_thread::sleep_for(kDiskLatency);  // MISUSE: the disk; every worker that adds a line waits
        written_ += lines_.size();
        lines_.clear();
    }

    size_t written() {
        std::lock_guard<std::mutex> lock(mutex_);
        return written_;
    }

  private:
    std::mutex mutex_;
    std::vector<std::string> lines_;
    size_t written_ = 0;
};

RecordQueue queue;
Output output;

AS_FUNCTION unsigned checksum(const std::string& text) {
    unsigned sum = 1;
    for (int round = 0; round < 200; ++round) {
        for (char c : text) sum = sum * 31 + static_cast<unsigned char>(c);
    }
    return sum;
}

AS_FUNCTION std::string format(const Record& record) {
    std::string line = "producer " + std::to_string(record.producer) + " record " + std::to_string(record.number);
    return line + " #" + std::to_string(checksum(line));
}

void produce(int producer, Clock::time_point end) {
    for (int number = 0; Clock::now() < end; ++number) queue.push({producer, number});
}

void work() {
    for (Record record{}; queue.pop(record);) output.add(format(record));
}

void flushUntil(Clock::time_point end) {
    while (Clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(6));
        output.flush();
    }
}

int main() {
    Clock::time_point end = Clock::now() + kRunTime;
    std::vector<std::thread> producers;
    std::vector<std::thread> workers;
    for (int i = 0; i < kProducers; ++i) producers.emplace_back(produce, i, end);
    for (int i = 0; i < kWorkers; ++i) workers.emplace_back(work);
    std::thread flusher(flushUntil, end);
    for (std::thread& producer : producers) producer.join();
    queue.close();
    for (std::thread& worker : workers) worker.join();
    flusher.join();
    output.flush();
    std::printf("%zu lines written\n", output.written());
    return 0;
}
