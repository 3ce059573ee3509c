// A purse with two correctly locked methods, and a purchase that calls one after the other.
// Between the question and the payment another thread may spend the money.
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

class Purse {
  public:
    bool canPay(long price) {
        std::lock_guard<std::mutex> lock(mutex_);
        return money_ >= price;  // ATOMICITY
    }

    void pay(long price) {
        std::lock_guard<std::mutex> lock(mutex_);
        money_ -= price;  // ATOMICITY
    }

    long money() {
        std::lock_guard<std::mutex> lock(mutex_);
        return money_;  // NO-RACE
    }

  private:
    std::mutex mutex_;
    long money_ = 100;
};

bool buy(Purse& purse, long price) {
    if (!purse.canPay(price)) return false;
    purse.pay(price);  // ATOMICITY
    return true;
}

}  // namespace

int main() {
    Purse purse;
    std::thread book([&] { buy(purse, 70); });
    std::thread record([&] { buy(purse, 60); });
    book.join();
    record.join();
    std::printf("%ld left\n", purse.money());
    return 0;
}
