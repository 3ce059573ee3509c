// A shop in three parts, each with its lock, and one rule: orders before stock before billing.
// Where a part would call backwards, it lets its own lock go first.
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

std::mutex ordersMutex;   // before stockMutex
std::mutex stockMutex;    // before billingMutex
std::mutex billingMutex;  // last
int openOrders = 0;
int itemsInStock = 100;
long charged = 0;

void reserveItem() {
    std::lock_guard<std::mutex> lock(stockMutex);  // NO-DEADLOCK
    --itemsInStock;
}

void chargeSupplier(long amount) {
    std::lock_guard<std::mutex> lock(billingMutex);  // NO-DEADLOCK
    charged -= amount;
}

void cancelOrder() {
    std::lock_guard<std::mutex> lock(ordersMutex);  // NO-DEADLOCK: nothing is held here
    --openOrders;
}

void placeOrder() {
    std::lock_guard<std::mutex> lock(ordersMutex);
    ++openOrders;
    reserveItem();
}

void returnDamaged() {
    std::lock_guard<std::mutex> lock(stockMutex);
    --itemsInStock;
    chargeSupplier(3);
}

void refund(long amount) {
    {
        std::lock_guard<std::mutex> lock(billingMutex);
        charged -= amount;
    }
    cancelOrder();
}

}  // namespace

int main() {
    std::thread customer([] {
        for (int i = 0; i < 5; ++i) placeOrder();
    });
    std::thread warehouse([] {
        for (int i = 0; i < 5; ++i) returnDamaged();
    });
    std::thread office([] {
        for (int i = 0; i < 5; ++i) refund(10);
    });
    customer.join();
    warehouse.join();
    office.join();
    std::printf("%d open, %d in stock, %ld charged\n", openOrders, itemsInStock, charged);
    return 0;
}
