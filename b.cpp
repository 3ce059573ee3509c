#include <thread>
#include <mutex>
#include <vector>
#include <atomic>
#include <memory>
#include <condition_variable>
#include <functional>
#include <queue>
class Pool {
 public:
  explicit Pool(int n) { for (int i=0;i<n;i++) workers_.emplace_back([this]{ run(); }); }
  ~Pool() { { std::lock_guard<std::mutex> l(mu_); stop_ = true; } cv_.notify_all(); for (auto& w : workers_) w.join(); }
  void post(std::function<void()> f) { { std::unique_lock lock(mu_); q_.push(std::move(f)); } cv_.notify_one(); }
 private:
  void run() { for (;;) { std::function<void()> f; { std::unique_lock<std::mutex> l(mu_); cv_.wait(l, [this]{ return stop_ || !q_.empty(); }); if (q_.empty()) return; f = std::move(q_.front()); q_.pop(); } f(); done_++; } }
  std::mutex mu_; std::condition_variable cv_; std::queue<std::function<void()>> q_; std::vector<std::thread> workers_; bool stop_ = false; int done_ = 0; };
std::atomic<int> total{0}; int bad;
int main() { Pool p(3); for (int i=0;i<9;i++) p.post([i]{ total += i; bad += i; }); 
  auto u = std::make_unique<int>(4); std::thread t([&]{ *u = 5; }); t.join(); return *u; }
