// Members are made in the order in which they are declared: the thread first, what it works with afterwards.
// So does a base class that starts a thread on an object whose derived part does not exist yet.
#include <chrono>
#include <cstdio>
#include <thread>

class Ticker {
  public:
    Ticker() = default;
    ~Ticker() { thread_.join(); }

  private:
    void run() {
        for (int i = 0; i < limit_; ++i) std::printf("tick %d\n", i);  // RACE
    }

    std::thread thread_{[this] { run(); }};
    int limit_ = 3;  // RACE
};

class Task {
  public:
    Task() : thread_([this] { work(); }) {}
    virtual ~Task() = default;

  protected:
    virtual void work() = 0;
    std::thread thread_;
};

class Copy : public Task {
  public:
    explicit Copy(int files) : files_(files) {}  // RACE
    ~Copy() override { thread_.join(); }

  private:
    void work() override { std::printf("%d files\n", files_); }  // RACE

    int files_;
};

int main(int argc, char**) {
    Ticker ticker;
    // The other one calls a method that does not exist yet, and mostly dies of it.
    if (argc > 1) Copy copy(argc);
    return 0;
}
