// Calls that a test can count: fib(15) takes 1973 calls.
static volatile int work = 0;

static void spin() {
    for (int i = 0; i < 20000; ++i) work = work + 1;
}

static int fib(int n) {
    if (n < 2) return n;
    return fib(n - 1) + fib(n - 2);
}

static void thrower(int depth) {
    if (depth == 0) throw 1;
    thrower(depth - 1);
}

static void catcher() {
    try {
        thrower(4);
    } catch (int) {
        spin();
    }
}

int main() {
    for (int i = 0; i < 10; ++i) spin();
    catcher();
    return fib(15) == 610 ? 0 : 1;
}
