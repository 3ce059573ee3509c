// A shop in three parts, each with its lock; each calls the next while it holds its own.
// Orders wait for stock, stock for billing, billing for orders: no two functions show the cycle alone.
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

std::mutex ordersMutex;
std::mutex stockMutex;
std::mutex billingMutex;
int openOrders = 0;
int itemsInStock = 100;
long charged = 0;

void reserveItem() {
    std::lock_guard<std::mutex> lock(stockMutex);  // DEADLOCK
    --itemsInStock;
}

void chargeSupplier(long amount) {
    std::lock_guard<std::mutex> lock(billingMutex);  // DEADLOCK
    charged -= amount;
}

void cancelOrder() {
    std::lock_guard<std::mutex> lock(ordersMutex);  // DEADLOCK
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
    std::lock_guard<std::mutex> lock(billingMutex);
    charged -= amount;
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
