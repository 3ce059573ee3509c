// Sessions are found in a map under its lock and then used by whoever holds a pointer to one. Each has a lock of its
// own for what it counts; the report that goes through all of them reads without it.
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

struct Session {
    std::mutex mutex;
    int bytes = 0;
};

class Sessions {
  public:
    void open(int id) {
        std::lock_guard lock(mutex_);
        sessions_.emplace(id, std::make_shared<Session>());
    }
    std::shared_ptr<Session> find(int id) {
        std::lock_guard lock(mutex_);
        const auto found = sessions_.find(id);
        return found == sessions_.end() ? nullptr : found->second;
    }
    int total() {
        std::lock_guard lock(mutex_);
        int sum = 0;
        for (auto& [id, session] : sessions_) sum += session->bytes;  // RACE
        return sum;
    }

  private:
    std::mutex mutex_;
    std::map<int, std::shared_ptr<Session>> sessions_;
};

static void receive(Sessions& sessions, int id) {
    for (int i = 0; i < 1000; ++i) {
        const std::shared_ptr<Session> session = sessions.find(id);
        if (!session) return;
        std::lock_guard lock(session->mutex);
        session->bytes += i;  // RACE
    }
}

int main() {
    Sessions sessions;
    sessions.open(1);
    sessions.open(2);
    std::thread one(receive, std::ref(sessions), 1), two(receive, std::ref(sessions), 2);
    std::printf("%d bytes so far\n", sessions.total());
    one.join();
    two.join();
    return 0;
}
