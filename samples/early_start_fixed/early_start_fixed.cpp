// The thread is declared last, so that it is started when the rest is there and joined while it still is.
// A class to be derived from starts its thread when it is told to, by who knows that the object is complete.
#include <cstdio>
#include <thread>

class Ticker {
  public:
    Ticker() = default;
    ~Ticker() { thread_.join(); }

  private:
    void run() {
        for (int i = 0; i < limit_; ++i) std::printf("tick %d\n", i);  // NO-RACE: the thread starts after it is set
    }

    int limit_ = 3;
    std::thread thread_{[this] { run(); }};
};

class Task {
  public:
    virtual ~Task() = default;
    void start() {
        thread_ = std::thread([this] { work(); });
    }

  protected:
    virtual void work() = 0;
    std::thread thread_;
};

class Copy : public Task {
  public:
    explicit Copy(int files) : files_(files) {}
    ~Copy() override { thread_.join(); }

  private:
    void work() override { std::printf("%d files\n", files_); }  // NO-RACE: started by start()

    int files_;
};

int main(int argc, char**) {
    Ticker ticker;
    Copy copy(argc);
    copy.start();
    return 0;
}
