// A purse that asks and pays under one hold of its lock.
// The class offers the whole transaction, so that callers need not put it together.
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

class Purse {
  public:
    bool payIfPossible(long price) {
        std::lock_guard<std::mutex> lock(mutex_);
        if (money_ < price) return false;
        money_ -= price;  // NO-ATOMICITY: same hold as the check
        return true;
    }

    long money() {
        std::lock_guard<std::mutex> lock(mutex_);
        return money_;
    }

  private:
    std::mutex mutex_;
    long money_ = 100;
};

}  // namespace

int main() {
    Purse purse;
    std::thread book([&] { purse.payIfPossible(70); });
    std::thread record([&] { purse.payIfPossible(60); });
    book.join();
    record.join();
    std::printf("%ld left\n", purse.money());
    return 0;
}
